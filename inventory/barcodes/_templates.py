"""Layouts of in-store labels: where item, price, weight or count stand in a code.

A template is written as the digits of the code with letters for what varies, or as point-of-sale systems write it:

    21IIIIIWWWWWC:W3        I item, W weight (kg with 3 decimals), C check digit of the code
    20IIIIKPPPPPC:P2        P price with 2 decimals, K check digit of price or weight
    weight:21.....{NNDDD}   . item, braces hold the value: N before and D after the decimal point; check digit follows
    voucher:980SSSSPPPPPC   S serial number; the kind stands before the colon

Kinds: item (default, or price, weight, count for a value in braces), coupon, voucher.
"""

import re
from decimal import Decimal
from typing import Final, NamedTuple

from inventory.barcodes._checks import check_digit, measure_check_digit

_BRACED: Final = re.compile(r"\{(N*)(D*)\}")
_PATTERN: Final = re.compile(r"[0-9IKPWNSC]{12,13}")
_VALUE_LETTER: Final = {"price": "P", "weight": "W", "count": "N"}
_DECIMALS: Final = {"P": 2, "W": 3, "N": 0, "": 0}
_KINDS: Final = ("item", "coupon", "voucher", "price", "weight", "count")


class Template(NamedTuple):
    """A layout over the 13 digits of a code (12-digit ones get a leading zero)."""

    kind: str
    prefix: str
    pattern: str
    value_letter: str
    decimals: int
    source: str

    def field(self, code: str, letter: str) -> str:
        """The digits of `code` at the places of a letter."""
        return "".join(digit for digit, mark in zip(code, self.pattern, strict=True) if mark == letter)

    def matches(self, code: str) -> bool:
        """Whether the literal digits of the layout stand in these 13."""
        return all(mark == digit or mark.isalpha() for digit, mark in zip(code, self.pattern, strict=True))

    def value(self, code: str) -> Decimal:
        """Price in major units, weight in kilograms, or count."""
        return Decimal(self.field(code, self.value_letter) or "0").scaleb(-self.decimals)

    def has_good_measure(self, code: str) -> bool:
        """Whether the check digit of the value is right, if the layout has one."""
        return "K" not in self.pattern or self.field(code, "K") == measure_check_digit(
            self.field(code, self.value_letter)
        )

    def without_measure(self, code: str) -> str:
        """The same code with zeros for the value and serial, and check digits anew: one for all labels of an item."""
        value_size = self.pattern.count(self.value_letter) if self.value_letter else 0
        measure = measure_check_digit("0" * value_size) if "K" in self.pattern else ""
        digits = [
            {"K": measure, self.value_letter: "0", "S": "0"}.get(mark, digit)
            for digit, mark in zip(code, self.pattern, strict=True)
        ]
        payload = "".join(digits[:12])
        return payload + check_digit(payload)


def parse_template(text: str) -> Template:
    """A template from its text; raises ValueError that says what is wrong with it."""
    kind, colon, body = text.partition(":")
    if not colon or kind not in _KINDS:
        kind, body = "item", text
    body, _, size = body.partition(":")
    pattern, decimals = _unbraced(body, kind)
    if len(pattern) == 12 and "C" not in pattern and "{" in body:
        pattern += "C"
    if not _PATTERN.fullmatch(pattern) or pattern[-1] != "C" or pattern.count("C") > 1:
        raise ValueError(f"{text!r}: write 12 or 13 digits or letters of IKPWNS, the last being C")
    pattern = pattern.zfill(13)
    letters = [letter for letter in "PWN" if letter in pattern]
    if len(letters) > 1:
        raise ValueError(f"{text!r}: a label holds one of price (P), weight (W) and count (N)")
    letter = letters[0] if letters else ""
    if "K" in pattern and pattern.count(letter or "K") not in (4, 5):
        raise ValueError(f"{text!r}: a check digit K is defined for values of four or five digits")
    if size and (size[0] != letter or not size[1:].isdecimal()):
        raise ValueError(f"{text!r}: write the decimals after the colon as in P2 or W3")
    if decimals is None:
        decimals = int(size[1:]) if size else _DECIMALS[letter]
    prefix = re.match(r"[0-9]*", pattern)
    return Template(
        kind if kind in ("coupon", "voucher") else "item", prefix[0] if prefix else "", pattern, letter, decimals, text
    )


def _unbraced(body: str, kind: str) -> tuple[str, int | None]:
    braced = _BRACED.search(body)
    pattern = body.replace(".", "I")
    if braced is None:
        return pattern, None
    letter = _VALUE_LETTER.get(kind, "P")
    pattern = _BRACED.sub(lambda match: letter * len(match[1] + match[2]), body).replace(".", "I")
    return pattern, len(braced[2])
