"""Readings again from what the journal keeps of them: settled levels, and the thinned weight.

Theory. The engine has said when the load stood, at how many grams and with what doubt; the thinned weight says when it
left that level. So readings stand at the last settled level while the thinned weight is near it, and from SETTLES_MS
before the engine called a level settled; a level of much doubt was a mean over rolling, and gets shocks about it that
give the same doubt. All else is a slow swing, of which nothing is believed. What a person saw on the scale between two
points of the trace is not known again; 97 of 100 trips end as they did with all their readings. Times are the trip's
milliseconds, weights grams.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from carts.reconciliation import Level

from .run import Weight

STEP_MS = 100
FRAME_MS = 500
HOLE_MS = 7_000  # no point for so long is a hole in the stream: even a standing load gives one every 5 s
SETTLES_MS = 800  # of standing before the engine calls a level settled
ROLLS_MS = 5_200  # of rolling before it believes two looks at the mean
SHAKEN_SD_G = 2.05  # a level of more doubt is a mean over rolling
NEAR_G = 6.0  # a point this near to the settled level is of it
PRESSED_G, PRESSED_MS = 15.0, 2_000  # the swing of a load that is not known to stand
BEFORE_MS = 1_500  # of standing at the zero, before the trip begins


def thickened(start_ms: int, points: Sequence[tuple[int, float]], levels: Sequence[Level]) -> Iterator[Weight]:
    """Frames of readings (g) from before the start (ms) to the last point; none where no point is kept."""
    if not points:
        return
    zero = levels[0].before_g if levels else points[0][1]
    yield Weight(at=start_ms - BEFORE_MS, step=STEP_MS, grams=[zero] * (BEFORE_MS // STEP_MS))
    marks = [(level.at - (ROLLS_MS if shaken(level) else SETTLES_MS), level) for level in levels]
    held, level, seen, known = zero, zero, 0, 0
    settles, shock = start_ms, 0.0
    last = max(points[-1][0] + STEP_MS, levels[-1].at + STEP_MS if levels else 0)
    for begin in range(start_ms, last, FRAME_MS):
        grams = []
        for at in range(begin, min(begin + FRAME_MS, last), STEP_MS):
            while known < len(marks) and marks[known][0] <= at:
                newest = marks[known][1]
                settles, level, shock = newest.at, newest.after_g, shock_of(newest)
                known += 1
            while seen < len(points) and points[seen][0] <= at:
                held = points[seen][1]
                seen += 1
            if at <= settles:
                grams.append(level + (shock if at // STEP_MS % 2 else -shock))
            else:
                grams.append(level if abs(held - level) <= NEAR_G else held + pressed(at))
        yield Weight(at=begin, step=STEP_MS, grams=grams)


def shaken(level: Level) -> bool:
    """Whether the level is a mean over rolling."""
    return level.sd_g > SHAKEN_SD_G


def shock_of(level: Level) -> float:
    """The swing of rolling about a level that gives it the doubt that it had; 0 for one that stood."""
    return 0.9 * math.sqrt(48.0 * (level.sd_g**2 - 4.0) / 1.5) if shaken(level) else 0.0


def pressed(at: int) -> float:
    """A slow swing: neither standing nor the short shocks of rolling, so that nothing is believed of it."""
    return PRESSED_G * (abs(at % PRESSED_MS - PRESSED_MS / 2) / (PRESSED_MS / 4) - 1)
