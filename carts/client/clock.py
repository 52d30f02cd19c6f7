"""The stream's clock: milliseconds from the stream's start, never backwards, also across restarts."""

import time
from collections.abc import Callable

MillisecondClock = Callable[[], int]


def monotonic_ms() -> int:
    """The machine's monotonic clock in milliseconds."""
    return time.monotonic_ns() // 1_000_000


class StreamClock:
    """Counts on from `base_ms`, what the stream's clock stood at when this process opened the storage."""

    def __init__(self, base_ms: int, source: MillisecondClock = monotonic_ms) -> None:
        self._base_ms = base_ms
        self._source = source
        self._started_ms = source()

    def now(self) -> int:
        """Milliseconds since the stream began."""
        return self._base_ms + max(0, self._source() - self._started_ms)
