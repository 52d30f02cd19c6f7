"""Codes of digits alone: GTINs, UPC-E, PLUs and in-store labels."""

from typing import Final

import msgspec

from inventory.barcodes._checks import expand_upce, has_check_digit, is_digits
from inventory.barcodes._errors import ParseError
from inventory.barcodes._keys import is_plu, item_key, upce_first
from inventory.barcodes._meaning import grams, minor_units
from inventory.barcodes._read import Read
from inventory.barcodes._rules import StoreRules
from inventory.barcodes._templates import Template

GTIN_LENGTHS: Final = (8, 12, 13, 14)
_SYMBOLOGIES: Final = {8: "ean8", 12: "upca", 13: "ean13", 14: "itf14"}


def read_gtin(code: str, rules: StoreRules, symbology: str = "") -> Read:
    """A GTIN of 8, 12, 13 or 14 digits, or an in-store label. Raises ParseError."""
    if len(code) not in GTIN_LENGTHS:
        raise ParseError("bad_length")
    if not is_digits(code):
        raise ParseError("not_digits")
    if not has_check_digit(code):
        raise ParseError("check_digit")
    symbology = symbology or _SYMBOLOGIES[len(code)]
    gtin = code.zfill(14)
    if gtin[0] == "0" and gtin[:6] != "000000":
        return _read_thirteen(gtin, rules, symbology)
    return Read(symbology=symbology, keys=(gtin,), gtin=gtin)


def _read_thirteen(gtin: str, rules: StoreRules, symbology: str) -> Read:
    code = gtin[1:]
    layout = rules.layout_for(code)
    if layout is not None:
        return _read_label(code, layout[0], layout[1], rules)
    if code[:2] == "98" or code[:2] == "99" or code[:2] == "05":
        return _read_coupon(gtin, symbology)
    return Read(symbology=symbology, keys=(gtin,), gtin=gtin)


def _read_coupon(gtin: str, symbology: str) -> Read:
    """GS1 prefix 980 is refund receipts, 981 to 984 and 99 coupons, and UPC number system 5 coupons too."""
    if gtin[1:4] == "980":
        return Read(symbology=symbology, gtin=gtin, voucher=gtin)
    if gtin[1:3] == "98" and gtin[3] > "4":
        return Read(symbology=symbology, keys=(gtin,), gtin=gtin)
    return Read(symbology=symbology, keys=(gtin,), gtin=gtin, coupon=gtin)


def _read_label(code: str, template: Template, currency: str | None, rules: StoreRules) -> Read:
    if not template.has_good_measure(code):
        raise ParseError("measure_check_digit")
    value = template.value(code)
    price = value if template.value_letter == "P" else None
    item = template.field(code, "I") or None
    base = template.without_measure(code).zfill(14)
    keys = (base, *_item_keys(item, rules)) if item else (base,)
    return Read(
        symbology="in_store",
        keys=keys if template.kind == "item" else (),
        gtin=code.zfill(14),
        item_ref=item,
        weight_g=grams(value) if template.value_letter == "W" else None,
        price=price,
        price_minor=None if price is None else minor_units(price, currency, rules),
        currency=currency if price is not None else None,
        count=int(value) if template.value_letter == "N" else None,
        serial=template.field(code, "S") or None,
        coupon=code if template.kind == "coupon" else None,
        voucher=code if template.kind == "voucher" else None,
    )


def _item_keys(item: str, rules: StoreRules) -> tuple[str, ...]:
    plu = item.lstrip("0")
    return (item_key(item), plu) if rules.labels_hold_plus and is_plu(plu) else (item_key(item),)


def read_eight(code: str, rules: StoreRules) -> Read:
    """Eight digits, which may be an EAN-8, a UPC-E, or either: then both keys are given, the likelier first."""
    if upce_first(code) is None:
        return read_gtin(code, rules)
    expanded = read_upce(code, rules)
    if not has_check_digit(code):
        return expanded
    return msgspec.structs.replace(expanded, keys=(*expanded.keys, code.zfill(14)))


def read_ean8(code: str, rules: StoreRules) -> Read:
    """An EAN-8 known to be one. Its second key is the UPC-E of the same digits: a catalogue may have filed it so."""
    read = read_gtin(code, rules)
    upca = upce_first(code)
    return msgspec.structs.replace(read, keys=(*read.keys, upca.zfill(14))) if upca and read.keys else read


def read_upce(code: str, rules: StoreRules) -> Read:
    """A UPC-E of 8 digits, or of the 6 in the middle (number system 0). Raises ParseError."""
    if len(code) not in (6, 8):
        raise ParseError("bad_length")
    if not is_digits(code):
        raise ParseError("not_digits")
    upca = expand_upce(code)
    if upca is None:
        raise ParseError("check_digit")
    read = read_gtin(upca, rules, "upce")
    if len(code) == 6 and read.keys:
        return msgspec.structs.replace(read, keys=(*read.keys, item_key(code)))
    return read


def read_plu(code: str, rules: StoreRules) -> Read:
    """A PLU, or a short number of the store's own where its rules have such. Raises ParseError."""
    if is_plu(code):
        organic = len(code) == 5 and code[0] == "9"
        keys = (code, item_key(code)) if rules.item_numbers else (code,)
        return Read(symbology="plu", keys=keys, plu=code[1:] if organic else code, organic=organic)
    if rules.item_numbers and is_digits(code):
        return Read(symbology="item", keys=(item_key(code),), item_ref=code)
    raise ParseError("not_a_plu")
