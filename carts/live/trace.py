"""The thinned trace of a trip's weight: enough for a plot and for people, a small part of the readings."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from carts.models import TraceBlock
from carts.points import Point, packed
from inventory.privacy.classes import TRACE

STILL_G = 3.0  # grams; less is no change worth a point
STILL_MS = 5_000  # between points while nothing changes
MOVING_MS = 200  # between points while something does
BLOCK_POINTS = 300
BLOCK_MS = 60_000  # of the trace that a crash may lose; a console that looks on asks for what there is
RIDE_MS = 30_000  # so much of it goes along with the next event, which is written anyway
LOOK_MS = 2_000  # less than that is not worth a block when somebody looks on
KEPT = TRACE.period


class Thinner:
    """Keeps a point when the weight has moved, at most five a second, or when 5 s have passed."""

    __slots__ = ("_at", "_grams", "_points", "_trip_id")

    def __init__(self, trip_id: uuid.UUID) -> None:
        self._trip_id = trip_id
        self._points: list[Point] = []
        self._at = -STILL_MS
        self._grams = 0.0

    def add(self, at: int, step: int, grams: Sequence[float]) -> bool:
        """Take readings; says whether a block is full."""
        last = at + step * (len(grams) - 1)
        reading = grams[-1]
        elapsed = last - self._at
        if elapsed >= STILL_MS or (elapsed >= MOVING_MS and abs(reading - self._grams) > STILL_G):
            if abs(grams[0] - self._grams) <= STILL_G < abs(reading - self._grams):
                self._points.append((at, grams[0]))
            self._points.append((last, reading))
            self._at, self._grams = last, reading
        return len(self._points) >= BLOCK_POINTS or self.waiting_ms >= BLOCK_MS

    @property
    def waiting_ms(self) -> int:
        """The stretch that is not in a block yet, 0 if there is none."""
        return self._at - self._points[0][0] if self._points else 0

    def block(self, now: datetime) -> list[TraceBlock]:
        """The points so far as a row, none if there are none; they are forgotten here."""
        points, self._points = self._points, []
        if not points:
            return []
        return [
            TraceBlock(
                trip_id=self._trip_id,
                from_ms=points[0][0],
                to_ms=points[-1][0],
                packed=packed(points),
                delete_after=now + KEPT,
            )
        ]
