"""What a cart maker embeds: record what the shopper does, feed the scale's readings, show the state."""

import asyncio
import math
from collections.abc import Callable
from random import Random
from typing import Any, Self

from .clock import MillisecondClock, StreamClock, monotonic_ms
from .closing import Behaviour
from .errors import Stopped
from .incoming import Incoming, Result
from .outgoing import EventKind, Health, Scale, ScanSource, TripMode
from .runner import Link, Runner
from .state import CartState
from .storage import Storage
from .weighing import Weighing

Listener = Callable[[Incoming], None]


class CartClient:
    """One cart's stream.

    `server` is the site's address (`https://shop.example`), `token` the device token from enrolment.
    Events are on disk when a method returns, connected or not; `outcome` waits for the server's answer.
    Use as `async with CartClient(...) as cart`, or await `run()` in a task of your own.
    """

    def __init__(
        self,
        *,
        server: str,
        token: str,
        storage: Storage,
        scale: Scale,
        firmware: str = "carts-client/1.0",
        clock: MillisecondClock = monotonic_ms,
        random: Random | None = None,
        proxy: str | None = None,
    ) -> None:
        self.state = CartState()
        self.storage = storage
        self.scale = scale
        self._clock = StreamClock(storage.elapsed_ms(), clock)
        self._weighing = Weighing(round(1000 / scale.rate_hz))
        self._listeners: list[Listener] = []
        self._breaks: list[Callable[[Behaviour], None]] = []
        self._waiters: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None
        link = Link(url=stream_url(server), token=token, scale=scale, firmware=firmware, proxy=proxy)
        if random is not None:
            link = Link(link.url, token, scale, firmware, proxy, random)
        self._runner = Runner(link, storage, self.state, self._weighing, self._heard, self._broke)

    @property
    def now(self) -> int:
        """Milliseconds on the stream's clock."""
        return self._clock.now()

    @property
    def connected(self) -> bool:
        """A socket is open. Events may be recorded either way."""
        return self._runner.session is not None

    async def run(self) -> None:
        """Keeps the stream open until cancelled. Raises Stopped or EnrolmentNeeded when it must not go on."""
        await self._runner.run()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.run())
        self._task.add_done_callback(lambda task: self._tell())
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def start(self, *, mode: TripMode = "cart", shopper: str | None = None) -> int:
        """Begins a trip; the level then standing is the scale's zero. `phone` has no scale."""
        return self.record("start", {"mode": mode} | _given(shopper=shopper))

    def scan(self, code: str, *, source: ScanSource = "scanner", quantity: int | None = None) -> int:
        """A barcode or PLU as it was read."""
        return self.record("scan", {"code": code, "source": source} | _given(quantity=quantity))

    def remove(self, *, code: str | None = None, line: int | None = None, quantity: int | None = None) -> int:
        """The shopper takes something out: by `code` or by basket `line`."""
        if (code is None) == (line is None):
            raise ValueError("remove takes a code or a line, one of them")
        return self.record("remove", _given(code=code, line=line, quantity=quantity))

    def bag(self) -> int:
        """The next weight that comes is the shopper's own bag."""
        return self.record("bag", {})

    def assist(self, reason: str | None = None) -> int:
        """Calls staff."""
        return self.record("assist", _given(reason=reason))

    def dispute(self, discrepancy: str, reason: str | None = None) -> int:
        """The shopper says that the server is wrong about a discrepancy."""
        return self.record("dispute", {"discrepancy": discrepancy} | _given(reason=reason))

    def pause(self) -> int:
        """The cart is left alone."""
        return self.record("pause", {})

    def resume(self) -> int:
        """The shopper is back."""
        return self.record("resume", {})

    def seal(self) -> int:
        """Ready to pay: the basket is frozen and judged."""
        return self.record("seal", {})

    def reopen(self) -> int:
        """Goes on shopping after `seal`, before payment."""
        return self.record("reopen", {})

    def cancel(self, reason: str | None = None) -> int:
        """Ends the trip unpaid."""
        return self.record("cancel", _given(reason=reason))

    def record(self, kind: EventKind, data: dict[str, Any]) -> int:
        """Stores an event, sends it as soon as it can, and returns its `seq`. ValueError on a NUL in a text."""
        if any("\0" in value for value in data.values() if isinstance(value, str)):
            raise ValueError("NUL characters are not allowed on the wire")
        event = self.storage.append(kind, data, self.now)
        self._nudge()
        return event.seq

    def weigh(self, grams: float, at: int | None = None) -> None:
        """One reading of the total load, made at `at` (now, when not given). Dropped while offline."""
        if not math.isfinite(grams):
            raise ValueError("a reading must be a finite number of grams")
        if self._weighing.add(self.now if at is None else at, grams):
            self._nudge()

    def report(self, health: Health) -> None:
        """Sends telemetry if the cart is online."""
        if self._runner.session is not None:
            self._runner.session.report(health)

    def listen(self, listener: Listener) -> None:
        """Calls `listener` with each message, after the state has taken it in."""
        self._listeners.append(listener)

    def on_break(self, listener: Callable[[Behaviour], None]) -> None:
        """Calls `listener` when the connection ends, with what the client does next."""
        self._breaks.append(listener)

    async def outcome(self, seq: int, timeout_s: float | None = None) -> Result:
        """What became of an event; waits through reconnects. TimeoutError, or Stopped if the stream ended."""
        await self.until(lambda state: seq in state.results, timeout_s)
        return self.state.results[seq]

    async def until(self, holds: Callable[[CartState], bool], timeout_s: float | None = None) -> None:
        """Waits until the state satisfies `holds`. TimeoutError, or Stopped if the stream ended for good."""
        changed = asyncio.Event()
        self._waiters.add(changed)
        try:
            async with asyncio.timeout(timeout_s):
                while not holds(self.state):
                    self._raise_if_ended()
                    await changed.wait()
                    changed.clear()
        finally:
            self._waiters.discard(changed)

    def _nudge(self) -> None:
        if self._runner.session is not None:
            self._runner.session.nudge()

    def _heard(self, message: Incoming) -> None:
        for listener in self._listeners:
            listener(message)
        self._tell()

    def _broke(self, behaviour: Behaviour) -> None:
        for listener in self._breaks:
            listener(behaviour)

    def _tell(self) -> None:
        for waiter in self._waiters:
            waiter.set()

    def _raise_if_ended(self) -> None:
        if self._task is None or not self._task.done():
            return
        error = None if self._task.cancelled() else self._task.exception()
        raise error or Stopped("stopped", "the client was stopped")


def stream_url(server: str) -> str:
    """The stream's address on a site: `https://shop.example` -> `wss://shop.example/ws/cart/`."""
    scheme, separator, rest = server.partition("://")
    if scheme not in ("http", "https") or not separator:
        raise ValueError(f"a server address begins with http:// or https://, not {server!r}")
    return f"{'wss' if scheme == 'https' else 'ws'}://{rest.rstrip('/')}/ws/cart/"


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
