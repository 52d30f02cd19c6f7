"""Which kind of code it is: by the scanner's symbology identifier where there is one, else by its form."""

from collections.abc import Callable
from datetime import date
from typing import Final

from inventory.barcodes._checks import has_check_digit, is_digits
from inventory.barcodes._elements import FNC1, parse_bracketed, parse_elements
from inventory.barcodes._errors import ParseError
from inventory.barcodes._keys import catalogue_key
from inventory.barcodes._links import is_web_address, parse_link
from inventory.barcodes._meaning import read_elements
from inventory.barcodes._numbers import GTIN_LENGTHS, read_ean8, read_eight, read_gtin, read_plu, read_upce
from inventory.barcodes._read import Read, Unreadable
from inventory.barcodes._rules import StoreRules

_LONGEST: Final = 4096
_DEFAULT_RULES: Final = StoreRules()
_SUPPLEMENTED: Final = {15: 13, 18: 13, 17: 12}  # digits with an add-on of two or five, and without it
_USUAL_STARTS: Final = ("00", "01", "02")
_PRINTED: Final = ("977", "978", "979")
_COMPOSITE: Final = "|]e0"

# ISO/IEC 15424 symbology identifiers that announce GS1 element strings.
_GS1_CARRIERS: Final = {
    "C1": "gs1_128",
    "e0": "gs1_databar",
    "e1": "gs1_composite",
    "e2": "gs1_composite",
    "d2": "gs1_datamatrix",
    "Q3": "gs1_qr",
    "J1": "gs1_dotcode",
}
# Those that carry anything, by the letter.
_TEXT_CARRIERS: Final = {
    "A": "code39",
    "C": "code128",
    "F": "codabar",
    "G": "code93",
    "I": "itf",
    "J": "dotcode",
    "L": "pdf417",
    "Q": "qr",
    "X": "other",
    "d": "datamatrix",
    "z": "aztec",
}

_Reader = Callable[[str, StoreRules, date | None], Read]


def read(
    code: str, rules: StoreRules = _DEFAULT_RULES, *, kind: str | None = None, today: date | None = None
) -> Read | Unreadable:
    """What `code` means, as a scanner, a camera or a keyboard gives it. No text makes it raise.

    An ISO/IEC 15424 symbology identifier in front ("]E0…") decides the kind; without one, `kind` does (one of
    `KINDS`, else ValueError); without that, the form of the code. FNC1 is U+001D. `today` places two-digit years in
    their century.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"unknown kind {kind!r}; known are {', '.join(KINDS)}")
    try:
        return _read(code.strip("\r\n\t"), rules, kind, today)
    except ParseError as fault:
        return fault.as_unreadable()


def _read(code: str, rules: StoreRules, kind: str | None, today: date | None) -> Read:
    if kind is not None:
        return KINDS[kind](code, rules, today)
    if not code:
        raise ParseError("empty")
    if len(code) > _LONGEST:
        raise ParseError("too_long")
    if is_digits(code):
        return _read_digits(code, rules, today)
    if code[0] == "]":
        return _read_identified(code, rules, today)
    if code[0] == "(":
        return _read_bracketed(code, rules, today)
    if is_web_address(code):
        return _read_link(code, rules, today)
    if code[0] != FNC1 and not code[:2].isdecimal():
        raise ParseError("not_a_product_code")
    return _read_element_string(code, rules, today)


def _read_digits(code: str, rules: StoreRules, today: date | None) -> Read:
    length = len(code)
    if length == 8:
        return read_eight(code, rules)
    if length in GTIN_LENGTHS:
        return read_gtin(code, rules)
    if length in _SUPPLEMENTED:
        return _read_supplemented(code, rules, today)
    if length > 7 or (length == 7 and not rules.item_numbers):
        return _read_element_string(code, rules, today)
    return read_upce(code, rules) if length == 6 else read_plu(code, rules)


def _read_supplemented(code: str, rules: StoreRules, today: date | None) -> Read:
    """An EAN-13 or UPC-A with the add-on of a book or a magazine, or an element string of as many digits.

    Books and magazines come first. Of the rest, an element string that names goods is one; of one that names none,
    as of digits that are none, the part before the add-on counts if its check digit is right. What begins like most
    element strings is never taken for an add-on: it may be one that was cut short.
    """
    main = code[: _SUPPLEMENTED[len(code)]]
    if not has_check_digit(main) or code[:2] in _USUAL_STARTS:
        return _read_element_string(code, rules, today)
    if main[:3] in _PRINTED:
        return read_gtin(main, rules)
    try:
        found = _read_element_string(code, rules, today)
    except ParseError:
        return read_gtin(main, rules)
    return found if found.keys else read_gtin(main, rules)


def _read_identified(code: str, rules: StoreRules, today: date | None) -> Read:
    identifier, rest = code[1:3], code[3:]
    if identifier in _GS1_CARRIERS:
        return read_elements(parse_elements(rest), _GS1_CARRIERS[identifier], rules, today)
    if identifier in ("E0", "E3"):
        return _read_linear(rest, 13, rules, today, supplement=identifier == "E3")
    if identifier == "E4":
        return _read_linear(rest, 8, rules, today)
    if identifier in ("E1", "E2") or len(identifier) < 2 or identifier[1] not in "0123456789ABCDEFabcdefm":
        raise ParseError("unknown_symbology")
    carrier = _TEXT_CARRIERS.get(identifier[0])
    if carrier is None:
        raise ParseError("unknown_symbology")
    return _read_text(rest, carrier, rules, today)


def _read_linear(rest: str, length: int, rules: StoreRules, today: date | None, *, supplement: bool = False) -> Read:
    linear, composite, second = rest.partition(_COMPOSITE)
    if supplement and len(linear) in (length + 2, length + 5):
        linear = linear[:length]
    if len(linear) != length:
        raise ParseError("bad_length")
    found = read_ean8(linear, rules) if length == 8 else read_gtin(linear, rules)
    if not composite:
        return found
    return read_elements(parse_elements(second), "gs1_composite", rules, today, gtin=found.gtin)


def _read_text(text: str, carrier: str, rules: StoreRules, today: date | None) -> Read:
    if is_web_address(text):
        return _read_link(text, rules, today)
    if carrier in ("itf", "code128", "code39") and is_digits(text) and len(text) in GTIN_LENGTHS[1:]:
        return read_gtin(text, rules, "itf14" if carrier == "itf" else carrier)
    return Read(symbology=carrier, text=text, keys=(catalogue_key(text),) if text.strip() else ())


def _read_link(code: str, rules: StoreRules, today: date | None) -> Read:
    return read_elements(parse_link(code, short_gtin=rules.short_gtin), "digital_link", rules, today)


def _read_bracketed(code: str, rules: StoreRules, today: date | None) -> Read:
    return read_elements(parse_bracketed(code), "gs1_text", rules, today)


def _read_element_string(code: str, rules: StoreRules, today: date | None) -> Read:
    return read_elements(parse_elements(code), "gs1_text", rules, today)


def _read_scan(code: str, rules: StoreRules, today: date | None) -> Read:
    if code[:1] != "]":
        raise ParseError("unknown_symbology")
    return _read_identified(code, rules, today)


def _of_length(*lengths: int) -> _Reader:
    def reader(code: str, rules: StoreRules, _today: date | None) -> Read:
        if len(code) not in lengths:
            raise ParseError("bad_length")
        return read_ean8(code, rules) if len(code) == 8 else read_gtin(code, rules)

    return reader


KINDS: Final[dict[str, _Reader]] = {
    "scan": _read_scan,
    "element": _read_element_string,
    "hri": _read_bracketed,
    "dl_uri": _read_link,
    "ean13": _of_length(13),
    "ean8": _of_length(8),
    "upca": _of_length(12),
    "upce": lambda code, rules, _today: read_upce(code, rules),
    "upce6": lambda code, rules, _today: read_upce(code, rules),
    "itf14": _of_length(14),
    "rcn": lambda code, rules, _today: read_gtin(code, rules),
    "plu": lambda code, rules, _today: read_plu(code, rules),
}
"""Kinds that a caller may know beforehand, in GS1's words: `scan` has a symbology identifier in front, `element` is an
element string without one, `hri` has brackets, `dl_uri` is a Digital Link, `upce6` the six digits alone, `rcn` a number
of restricted circulation, which in-store labels are."""
