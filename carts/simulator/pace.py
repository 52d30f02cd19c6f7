"""Time in the simulated store: it runs `speed` times as fast as the clock on the wall."""

import asyncio
import time
from collections.abc import Callable


class Pace:
    """Cart time. The stream's `at` runs on it, so the server sees a human pace at any speed."""

    def __init__(self, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        if speed <= 0:
            raise ValueError("speed must be above zero")
        self.speed = speed
        self._monotonic = monotonic
        self._started = monotonic()

    def now_ms(self) -> int:
        """Milliseconds of cart time since the simulation began."""
        return int((self._monotonic() - self._started) * 1000 * self.speed)

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` of cart time pass."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)

    def patience(self, seconds: float, least_s: float = 10.0) -> float:
        """A time-out in wall seconds for `seconds` of cart time, `least_s` at least: the server is not sped up."""
        return max(least_s, seconds / self.speed)
