"""A store's budget of false alarms, kept by itself.

Theory. Alarms carry calibrated probabilities, so an alarm of probability p is false with 1 - p; what a look found (true
or false) replaces p. The threshold is the lowest, from the store's own upwards, whose expected false alarms stay
within so many per hundred honest trips of the last WINDOW. A trip judged from a threshold t shows no alarm below t, so
alarms near p are counted over the trips that could have shown them (inverse coverage, Horvitz and Thompson 1952).
Where too few trips could, nothing is known: the threshold comes down into the unknown by STEP at most, and sees. With
few trips the store's own threshold stands. Units: probabilities, trips.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Sequence

import msgspec

from .types import Policy

WINDOW = 500  # trips looked back on
LEAST_TRIPS = 100  # fewer say nothing
STEP = 0.02
HIGHEST = 0.98


class Seen(msgspec.Struct, frozen=True):
    """One alarm of the past: the engine's probability, and what a look found (None: nobody looked)."""

    probability: float
    true: bool | None = None


class Judged(msgspec.Struct, frozen=True):
    """A trip of the past: the threshold that it was judged with, and its alarms."""

    threshold: float
    alarms: tuple[Seen, ...] = ()


class Reckoning(msgspec.Struct, frozen=True):
    """The threshold that keeps the budget, and what it was reckoned from.

    `expected_false` is of all these trips at that threshold, `allowed_false` what the budget grants them.
    """

    alarm_probability: float
    trips: int
    alarms: int = 0
    found_true: int = 0
    found_false: int = 0
    expected_false: float = 0.0
    allowed_false: float = 0.0


def within_budget(policy: Policy, trips: Sequence[Judged]) -> Reckoning:
    """The alarm probability that keeps `policy.alarm_budget`, given past trips, the latest last."""
    recent = trips[-WINDOW:]
    alarms = [seen for trip in recent for seen in trip.alarms]
    dishonest = sum(any(seen.true for seen in trip.alarms) for trip in recent)
    allowed = policy.alarm_budget * (len(recent) - dishonest) / 100.0
    least = policy.alarm_probability
    expected = 0.0
    if len(recent) >= LEAST_TRIPS:
        least, expected = _lowest(policy.alarm_probability, recent, alarms, allowed)
    return Reckoning(
        round(least, 4),
        len(recent),
        len(alarms),
        sum(seen.true is True for seen in alarms),
        sum(seen.true is False for seen in alarms),
        round(expected, 3),
        round(allowed, 3),
    )


def _lowest(own: float, recent: Sequence[Judged], alarms: Sequence[Seen], allowed: float) -> tuple[float, float]:
    """The lowest threshold from `own` upwards that `allowed` false alarms bear, and the false alarms expected then."""
    thresholds = sorted(trip.threshold for trip in recent)
    floor = max(own, thresholds[LEAST_TRIPS - 1] - STEP)
    standing = sorted((seen for seen in alarms if seen.probability >= floor), key=lambda seen: -seen.probability)
    lowest, spent = HIGHEST, 0.0
    for probability, alike in itertools.groupby(standing, key=lambda seen: seen.probability):
        showing = max(LEAST_TRIPS, bisect.bisect_right(thresholds, probability))
        false = sum((1.0 - probability) if seen.true is None else float(not seen.true) for seen in alike)
        if spent + false * len(recent) / showing > allowed:
            return lowest, spent
        spent += false * len(recent) / showing
        lowest = min(lowest, probability)
    return floor, spent
