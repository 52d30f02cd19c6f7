"""One cart's connection: does what its session asks, commits through the journal, tells the cart when it has lasted.

It is handed `send` and `close`, so that in tests a list is a socket. Frames come one at a time; most are done at once,
by `take`, with no task between the bytes and the engine. Commits end in callbacks on the same loop. `_turn` is held
while the trip's state moves or is read anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from carts.errors import JournalUnavailable, Superseded
from carts.journal import journal
from carts.live import opening, reads, tokens
from carts.live.answers import Answers
from carts.live.context import StoreContext
from carts.live.outbox import Outbox, Send, SendNow
from carts.live.refreshing import refresh
from carts.live.results import Step
from carts.live.rising import rose
from carts.live.shopping import Shopping
from carts.live.write import Write
from carts.protocol import (
    Action,
    Apply,
    ApplySkip,
    Close,
    Open,
    Recall,
    Refuse,
    Repeat,
    Report,
    Session,
    Shut,
    State,
    Weigh,
    events,
    outbound,
)  # fmt: skip

if TYPE_CHECKING:
    from carts.live.hub import Hub

logger = logging.getLogger(__name__)
MOVES = (events.Seal, events.Reopen, events.Cancel)
GOODBYE_S = 2.0
CloseSocket = Callable[[int, str], Awaitable[None]]


class CartConnection:
    """Lives as long as its socket. `take` is called for each frame, `tick` about once a second, `leave` at the end."""

    __slots__ = ("_close", "_loop", "_pending", "_tasks", "_token", "_turn", "answers", "clean", "closing", "device_id",
                 "hub", "outbox", "session", "shopping")  # fmt: skip

    def __init__(
        self, hub: "Hub", send: Send, close: CloseSocket, *, token: str, send_now: SendNow | None = None
    ) -> None:
        self.hub = hub
        self.session = Session()
        self.outbox = Outbox(send, send_now)
        self.answers = Answers(self.session, self.outbox)
        self.shopping: Shopping | None = None
        self.device_id: object = None
        self.closing = False
        self.clean = True
        self._loop = asyncio.get_running_loop()
        self._close = close
        self._token = token
        self._turn = asyncio.Lock()
        self._pending: set[asyncio.Future[Write]] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, frame: str | bytes) -> Coroutine[Any, Any, None] | None:
        """Do what one frame asks for; what can't be done at once comes back to be awaited before the next frame."""
        actions = self.session.receive(frame, self._now_ms())
        for at, action in enumerate(actions):
            if not self._do_now(action):
                return self._rest(actions[at:])
        return None

    async def frame(self, frame: str | bytes) -> None:
        """As `take`, to the end."""
        rest = self.take(frame)
        if rest is not None:
            await rest

    def hurry(self) -> None:
        """The hello is overdue."""
        if self.session.state is State.AWAITING:
            self.end(Close.TIMED_OUT, "hello did not come within 5 s")

    def fail(self) -> None:
        """A fault of ours: memory can't be trusted any more. The cart comes back and starts from what is on disk."""
        self.clean = False
        self.end(Close.RESTART, "internal error")

    def tick(self) -> None:
        """Look at what only time brings: credits overdrawn for too long, a reader that stalls."""
        for action in self.session.overdue(self._now_ms()):
            self._later(self._rest([action]))
        if self.outbox.stalled and not self.closing:
            self.outbox.drop()
            self.end(Close.TIMED_OUT, "you stopped reading")

    def end(self, close: Close, reason: str) -> None:
        """Close the socket soon; nothing that comes in any more takes effect."""
        self.session.shut(close, reason)
        self._later(self._shut(close, reason))

    def look(self) -> None:
        """The trip may have moved: read it anew."""
        if self.shopping is not None and not self.closing:
            self._later(self._refresh())

    def trace(self) -> None:
        """Somebody looks at the trip's weight: write down what memory has of it."""
        step = self.shopping.trace(timezone.now()) if self.shopping is not None and not self.closing else None
        if step is not None:
            self._submit(step)

    def tell(self, message: outbound.Message) -> None:
        """Send a message that belongs to no event."""
        self.outbox.put(message)

    async def settle(self) -> None:
        """Wait until everything that was handed to the journal has ended there."""
        while self._pending:
            journal.push()
            await asyncio.wait(self._pending)

    async def leave(self) -> None:
        """The socket has ended: keep what memory has beyond the journal, and let go."""
        self.session.shut(Close.RESTART, "gone")
        self.closing = True
        self.outbox.drop()
        await self.settle()
        shopping = self.shopping
        if shopping is not None and self.clean:
            parting = shopping.parting(timezone.now())
            if parting is not None:
                self._submit(Step(parting))
                await self.settle()
        self.hub.leave(self)

    # -- actions -------------------------------------------------------------------------------------------------

    def _do_now(self, action: Action) -> bool:
        """Do what needs no waiting; False for the rest, of which nothing is done."""
        shopping = self.shopping
        if shopping is None:
            return False
        if isinstance(action, Weigh):
            step = shopping.weigh(action.weight, timezone.now)
            if step is not None:
                self._submit(step)
                if step.risen is not None:
                    self._later(rose(self, shopping, step.risen))
        elif isinstance(action, Apply) and not isinstance(action.data, MOVES) and not tokens.asked(action, shopping):
            self._submit(shopping.apply(action, timezone.now()))
        elif isinstance(action, ApplySkip):
            self._submit(shopping.skip(action, timezone.now()))
        elif isinstance(action, Repeat):
            self.answers.repeat(action.result)
        elif isinstance(action, Report):
            self.hub.report(shopping.cart_id, action.health)
        elif isinstance(action, Refuse):
            self.answers.refuse(action)
        else:
            return False
        return True

    async def _rest(self, actions: Sequence[Action]) -> None:
        for action in actions:
            if not self._do_now(action):
                await self._do(action)

    async def _do(self, action: Action) -> None:
        if isinstance(action, Open):
            await self._open(action)
        elif isinstance(action, Apply) and self.shopping is not None:
            await (self._move if isinstance(action.data, MOVES) else self._present)(action, self.shopping)
        elif isinstance(action, Recall) and self.shopping is not None:
            await self._recall(action, self.shopping)
        elif isinstance(action, Refuse):
            self.answers.refuse(action)
        elif isinstance(action, Shut):
            await self._shut(action.close, action.reason)

    async def _move(self, action: Apply, shopping: Shopping) -> None:
        async with self._turn:
            await self.settle()
            step = shopping.apply(action, timezone.now())
            self._submit(step)
            await self.settle()
            shopping.moved(action, step, timezone.now())
        if not step.write.moved:
            self.look()

    async def _present(self, action: Apply, shopping: Shopping) -> None:
        """A scan of what is no goods: claimed before anything else of this cart is done."""
        token = await tokens.claimed(action.data, shopping.trip)
        step = shopping.apply(action, timezone.now(), token)
        self._submit(step)
        if tokens.gave_back(step):
            await self.settle()
            await tokens.free(step, shopping.trip)

    def adopt(self, context: StoreContext) -> None:
        """The store's catalogue has changed."""
        if self.shopping is None or self.closing:
            return
        step = self.shopping.adopt(context, timezone.now())
        if step is not None:
            self._submit(step)

    async def _open(self, action: Open) -> None:
        try:
            welcome = await self.hub.admit(self, action.hello, self._token)
        except opening.Turned as turned:
            self.answers.refuse(Refuse(opening.CLOSE_CODES[turned.close], turned.detail))
            await self._shut(turned.close, turned.detail)
            return
        self.outbox.put(welcome)

    async def _recall(self, action: Recall, shopping: Shopping) -> None:
        entry = await reads.run(opening.recall, stream=shopping.stream, event=action.event)
        if entry is None:  # it lies in a hole that was skipped: it is late, and changes nothing
            result = outbound.Result(seq=action.event.seq, outcome="ignored", event=action.event.kind)
            self.answers.repeat(result)
        elif entry.fingerprint == action.fingerprint:
            self.answers.repeat(
                outbound.Result(
                    seq=action.event.seq, outcome=entry.outcome, event=entry.kind, detail=entry.detail or None
                )
            )
        else:
            await self._rest(self.session.conflict(action.event.seq))

    # -- commits -------------------------------------------------------------------------------------------------

    def _submit(self, step: Step) -> None:
        future = journal.submit(step.write)
        self._pending.add(future)
        future.add_done_callback(lambda done: self._committed(step, done))

    def _committed(self, step: Step, done: "asyncio.Future[Write]") -> None:
        self._pending.discard(done)
        error = done.exception()
        shopping = self.shopping
        if error is None and shopping is not None:
            if step.write.entries:
                shopping.last_entry_id = max(shopping.last_entry_id, step.write.entries[-1].id)
            self.answers.committed(step, shopping.trip, idle=not self._pending)
            if step.write.projection is not None:
                self.hub.touched(shopping.context.store_id, step.write.projection.trip_id)
            elif step.write.entries:
                self.hub.touched(shopping.context.store_id, step.write.entries[0].trip_id)
            return
        self.clean = False
        if self.closing or self.session.state is State.CLOSED:
            return
        if isinstance(error, JournalUnavailable):
            detail = "We can't store events right now. Keep them and reconnect."
            self.answers.refuse(Refuse("storage_unavailable", detail, retry=True))
            self.end(Close.RESTART, "storage unavailable")
        elif isinstance(error, Superseded):
            self.end(Close.SUPERSEDED, "a newer connection of this cart has opened")

    async def _refresh(self) -> None:
        async with self._turn:
            await self.settle()
            if self.shopping is not None and not self.closing:
                await refresh(self.shopping, self.outbox)

    # -- ends ----------------------------------------------------------------------------------------------------

    async def _shut(self, close: Close, reason: str) -> None:
        if self.closing:
            return
        self.closing = True
        if close == Close.CONFLICT and self.shopping is not None:
            await self.hub.quarantine(self.shopping, reason)
        await self.settle()
        await self.outbox.flush(GOODBYE_S)
        await self._close(int(close), reason)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _now_ms(self) -> int:
        return int(self._loop.time() * 1000)
