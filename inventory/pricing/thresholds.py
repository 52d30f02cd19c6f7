"""Promotions on what the basket comes to."""

from inventory.pricing.conditions import BasisPoints, Count, Minor, Rule, Target
from inventory.pricing.money import Currency, half_up, percent

EVERYTHING = Target(everything=True)


class BasketThreshold(Rule, frozen=True, kw_only=True, tag="basket_threshold"):
    """From a total of the goods it is for, an amount or a percentage off them: exactly one of the two.

    The total is what these goods come to after the promotions on pieces (`counts_before_offers`: before them), without
    deposits, levies and goods under an exclusive promotion. `repeats`: an amount comes off once for each full minimum.
    """

    minimum_minor: Minor
    on: Target = EVERYTHING
    amount_minor: Minor | None = None
    percent_bp: BasisPoints | None = None
    repeats: bool = False
    counts_before_offers: bool = False
    coupon_uses: Count | None = 1
    group: str = "basket"

    def check(self) -> None:
        self.demand((self.amount_minor is None) != (self.percent_bp is None), "give either an amount or a percentage")
        self.demand(
            not self.repeats or (self.minimum_minor > 0 and self.amount_minor is not None),
            "only an amount repeats, and only over a minimum above 0",
        )

    def gives(self, currency: Currency) -> str:
        off = currency.text(self.amount_minor or 0) if self.percent_bp is None else percent(self.percent_bp)
        return f"{off} off {'each' if self.repeats else 'from'} {currency.text(self.minimum_minor)}"

    def reached(self, total_minor: int, times: int | None) -> int:
        """How many times the total earns the reward, at most `times`."""
        if total_minor < self.minimum_minor:
            return 0
        earned = total_minor // self.minimum_minor if self.repeats else 1
        return earned if times is None else min(earned, times)

    def saved(self, price_minor: int, count: int) -> int:
        """What `count` rewards save on goods that now cost `price_minor`."""
        if not count:
            return 0
        if self.percent_bp is not None:
            return half_up(price_minor * self.percent_bp, 10000)
        return min(price_minor, count * (self.amount_minor or 0))
