"""What a code means: the two answers of the reader."""

from datetime import date
from decimal import Decimal

import msgspec


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """A code that makes sense.

    `keys` are what to look up in the catalogue, best first (see `catalogue_key`); empty when the code names no
    product, as a voucher or a pallet label does. `weight_g` is the net weight in grams, whole numbers as int.
    `price_minor` is what the label asks, in minor units of `currency` (None: the store's own); it is None when the
    label's price cannot be paid exactly in that unit or is in another currency than the store's, while `price` (a
    decimal in major units) holds what is printed. `elements` are the GS1 application identifiers in order, raw.
    """

    symbology: str
    keys: tuple[str, ...] = ()
    gtin: str | None = None
    plu: str | None = None
    organic: bool = False
    item_ref: str | None = None
    weight_g: float | None = None
    price: Decimal | None = None
    price_minor: int | None = None
    currency: str | None = None
    count: int | None = None
    expiry: date | None = None
    best_before: date | None = None
    sell_by: date | None = None
    batch: str | None = None
    serial: str | None = None
    sscc: str | None = None
    coupon: str | None = None
    voucher: str | None = None
    text: str | None = None
    elements: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    """Application identifiers whose companions GS1 requires and that are not there; harmless at a till."""

    def element(self, ai: str) -> str | None:
        """Raw value of an application identifier, or None."""
        return next((value for found, value in self.elements if found == ai), None)


class Unreadable(msgspec.Struct, frozen=True):
    """A code that makes no sense: `code` is stable, `detail` says in a sentence what is wrong and what to do."""

    code: str
    detail: str
