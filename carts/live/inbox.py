"""Frames of one cart in their order: done where they come in, or by a task while something must be waited for."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from carts.live.connection import CartConnection

logger = logging.getLogger(__name__)
Switch = Callable[[], None]


class Inbox:
    """`put` never waits. `hold` is called when reading should stop, `release` when it may go on."""

    __slots__ = ("_connection", "_hold", "_release", "_task", "_waiting")

    def __init__(self, connection: CartConnection, hold: Switch, release: Switch) -> None:
        self._connection = connection
        self._hold = hold
        self._release = release
        self._waiting: deque[str] | None = None  # made when one has to wait, which is seldom
        self._task: asyncio.Task[None] | None = None

    def put(self, frame: str) -> None:
        """Do a frame, after those before it. A fault of ours ends the connection, never the server."""
        if self._task is not None:
            if self._waiting is None:
                self._waiting = deque()
            self._waiting.append(frame)
            return
        try:
            rest = self._connection.take(frame)
        except Exception:
            self._failed()
            return
        if rest is not None:
            self._hold()
            self._task = asyncio.get_running_loop().create_task(self._work(rest))

    async def idle(self) -> None:
        """Wait until everything that was put in is done."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _work(self, rest: Coroutine[Any, Any, None]) -> None:
        try:
            await rest
            while self._waiting:
                await self._connection.frame(self._waiting.popleft())
        except Exception:
            self._failed()
        finally:
            self._task = self._waiting = None
            self._release()

    def _failed(self) -> None:
        logger.exception("a frame could not be handled")
        self._waiting = None
        self._connection.fail()
