"""Readings to standstills: when the load stood still, at how many grams, and what happened on the way there.

Theory. A cart on four load cells shows, standing, its load with about 0.7 g of noise (white, 10 readings a second),
rounded to the scale's division; one reading in a hundred is a glitch of up to 10 kg and stays alone. Rolling shakes
it by 10 to 200 g about its load; hands press by grams to kilograms and wander. So the load is believed only where
SETTLE readings in a row lie within a band that standing noise fills (4.5 standard deviations, or a division), and
their scatter is that of standing, not of a lull between two shocks. From there on the mean follows slow creep. The
band's edge costs one reading in 1e5. A standstill's variance: noise / n, a 12th of the division squared where
rounding hides the rest, and creep. Units: grams, milliseconds. Source of the figures: logs of a four-cell scale with
HX711 converters; OIML R 76 for divisions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import msgspec

from .types import Scale

NOISE_G = 0.8
SETTLE = 8
SETTLE_AFTER_ROLLING = 10
ROLLING_MS = 2000
HOLE_MS = 1500
LEAST_RECENT = 16
MOST_RECENT = 48
ROLLING_RATIO = 1.05  # von Neumann's ratio above which the load is shaken, not pressed
FOLLOW = 0.1  # share of each reading that a standing level takes in


class Standstill(msgspec.Struct, frozen=True):
    """The load stands since `since`, known at `at`.

    `rolled`: the cart may have moved to another slope; `hole_ms`: unseen before.

    `shaken`: a mean over rolling, good for recognising what was announced, not for suspecting.
    """

    at: int
    since: int
    grams: float
    variance: float
    rolled: bool
    hole_ms: int
    shaken: bool = False


class SignalState(msgspec.Struct):
    """All that the signal remembers, so that it can be written down and go on elsewhere."""

    quiet: bool = False
    level: float = 0.0
    count: int = 0
    outs: int = 0
    now: int = -1
    left_at: int = -1
    hole_ms: int = 0
    run: list[float] = msgspec.field(default_factory=list)
    run_at: int = 0
    slip: float | None = None
    recent: list[float] = msgspec.field(default_factory=list)


class Signal:
    """Feed it readings in order; it answers with the standstills that began."""

    def __init__(self, scale: Scale, state: SignalState | None = None) -> None:
        self.scale = scale
        self.state = state or SignalState()
        division = scale.division_g
        self.noise = math.hypot(NOISE_G, division / 3.4641)
        self.band = max(4.5 * NOISE_G, 1.1 * division)
        self.most_scatter = (max(2.0 * NOISE_G, 0.55 * division)) ** 2

    def feed(self, at: int, step: int, grams: Sequence[float]) -> list[Standstill] | None:
        """Take readings at `at`, `at + step`, ... (ms); None when nothing new stands still."""
        s = self.state
        gap = at - s.now - step
        if gap > HOLE_MS and s.now >= 0:
            s.hole_ms += gap
        if s.quiet and not s.outs:
            level, band = s.level, self.band
            if max(grams) - level <= band and level - min(grams) <= band:
                n = len(grams)
                s.count += n
                s.level = level + (1.0 - (1.0 - FOLLOW) ** n) * (sum(grams) / n - level)
                s.now = at + (n - 1) * step
                s.hole_ms = 0
                return None
        found = None
        recent = s.recent
        recent.extend(grams)
        if len(recent) > 2 * MOST_RECENT:
            del recent[:-MOST_RECENT]
        for k, x in enumerate(grams):
            s.now = at + k * step
            if s.quiet:
                self._stand(x)
                continue
            new = self._move(x)
            if new:
                found = [*(found or ()), new]
        return found

    def rolling_level(self) -> tuple[float, float] | None:
        """Mean load and its standard error while the cart rolls; None while it stands or where a hand may be on it.

        Shocks of rolling alternate, a hand wanders: von Neumann's ratio of successive differences to variance tells
        them apart.
        """
        last = self.state.recent[-MOST_RECENT:]
        n = len(last)
        if self.state.quiet or n < LEAST_RECENT:
            return None
        ordered = sorted(last)
        middle = ordered[n // 2]
        spread = (ordered[n - 1 - n // 6] - ordered[n // 6]) / 1.94 + 0.5
        low, high = middle - 4 * spread, middle + 4 * spread
        calm = [min(max(x, low), high) for x in last]
        mean = sum(calm) / n
        variance = sum((x - mean) ** 2 for x in calm) / n
        steps = sum((b - a) ** 2 for a, b in itertools.pairwise(calm)) / (n - 1)
        if steps < 2.0 * ROLLING_RATIO * variance:
            return None
        return mean, 1.1 * math.sqrt(variance / n)

    def _stand(self, x: float) -> None:
        s = self.state
        if abs(x - s.level) <= self.band:
            s.level += FOLLOW * (x - s.level)
            s.count += 1
            s.outs = max(0, s.outs - 1)
            s.hole_ms = 0
            return
        s.outs += 1
        if s.outs == 1:
            s.left_at = s.now
        if s.outs >= 2:
            s.quiet, s.outs, s.slip = False, 0, None
            s.run, s.run_at = [x], s.now
            s.recent = [x]

    def _move(self, x: float) -> Standstill | None:
        s = self.state
        run = s.run
        if not run:
            s.run, s.run_at = [x], s.now
            return None
        centre = sum(run) / len(run)
        if abs(x - centre) <= self.band:
            run.append(x)
            return self._settled(run) if len(run) >= SETTLE else None
        if s.slip is None:
            s.slip = x
            return None
        together = abs(x - s.slip) <= self.band
        s.run = [s.slip, x] if together else [x]
        s.run_at = s.now - (100 if together else 0)
        s.slip = None
        return None

    def _settled(self, run: list[float]) -> Standstill | None:
        s = self.state
        rolled = s.run_at - s.left_at > ROLLING_MS
        mean = sum(run) / len(run)
        scatter = sum((x - mean) ** 2 for x in run) / len(run)
        if len(run) < (SETTLE_AFTER_ROLLING if rolled else SETTLE):
            return None
        if scatter > self.most_scatter:
            del run[0]
            s.run_at += 100
            return None
        s.quiet, s.level, s.count, s.outs = True, mean, len(run), 0
        found = Standstill(s.now, s.run_at, mean, self._variance(scatter, len(run)), rolled, s.hole_ms)
        s.run, s.recent, s.slip, s.hole_ms = [], [], None, 0
        return found

    def _variance(self, scatter: float, n: int) -> float:
        hidden = (self.scale.division_g**2) / 12.0 if scatter < 0.04 * self.scale.division_g**2 else 0.0
        return max(scatter, NOISE_G**2) / n + hidden + 0.25
