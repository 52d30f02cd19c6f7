"""What is priced, and under which terms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from inventory.pricing.book import DEFAULT_GROUPS, Promotion, Promotions
from inventory.pricing.errors import PricingError
from inventory.pricing.money import Currency, half_up

NONE = (None, None, None)


class Item(Struct, frozen=True, kw_only=True):
    """A line of the basket.

    `unit_price_minor` is for a piece, or for a kilogram when `weight_g` (of the whole line) is given;
    `fixed_amount_minor` is the price on the label of each piece and goes before both, `member_price_minor` a price that
    members may have instead. `deposit_minor` is for each piece. `tax_rate_bp` is in
    hundredths of a percent. `groups` are the names that promotions target. Goods that are not `discountable` (tobacco,
    gift cards) take part in no promotion.
    """

    line: int
    product: str
    quantity: int = 1
    weight_g: int | None = None
    unit_price_minor: int = 0
    fixed_amount_minor: int | None = None
    member_price_minor: int | None = None
    tax_rate_bp: int = 0
    deposit_minor: int = 0
    groups: tuple[str, ...] = ()
    discountable: bool = True

    @property
    def weighed(self) -> bool:
        """Whether the line is sold by weight: one piece for promotions, whatever its quantity."""
        return self.weight_g is not None and self.fixed_amount_minor is None

    @property
    def pieces(self) -> int:
        """How many pieces it counts for: one, if it is weighed."""
        return self.quantity if self.weight_g is None or not self.weighed else min(self.quantity, 1)

    @property
    def piece_minor(self) -> int:
        """The price of one piece before promotions; for a weighed line, of all of it, halves of a minor unit up."""
        if self.fixed_amount_minor is not None:
            return self.fixed_amount_minor
        if self.weight_g is not None:
            return half_up(self.unit_price_minor * self.weight_g, 1000)
        return self.unit_price_minor

    @property
    def gross_minor(self) -> int:
        """The price of the line before promotions."""
        return self.piece_minor * self.pieces

    @property
    def rank(self) -> tuple[object, ...]:
        """A sort key of all that tells two lines apart but their numbers, so that results don't depend on scanning."""
        figures = (self.piece_minor, self.weight_g or 0, self.tax_rate_bp, self.deposit_minor, self.pieces)
        return (self.product, self.groups, figures, self.member_price_minor or 0, self.fixed_amount_minor is None)

    def check(self) -> None:
        """Raises PricingError `invalid_item` for a negative or unbounded figure."""
        known = self.unit_price_minor >= 0 <= self.deposit_minor and self.tax_rate_bp >= 0 <= self.quantity <= 9999
        optional = (self.weight_g, self.fixed_amount_minor, self.member_price_minor)
        if not known or (optional != NONE and any(figure is not None and figure < 0 for figure in optional)):
            raise PricingError(
                "invalid_item", f"Line {self.line}: prices, weight and rates start at 0, a quantity is 0 to 9999."
            )


def ranked(items: Sequence[Item], places: Sequence[int]) -> list[int]:
    """These places by the ranks of their items. A rank begins with the product, which mostly says all."""
    order = sorted(places, key=lambda i: items[i].product)
    start = 0
    for end in range(1, len(order) + 1):
        if end == len(order) or items[order[end]].product != items[order[start]].product:
            if end - start > 1:
                order[start:end] = sorted(order[start:end], key=lambda i: items[i].rank)
            start = end
    return order


class BagLevy(Struct, frozen=True, kw_only=True):
    """A charge the law puts on each bag: on each piece of goods in `group`. No promotion touches it."""

    amount_minor: int
    group: str = "bag"
    name: str = "Bag levy"
    tax_rate_bp: int = 0


class Voucher(Struct, frozen=True, kw_only=True):
    """A slip of the bottle bank, worth `amount_minor`. Its code can be redeemed once, ever."""

    code: str
    amount_minor: int
    name: str = "Deposit return"


class Terms(Struct, frozen=True, kw_only=True):
    """Everything besides the goods that a price depends on.

    `now` is the time in the store's own time zone. Pass `promotions` as a `Promotions`, built once for each change of
    the rules; a plain sequence of them is taken too, and is indexed anew on every call. `coupons`: codes presented,
    once for each coupon. `redeemed`: codes of vouchers used in an earlier purchase. `tender` "cash" rounds what is due
    to the currency's cash step. `deposit_taxed`: deposits bear the tax of their goods (Germany) instead of none.
    """

    currency: Currency
    now: datetime
    tax_inclusive: bool = True
    promotions: Promotions | Sequence[Promotion] = ()
    member: bool = False
    coupons: tuple[str, ...] = ()
    vouchers: tuple[Voucher, ...] = ()
    redeemed: frozenset[str] = frozenset()
    bag_levy: BagLevy | None = None
    deposit_taxed: bool = False
    tender: Literal["card", "cash"] = "card"
    groups: tuple[str, ...] = DEFAULT_GROUPS
    member_price_name: str = "Member price"
