"""Structure of North American coupons: AI 8110 (coupon code) and 8112 (positive offer file).

Source: North American Coupon Application Guideline, as checked by the GS1 Barcode Syntax Dictionary. Fields may be led
by a length digit ("variable length indicator") to which a fixed number is added.
"""

from collections.abc import Callable
from datetime import date

from inventory.barcodes._checks import is_digits


class _MalformedError(Exception):
    """The digits end early or a field has a value that is not allowed."""


class _Digits:
    """Reads fields from the left."""

    def __init__(self, text: str) -> None:
        self.rest = text

    def take(self, count: int) -> str:
        if len(self.rest) < count:
            raise _MalformedError
        field, self.rest = self.rest[:count], self.rest[count:]
        return field

    def one_of(self, allowed: str) -> str:
        digit = self.take(1)
        if digit not in allowed:
            raise _MalformedError
        return digit

    def sized(self, allowed: str, plus: int = 0) -> str:
        return self.take(int(self.one_of(allowed)) + plus)

    def day(self) -> str:
        text = self.take(6)
        try:
            date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))
        except ValueError:
            raise _MalformedError from None
        return text

    def option(self, number: str) -> bool:
        if self.rest[:1] != number:
            return False
        self.rest = self.rest[1:]
        return True


def _purchase(digits: _Digits) -> None:
    digits.sized("12345")
    digits.one_of("012349")
    digits.take(3)


def _purchaser(digits: _Digits) -> None:
    size = digits.one_of("01234569")
    digits.take(0 if size == "9" else int(size) + 6)


def _coupon(digits: _Digits) -> None:
    digits.sized("0123456", plus=6)
    digits.take(6)
    digits.sized("12345")
    _purchase(digits)
    if digits.option("1"):
        digits.one_of("0123")
        _purchase(digits)
        _purchaser(digits)
    if digits.option("2"):
        _purchase(digits)
        _purchaser(digits)
    _validity(digits)
    if digits.option("5"):
        digits.sized("0123456789", plus=6)
    if digits.option("6"):
        digits.sized("1234567", plus=6)
    if digits.option("9"):
        digits.one_of("01256")
        digits.one_of("012")
        digits.take(1)
        digits.one_of("01")


def _validity(digits: _Digits) -> None:
    ends = digits.day() if digits.option("3") else None
    if digits.option("4"):
        starts = digits.day()
        if ends is not None and starts > ends:
            raise _MalformedError


def _positive_offer(digits: _Digits) -> None:
    digits.one_of("01")
    digits.sized("0123456", plus=6)
    digits.take(6)
    digits.sized("0123456789", plus=6)


def _accepts(text: str, grammar: Callable[[_Digits], None]) -> bool:
    if not is_digits(text):
        return False
    digits = _Digits(text)
    try:
        grammar(digits)
    except _MalformedError:
        return False
    return not digits.rest


def is_coupon(text: str) -> bool:
    """Whether the value of AI 8110 is built as the guideline says."""
    return _accepts(text, _coupon)


def is_positive_offer(text: str) -> bool:
    """Whether the value of AI 8112 is built as the guideline says."""
    return _accepts(text, _positive_offer)
