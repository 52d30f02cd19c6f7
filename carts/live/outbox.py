"""What waits to be sent to one cart: bounded, in order, and dropped with the connection when nobody reads."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import msgspec

from carts.protocol.outbound import Message

MOST = 256  # messages waiting
LONGEST_S = 5.0  # that the first of them has waited
_NONE: deque[bytes] = deque(maxlen=0)
_encode = msgspec.json.Encoder().encode

Send = Callable[[str], Awaitable[None]]
SendNow = Callable[[Sequence[bytes]], bool]  # False when it takes no more at the moment


class Outbox:
    """`put` never waits: what `send_now` does not take is queued, and one task at a time empties the queue."""

    __slots__ = ("_loop", "_queue", "_send", "_send_now", "_since", "_task", "closed")

    def __init__(self, send: Send, send_now: SendNow | None = None) -> None:
        self._send = send
        self._send_now = send_now
        self._loop = asyncio.get_running_loop()
        self._queue: deque[bytes] = _NONE  # one of its own while something waits, which is seldom
        self._task: asyncio.Task[None] | None = None
        self._since = 0.0
        self.closed = False

    def put(self, *messages: Message) -> None:
        """Send messages, as one piece where the socket takes it; after `close` they are dropped."""
        if self.closed or not messages:
            return
        texts = [_encode(message) for message in messages]
        if self._task is None and self._send_now is not None and self._send_now(texts):
            return
        if self._task is not None:
            self._queue.extend(texts)
        else:
            self._queue = deque(texts)
            self._since = self._loop.time()
            self._task = self._loop.create_task(self._drain())

    @property
    def stalled(self) -> bool:
        """Whether the reader has let 256 messages or 5 s of output wait."""
        if self._task is None:
            return False
        return len(self._queue) > MOST or self._loop.time() - self._since > LONGEST_S

    async def flush(self, seconds: float) -> None:
        """Wait until all is sent, or so long; then nothing more is."""
        self.closed = True
        if self._task is not None:
            with suppress(asyncio.TimeoutError, asyncio.CancelledError, ConnectionError, RuntimeError):
                await asyncio.wait_for(self._task, seconds)

    def drop(self) -> None:
        """Nobody reads any more."""
        self.closed = True
        self._queue = _NONE
        if self._task is not None:
            self._task.cancel()

    async def _drain(self) -> None:
        try:
            while self._queue:
                self._since = self._loop.time()
                await self._send(self._queue.popleft().decode())
        except (ConnectionError, RuntimeError):
            self._queue = _NONE  # the socket is gone; its receive loop ends by itself
        finally:
            self._task, self._queue = None, _NONE
