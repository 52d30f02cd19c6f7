"""When units come after their scans, and when wrongs are put right: the timing part of the moves' prior.

Theory. The time from scan to cart is log-normal (median DELAY_MS, spread DELAY_SPREAD: 95 % within 12 s, 99 % within
17 s). A unit's coming is priced by that density at its age against the density at the median; a unit's not having
come yet by the share of delays that last longer. Units put in together were scanned in one burst. What an alarm
asked for comes soon or hardly ever. Prices are natural logarithms, times milliseconds.
Source: 2,500 placings that only one scan explains.
"""

from __future__ import annotations

import itertools
import math

DELAY_MS = 3200.0
DELAY_SPREAD = 0.8
BURST_MS = 5000  # units put in together were scanned within so much of each other,
BURST = 0.6e-3  # or pay so much per ms beyond
CORRECTED_MS = 45000
CORRECTED_SOON = -1.9
CORRECTED_LATE = -4.0
UNASKED = -3.0  # log of the chance that a stranger leaves of itself, before anybody asked


def late(age_ms: int) -> float:
    """Log of the density of a unit's delay against that of the usual delay; never positive."""
    if age_ms <= DELAY_MS:
        return 0.0
    z = math.log(age_ms / DELAY_MS)
    return max(-0.5 * (z / DELAY_SPREAD) ** 2 - z, -5.0)


def outlives(age_ms: int) -> float:
    """Share of units that take longer than this from scan to cart."""
    if age_ms <= 0:
        return 1.0
    return 0.5 * math.erfc(math.log(age_ms / DELAY_MS) / (DELAY_SPREAD * 1.41421356))


def correcting(age_ms: int, asked: bool = True) -> float:
    """Log of the chance that a stranger this old is what is put right now: soon after the alarm, or hardly any more."""
    if not asked:
        return UNASKED
    return CORRECTED_SOON if age_ms < CORRECTED_MS else CORRECTED_LATE


def scattered(scans: list[int]) -> float:
    """Price of scans (ms, in order) that lie far apart though their units came together."""
    return -sum(min(4.0, BURST * max(0, b - a - BURST_MS)) for a, b in itertools.pairwise(scans))
