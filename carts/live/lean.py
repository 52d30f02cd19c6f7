"""What a socket needs of asyncio's queue and event, at a tenth of their memory: theirs hold five deques each cart."""

import asyncio
from collections import deque
from typing import Any


class Mailbox:
    """A queue for one reader. `put_nowait` never waits; what nobody waits for is kept."""

    __slots__ = ("_kept", "_reader")

    def __init__(self) -> None:
        self._kept: deque[Any] | None = None
        self._reader: asyncio.Future[None] | None = None

    def empty(self) -> bool:
        """Whether nothing is kept."""
        return self._kept is None

    def put_nowait(self, item: Any) -> None:
        """Keep an item and wake the reader."""
        if self._kept is None:
            self._kept = deque()
        self._kept.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Any:
        """The oldest item, once there is one."""
        while self._kept is None:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        item = self._kept.popleft()
        if not self._kept:
            self._kept = None
        return item


class Gate:
    """An event that is nearly always set."""

    __slots__ = ("_shut",)

    def __init__(self) -> None:
        self._shut: asyncio.Future[None] | None = None

    def is_set(self) -> bool:
        """Whether it is open."""
        return self._shut is None

    def clear(self) -> None:
        """Let those who come wait."""
        if self._shut is None:
            self._shut = asyncio.get_running_loop().create_future()

    def set(self) -> None:
        """Let all pass."""
        shut, self._shut = self._shut, None
        if shut is not None:
            shut.set_result(None)

    async def wait(self) -> None:
        """Wait until it is opened; one who gives up does not disturb the others."""
        if self._shut is not None:
            await asyncio.shield(self._shut)
