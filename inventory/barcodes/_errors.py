"""The one way in which parsing gives up."""

from typing import Final

from inventory.barcodes._read import Unreadable

DETAILS: Final = {
    "empty": "There is nothing in this code. Scan it again.",
    "too_long": "This is longer than any barcode of a product. Scan one code at a time.",
    "check_digit": "The check digit is wrong: a digit was misread or mistyped. Scan it again.",
    "measure_check_digit": "The check digit of the label's price or weight is wrong. Scan it again or reprint it.",
    "not_a_plu": "This is no PLU number (3000 to 4999, with 9 before it for organic). Look the item up by name.",
    "not_a_product_code": "This is no code of a product that a till knows. Look the item up by name.",
    "bad_length": "The code has the wrong number of digits for its kind. Scan it again.",
    "not_digits": "The code has letters where only digits may stand. Scan it again.",
    "unknown_symbology": "The scanner reported a kind of barcode that is not used in shops.",
    "unknown_ai": "The code has a GS1 field that does not exist. Scan it again or use the other barcode of the pack.",
    "bad_element": "A GS1 field in the code has a value that cannot be. Use the other barcode of the pack.",
    "conflicting_elements": "Two GS1 fields in the code contradict each other. Use the other barcode of the pack.",
    "bad_link": "This web address is no GS1 Digital Link of a product. Use the other barcode of the pack.",
}
"""Stable codes of `Unreadable` and what each tells the shopper."""


class ParseError(Exception):
    """Raised inside the package when a code cannot be read; `read` turns it into an `Unreadable`."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.where = where

    def as_unreadable(self) -> Unreadable:
        """The answer for the caller, with the place of the fault at its end."""
        detail = DETAILS[self.code]
        return Unreadable(self.code, f"{detail} ({self.where})" if self.where else detail)
