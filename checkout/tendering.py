"""A store's rules of paying and giving back (`Store.policy["payments"]`, `Store.policy["refunds"]`). Pure.

Money is minor units. Unknown names and values out of range are refused, so that a typing error switches nothing on.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec


class TenderingError(ValueError):
    """A store's policy of payments or refunds names a field that there is not, or a value out of its range."""


class PaymentRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`providers`: those that the store takes, of the server's; none named means all. `split`: more than one tender.
    `tips`: off unless switched on, up to `most_tip` (a share of the amount). `authorise_in_review`: money may be set
    aside while a check is still running; it is taken when the check is over. `stripe_account`: the retailer's own.
    """

    providers: tuple[str, ...] = ()
    split: bool = True
    tips: bool = False
    most_tip: float = 0.3
    authorise_in_review: bool = False
    stripe_account: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.most_tip <= 1:
            raise ValueError("most_tip is a share between 0 and 1")


class RefundRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`limits`: the largest refund a role may give by itself, in minor units. Above `four_eyes_minor` a second person,
    whose own limit reaches, must agree. `automatic_minor`: the most that an accepted dispute gives back without a
    person, and `automatic_trip_minor` of one trip in all. `days`: how long after the sale.
    """

    limits: Mapping[str, int] = msgspec.field(default_factory=lambda: {"supervisor": 10_000, "manager": 100_000})
    four_eyes_minor: int = 5_000
    automatic_minor: int = 500
    automatic_trip_minor: int = 1_000
    days: int = 30

    def __post_init__(self) -> None:
        sums = (*self.limits.values(), self.four_eyes_minor, self.automatic_minor, self.automatic_trip_minor, self.days)
        if min(sums) < 0:
            raise ValueError("sums and days are not negative")


class ReviewRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a second person must confirm a decision on a review: at or above `four_eyes_minor` (None: no sum), and for
    every refusal where `four_eyes_refusal` says so. Off unless a store asks for it. `learn_pictures`: whether packs
    that a camera saw and a person confirmed become pictures of the catalogue, cut to the pack.
    """

    four_eyes_minor: int | None = None
    four_eyes_refusal: bool = False
    learn_pictures: bool = False

    def __post_init__(self) -> None:
        if self.four_eyes_minor is not None and self.four_eyes_minor < 0:
            raise ValueError("sums are not negative")

    def needs_second(self, *, refusal: bool, amount_minor: int) -> bool:
        """Whether this decision on a basket of this sum (minor units) waits for a second person."""
        over = self.four_eyes_minor is not None and amount_minor >= self.four_eyes_minor
        return over or (refusal and self.four_eyes_refusal)


def review_rules(policy: Mapping[str, Any]) -> ReviewRules:
    """From a store's policy; raises TenderingError."""
    return _converted(policy.get("reviews", {}), ReviewRules)


def payment_rules(policy: Mapping[str, Any]) -> PaymentRules:
    """From a store's policy; raises TenderingError."""
    return _converted(policy.get("payments", {}), PaymentRules)


def refund_rules(policy: Mapping[str, Any]) -> RefundRules:
    """From a store's policy; raises TenderingError."""
    return _converted(policy.get("refunds", {}), RefundRules)


Kind = TypeVar("Kind", PaymentRules, RefundRules, ReviewRules)


def _converted(value: Any, kind: type[Kind]) -> Kind:
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError) as error:
        raise TenderingError(f"The store's policy of payments, refunds or reviews is not valid: {error}") from error
