"""Gathers single readings of the scale into weight frames."""

from collections import deque

from .outgoing import Weight

READINGS_A_FRAME = 5
# While the line is busy the newest frames matter; a hole in the weight is normal, a growing queue is not.
FRAMES_WAITING = 40


class Weighing:
    """Readings in, frames of five out. `step_ms` is the time between two readings of the scale."""

    def __init__(self, step_ms: int) -> None:
        self._step_ms = step_ms
        self._first_at = 0
        self._grams: list[float] = []
        self._frames: deque[Weight] = deque(maxlen=FRAMES_WAITING)

    def add(self, at: int, grams: float) -> bool:
        """Takes a reading made at `at`; True when a frame is ready. A missed reading closes the frame early."""
        expected = self._first_at + len(self._grams) * self._step_ms
        if self._grams and abs(at - expected) > self._step_ms / 2:
            self._close()
        if not self._grams:
            self._first_at = at
        self._grams.append(int(grams) if float(grams).is_integer() else grams)
        if len(self._grams) == READINGS_A_FRAME:
            self._close()
        return bool(self._frames)

    def take(self) -> Weight | None:
        """The oldest frame that waits, or None."""
        return self._frames.popleft() if self._frames else None

    def drop(self) -> None:
        """Forgets what waits: after a break the scale's absolute level says it all."""
        self._frames.clear()
        self._grams.clear()

    def _close(self) -> None:
        self._frames.append(Weight(at=self._first_at, step=self._step_ms, grams=tuple(self._grams)))
        self._grams = []
