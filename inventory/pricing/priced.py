"""A priced basket. All amounts are minor units."""

from typing import Literal

from msgspec import Struct


class Saving(Struct, frozen=True):
    """A promotion's part on one line: its id and name, what it saves here, and why (as on the receipt)."""

    promotion: str
    name: str
    amount_minor: int
    why: str = ""


class PricedLine(Struct, frozen=True):
    """A line of goods. amount = gross - savings. `tax_minor` is within the amount or on top of it, as the terms say.

    `deposit_minor` (and its tax, if any) is not part of the amount; it stands as a charge linked to this line.
    """

    line: int
    gross_minor: int
    savings: tuple[Saving, ...]
    amount_minor: int
    deposit_minor: int
    tax_rate_bp: int
    tax_minor: int
    pieces: int


class Charge(Struct, frozen=True):
    """What is added to a line of goods and belongs to it: its deposit, or the levy on bags."""

    kind: Literal["deposit", "bag_levy"]
    line: int
    name: str
    amount_minor: int
    tax_rate_bp: int
    tax_minor: int


class Applied(Struct, frozen=True):
    """A promotion that counted: how often, what it saved in all, the coupons it used up, and why."""

    promotion: str
    name: str
    times: int
    amount_minor: int
    why: str
    coupon: str | None = None
    coupons_used: int = 0


class VoucherUse(Struct, frozen=True):
    """A deposit-return voucher and whether it is redeemed here; `refused` is why not.

    `already_redeemed`; `twice` in this basket; `exceeds_due`: worth more than is left to pay, so it stays good.
    """

    code: str
    name: str
    amount_minor: int
    refused: Literal["already_redeemed", "twice", "exceeds_due"] | None = None


class RateTotal(Struct, frozen=True):
    """All goods and charges of one tax rate: net + tax = gross."""

    rate_bp: int
    net_minor: int
    tax_minor: int
    gross_minor: int


class Totals(Struct, frozen=True, kw_only=True):
    """Sums over the basket.

    total = subtotal - discount + deposit + levy (+ tax, if prices exclude it). due = total - vouchers + rounding, which
    is paid. `items` counts pieces; a weighed line is one.
    """

    subtotal: int
    discount: int
    deposit: int
    levy: int
    tax: int
    total: int
    vouchers: int
    rounding: int
    due: int
    items: int
    tax_inclusive: bool
    by_rate: tuple[RateTotal, ...]


class Priced(Struct, frozen=True, kw_only=True):
    """The priced basket. `lines` stand in the order of the items.

    `exact`: the combination of promotions is proven to be the best legal one; otherwise it is the best that was found
    within the search's bounds (docs/pricing.md).
    """

    lines: tuple[PricedLine, ...]
    charges: tuple[Charge, ...]
    applied: tuple[Applied, ...]
    vouchers: tuple[VoucherUse, ...]
    totals: Totals
    exact: bool
