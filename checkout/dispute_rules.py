"""When a shopper's word on a line is enough. Pure.

`Store.policy["disputes"]` sets, with these defaults:

    days                30    so long after the purchase a line can be disputed
    believe_minor      300    up to here the shopper's word is enough where neither scale nor staff saw the line
    believe_lines        2    so many lines of one receipt are believed; more are for a person

An accepted dispute is refunded at once up to the store's limit for automatic refunds (`checkout.tendering`); above it,
by a person who may refund.
"""

from collections.abc import Mapping
from typing import Any

import msgspec


class DisputeRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sums in minor units."""

    days: int = 30
    believe_minor: int = 300
    believe_lines: int = 2


class Claim(msgspec.Struct, frozen=True):
    """What is decided on: the line's price, how it was checked (`checkout.services.receipts.checked`), and how many
    lines of this receipt were believed before."""

    amount_minor: int
    checked: str
    believed: int


def dispute_rules(policy: Mapping[str, Any]) -> DisputeRules:
    """The store's rules; raises ValueError for names that there are not, or values of another kind."""
    try:
        return msgspec.convert(policy.get("disputes", {}), DisputeRules)
    except msgspec.ValidationError as error:
        raise ValueError(f"The store's policy of disputes is not valid: {error}") from error


def is_believed(claim: Claim, rules: DisputeRules, automatic_minor: int) -> bool:
    """Whether nobody need look. A line that the scale or a person has confirmed is always looked at."""
    return (
        claim.checked == "scanned"
        and 0 < claim.amount_minor <= min(rules.believe_minor, automatic_minor)
        and claim.believed < rules.believe_lines
    )


def cost_of(checked: str, source: str, doubted: bool) -> str:
    """What an accepted dispute counts as: a wrong accusation where the line stood there because of our doubt."""
    return "wrong_accusation" if checked == "staff" or source == "staff" or doubted else "refund"
