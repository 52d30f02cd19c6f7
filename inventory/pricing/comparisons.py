"""What goods cost a kilogram or a litre, so that packs of different sizes can be compared.

The shelf price of Directive 98/6/EC ("unit price"); here a unit price is that of a piece, so this one has another name.
"""

from typing import Literal

from msgspec import Struct

from inventory.pricing.money import Currency, half_up


class Comparison(Struct, frozen=True):
    """Minor units for a kilogram or a litre of what is in the pack."""

    amount_minor: int
    per: Literal["kg", "l"]

    def text(self, currency: Currency) -> str:
        """As on a shelf label, without the currency's name: "3.98/kg"."""
        return f"{currency.text(self.amount_minor)}/{self.per}"

    def body(self) -> dict[str, int | str]:
        """As it goes over the wire, with a product found and with a basket's line."""
        return {"amount": self.amount_minor, "per": self.per}


def comparison(unit_price_minor: int, *, net_g: int | None, net_ml: int) -> Comparison | None:
    """The comparison price of a piece with so many grams, or millilitres, in it; None if its content is not known.

    A volume goes before a weight: what is sold by the litre is compared by the litre. Halves of a minor unit go up.
    """
    if net_ml:
        return Comparison(half_up(unit_price_minor * 1000, net_ml), "l")
    return Comparison(half_up(unit_price_minor * 1000, net_g), "kg") if net_g else None
