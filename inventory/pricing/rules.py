"""What a store decides about its prices, besides the prices themselves."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from inventory.pricing.book import DEFAULT_GROUPS
from inventory.pricing.errors import PricingError
from inventory.pricing.items import BagLevy
from inventory.pricing.money import Currency, currency

PriceChanges = Literal["lower", "always", "never"]


class StorePricing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A store's rules of pricing.

    `price_changes`: which changes of a price reach goods that lie in a cart already: those to the shopper's good
    (`lower`), all, or none. `cash_step_minor`: what cash is rounded to, where the country differs from the currency's
    usual step. `best_before`: whether goods past that date (which is no safety date) are refused like expired ones.
    """

    price_changes: PriceChanges = "lower"
    cash_step_minor: Annotated[int, Meta(ge=1)] | None = None
    bag_levy: BagLevy | None = None
    deposit_taxed: bool = False
    best_before: Literal["refuse", "sell"] = "refuse"
    groups: tuple[str, ...] = DEFAULT_GROUPS
    member_price_name: str = "Member price"

    def currency(self, code: str, exponent: int) -> Currency:
        """The store's currency with its places and its cash step."""
        usual = currency(code).cash_step_minor if exponent == currency(code).exponent else 1
        return Currency(code, exponent, self.cash_step_minor or usual)

    def price_now(self, before: int, after: int) -> int:
        """What goods in a cart cost when their price goes from `before` to `after`."""
        if self.price_changes == "lower":
            return min(before, after)
        return after if self.price_changes == "always" else before


def pricing_from(data: Any) -> StorePricing:
    """Rules from JSON's types; PricingError `invalid_terms` says what is wrong."""
    try:
        found = msgspec.convert(data, StorePricing)
    except msgspec.ValidationError as error:
        raise PricingError("invalid_terms", str(error)) from error
    levy = found.bag_levy
    if levy is not None and (levy.amount_minor < 0 or levy.tax_rate_bp < 0):
        raise PricingError("invalid_terms", "A bag levy and its tax start at 0.")
    return found
