"""Random checks: drawn so that nobody can tell them before, and anybody can check them after; and what they tell.

A store's seed of a day is fixed by the server's secret; its SHA-256 is published before the day and the seed after it.
Pure.
"""

import hashlib
import hmac
from collections.abc import Sequence
from statistics import NormalDist
from typing import Final, NamedTuple

Z_95: Final = 1.96
NONE_FOUND: Final = 3.0
"""Of n checks that found nothing, up to 3/n may still find something with 95 % confidence (the rule of three)."""

LEAST_SPREAD: Final = 5.0


class Group(NamedTuple):
    """Trips of a store, or reviews of a person: how many were drawn, how many were to be expected, and the variance."""

    drawn: int
    expected: float
    variance: float


class Loss(NamedTuple):
    """True loss in minor units, and where it lies with 95 % confidence."""

    minor: int
    low_minor: int
    high_minor: int


def draw(secret: bytes, trip_id: str) -> float:
    """A number in [0, 1) that is fixed for a trip and that nobody without the secret can tell (HMAC-SHA-256)."""
    digest = hmac.new(secret, trip_id.encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def day_seed(secret: bytes, store_id: int, day: str) -> bytes:
    """The seed of a store's draws on one day (ISO date): kept until the day is over, then disclosed."""
    return hmac.new(secret, f"draws:{store_id}:{day}".encode(), hashlib.sha256).digest()


def commitment(seed: bytes) -> str:
    """What is published before the day begins: the seed that is disclosed later must have this SHA-256."""
    return hashlib.sha256(seed).hexdigest()


def loss_estimate(audits: Sequence[tuple[float, int]], trips: int) -> tuple[float, float]:
    """True loss of `trips` trips in minor units, and its standard error, from full audits (probability, loss found).

    Horvitz and Thompson (1952): each audit stands for 1/probability trips. Partial audits are no measure, as they find
    a tenth of what full ones do: leave them out. Raises ValueError for an audit that could not have been drawn.
    """
    if any(not 0 < probability <= 1 for probability, _ in audits):
        raise ValueError("an audit's probability lies above 0 and at most 1")
    if not audits or trips <= 0:
        return 0.0, float("inf")
    total = sum(loss / probability for probability, loss in audits)
    variance = sum((1 - probability) * (loss / probability) ** 2 for probability, loss in audits)
    return total, variance**0.5


def loss_between(audits: Sequence[tuple[float, int]], trips: int, typical_minor: int) -> Loss:
    """`loss_estimate` with its interval. At least what was found is lost; where nothing was found, up to 3/n of the
    trips may lack a piece of `typical_minor`, with n the equal checks that these are worth (Kish 1965).

    Raises ValueError as `loss_estimate`, and for no audits: they tell nothing.
    """
    if not audits or trips <= 0:
        raise ValueError("without an audit nothing is known of the loss")
    total, error = loss_estimate(audits, trips)
    found = sum(loss for _, loss in audits)
    if found:
        return Loss(round(total), round(max(found, total - Z_95 * error)), round(total + Z_95 * error))
    weights = [1 / probability for probability, _ in audits]
    equal = sum(weights) ** 2 / sum(weight**2 for weight in weights)
    return Loss(0, 0, round(trips * min(1.0, NONE_FOUND / equal) * typical_minor))


def together(groups: Sequence[Group]) -> Group:
    """Groups as one."""
    return Group(sum(g.drawn for g in groups), sum(g.expected for g in groups), sum(g.variance for g in groups))


def evenness(groups: Sequence[Group], *, given: int = 0) -> float:
    """The chance that fair draws are spread as unevenly as these, or worse: a chi-square test, 1 where there is too
    little to tell. `given`: how many figures the expectation itself was taken from.

    Groups with a variance below 5 are put together, as the test is for large ones. The chi-square distribution is
    that of Wilson and Hilferty (1931), good to a few per cent of the chance down to 1 in 100,000.
    """
    large = [group for group in groups if group.variance >= LEAST_SPREAD]
    small = [group for group in groups if group.variance < LEAST_SPREAD]
    rest = together(small)
    held = [*large, rest] if rest.variance >= LEAST_SPREAD else large
    free = len(held) - given
    if free < 1:
        return 1.0
    square = sum((group.drawn - group.expected) ** 2 / group.variance for group in held)
    ninth = 2 / (9 * free)
    return 1 - NormalDist().cdf(((square / free) ** (1 / 3) - (1 - ninth)) / ninth**0.5)
