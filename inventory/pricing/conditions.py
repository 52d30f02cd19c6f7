"""What a promotion asks before it counts: which goods, when, for whom, how often."""

from datetime import datetime, time
from typing import Annotated

from msgspec import Meta, Struct

from inventory.pricing.errors import PricingError
from inventory.pricing.money import Currency

Count = Annotated[int, Meta(ge=1, le=1000)]
Minor = Annotated[int, Meta(ge=0)]
BasisPoints = Annotated[int, Meta(ge=0, le=10000)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Target(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The goods a promotion is for: named products, members of named groups, or everything; less what `but_not` names.

    An empty target matches nothing, so that a half-filled form never discounts the whole shop.
    """

    products: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    everything: bool = False
    but_not_products: frozenset[str] = frozenset()
    but_not_groups: frozenset[str] = frozenset()

    @property
    def all_of_it(self) -> bool:
        """Whether everything is meant, without exception."""
        return self.everything and not self.but_not_products and not self.but_not_groups

    def holds(self, product: str, groups: tuple[str, ...]) -> bool:
        """Whether a product with these groups is meant."""
        if product in self.but_not_products or not self.but_not_groups.isdisjoint(groups):
            return False
        return self.everything or product in self.products or not self.groups.isdisjoint(groups)


class Window(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Hours of the week in the store's own time: ISO weekdays (1 is Monday), from `start` up to, not with, `end`.

    An `end` at or before `start` runs over midnight and belongs to the day it began on; equal times are a whole day.
    """

    weekdays: frozenset[Annotated[int, Meta(ge=1, le=7)]] = frozenset({1, 2, 3, 4, 5, 6, 7})
    start: time = time(0)
    end: time = time(0)

    def holds(self, now: datetime) -> bool:
        """Whether the local time `now` is inside."""
        clock, today = now.time(), now.isoweekday()
        if self.start < self.end:
            return today in self.weekdays and self.start <= clock < self.end
        yesterday = (today - 2) % 7 + 1
        return (today in self.weekdays and clock >= self.start) or (yesterday in self.weekdays and clock < self.end)


class Rule(Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True, omit_defaults=True):
    """What all promotions share.

    `starts_at` (included) and `ends_at` (excluded) are points in time with an offset; `windows` narrow them to hours.
    `coupon`: the code that must be presented; each one presented serves `coupon_uses` times (None: without end).
    `limit`: at most so many times a basket (a time is one set, one piece, or one threshold reached).
    `group`: within a group a piece of goods serves one promotion only; different groups combine, in the order of
    `Terms.groups`, each on the price the one before left. `exclusive`: on its pieces, no promotion of another group.
    """

    id: Name
    name: Name
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    windows: tuple[Window, ...] = ()
    members_only: bool = False
    coupon: str | None = None
    coupon_uses: Count | None = 1
    limit: Count | None = None
    group: str = "offers"
    exclusive: bool = False

    def __post_init__(self) -> None:
        for moment in (self.starts_at, self.ends_at):
            if moment is not None and moment.tzinfo is None:
                raise PricingError("invalid_promotion", f"{self.id}: starts_at and ends_at need an offset from UTC.")
        if self.coupon == "" or (self.limit is not None and self.limit < 1):
            raise PricingError("invalid_promotion", f"{self.id}: an empty coupon code, or a limit below 1.")
        self.check()

    def gives(self, currency: Currency) -> str:
        """What it gives, in words for the receipt: "3 for 2"."""
        return self.name

    def why(self, currency: Currency) -> str:
        """Why it counted, in words for the receipt: "3 for 2, coupon SPRING, for members"."""
        words = self.gives(currency)
        if self.coupon is not None:
            words += f", coupon {self.coupon}"
        return f"{words}, for members" if self.members_only else words

    def check(self) -> None:
        """Raises PricingError `invalid_promotion` if the fields of this kind contradict each other."""

    def demand(self, met: bool, what: str) -> None:
        """Raises PricingError `invalid_promotion` that says `what` is wanted, unless it is met."""
        if not met:
            raise PricingError("invalid_promotion", f"{self.id}: {what}.")

    @property
    def unconditional(self) -> bool:
        """Whether it is live at any time and for every shopper."""
        timed = self.starts_at is not None or self.ends_at is not None or bool(self.windows)
        return not timed and not self.members_only and self.coupon is None

    def live(self, now: datetime) -> bool:
        """Whether the dates and hours hold at the store's local time `now`."""
        if self.starts_at is not None and now < self.starts_at:
            return False
        if self.ends_at is not None and now >= self.ends_at:
            return False
        return not self.windows or any(window.holds(now) for window in self.windows)

    def times(self, member: bool, coupons: dict[str, int]) -> int | None:
        """How often it may count for this shopper, None being without end; `coupons` counts the codes presented."""
        if self.members_only and not member:
            return 0
        if self.coupon is None:
            return self.limit
        shown = coupons.get(self.coupon, 0)
        if not shown or self.coupon_uses is None:
            return self.limit if shown else 0
        return min(shown * self.coupon_uses, self.limit or shown * self.coupon_uses)

    def coupons_for(self, times: int) -> int:
        """How many coupons are used up when it counts so many times."""
        if self.coupon is None:
            return 0
        return 1 if self.coupon_uses is None else -(-times // self.coupon_uses)
