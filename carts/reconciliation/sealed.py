"""What is put into the cart after sealing: a lasting rise over the sealed level, beyond doubt.

Theory. A sealed basket is judged and frozen, so all that is asked of the scale until it is paid is whether more lies in
the cart than then. The sealed level has the doubt of the likeliest story; a level that stands now has its own; a cart
that rolled to the lane stands on another slope (SLOPE of the load, at both ends). A rise of more than SURE standard
deviations of all that, and of more than the lightest goods, is no noise. It must stand, for LASTS_MS in all its levels:
hands, coats and leaning rest on carts for up to 15 s, wander, or go. What was scanned and still to come when the basket
was sealed may come. Falls are the shopper's loss, not the store's, and are not looked at. Units: grams, milliseconds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from .hypotheses import SLOPE
from .signal import Signal
from .types import Scale

if TYPE_CHECKING:
    from .engine import Engine

SURE = 6.0
LASTS_MS = 20_000
FITS = 4.0
MOST_COMING = 4


class Risen(msgspec.Struct, frozen=True):
    """So many grams (and their standard deviation) lie in the cart that did not when it was sealed."""

    at: int
    grams: float
    sd_g: float


class SealWatch:
    """Watches one sealed cart: fed with readings in order, it speaks at most once until it is told to begin anew."""

    def __init__(
        self,
        scale: Scale,
        *,
        level_g: float,
        variance: float,
        coming: Sequence[tuple[float, float]] = (),
        least_g: float = 8.0,
    ) -> None:
        """`coming`: mean and variance of what was scanned and is not there yet; `least_g`: the lightest goods."""
        self.signal = Signal(scale)
        self.level_g, self.variance, self.least_g = level_g, variance, least_g
        self.coming = tuple(coming[:MOST_COMING])
        self.since: int | None = None
        self.told = False

    @classmethod
    def of(cls, engine: Engine) -> SealWatch:
        """The watch over what an engine has just sealed."""
        top = max(engine.tracker.stories, key=lambda story: story.score)
        sums = engine.tracker.ways.sums
        return cls(
            engine.state.scale,
            level_g=top.load + top.tilt,
            variance=max(0.0, top.load_var + 2 * top.cov + top.tilt_var),
            coming=[sums.moments(unit) for unit in top.waiting],
            least_g=engine.policy.least_item_g,
        )

    def feed(self, at: int, step: int, grams: Sequence[float]) -> Risen | None:
        """Take readings at `at`, `at + step`, ... ms."""
        self.signal.feed(at, step, grams)
        s = self.signal.state
        if self.told or not s.quiet:
            return None
        rise, sd = s.level - self.level_g, self.doubt(s.level)
        if rise <= max(self.least_g, SURE * sd):
            self.since = None
            return None
        self.since = s.now if self.since is None else self.since
        if s.now - self.since < LASTS_MS:
            return None
        if self._came(rise, sd):
            return None
        self.told = True
        return Risen(s.now, round(rise, 1), round(sd, 1))

    def doubt(self, level_g: float) -> float:
        """Standard deviation by which a level may differ from the sealed one with nothing put in."""
        slopes = (SLOPE * self.level_g) ** 2 + (SLOPE * level_g) ** 2
        return math.sqrt(self.variance + self.signal.noise**2 + slopes)

    def begin_anew(self) -> None:
        """Somebody has looked into the cart: what lies in it now is right."""
        if self.signal.state.quiet:
            self.level_g, self.variance = self.signal.state.level, self.signal.noise**2
        self.since, self.told, self.coming = None, False, ()

    def _came(self, rise: float, sd: float) -> bool:
        """Whether the rise is what was still to come; from now on it counts as there."""
        for came in _some(self.coming):
            mean, variance = sum(m for m, _ in came), sum(v for _, v in came)
            if abs(rise - mean) <= FITS * math.sqrt(variance + sd * sd):
                self.level_g += rise
                self.variance = sd * sd
                self.coming = tuple(item for item in self.coming if item not in came)
                self.since = None
                return True
        return False


def _some(items: tuple[tuple[float, float], ...]) -> Iterator[tuple[tuple[float, float], ...]]:
    for size in range(1, len(items) + 1):
        yield from itertools.combinations(items, size)
