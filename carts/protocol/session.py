"""The session of one connection, without I/O. Theory of operation:

The connection gives every frame to `receive` and does the actions that come back, in order. It calls `opened` when the
hello was accepted and `settled` when an event is on disk. Nothing here waits, reads a clock or sends.

    state      message   then
    AWAITING   hello     OPENING   (Open)
    AWAITING   other     AWAITING  (Refuse)
    OPENING    opened()  OPEN
    OPEN       event     OPEN      (Apply in order; hold up to 64 ahead; Repeat, Recall or conflict for what was before)
    OPEN       skip, weight, health
    any        Shut      CLOSED    and every later frame is ignored

Three counters order the stream: `acked` <= `taken` < every held seq. Replaying what was taken changes nothing.
"""

from enum import Enum

from carts.protocol.actions import Action, Apply, ApplySkip, Open, Recall, Refuse, Repeat, Report, Shut, Weigh
from carts.protocol.closes import Close
from carts.protocol.decode import Malformed, decode, decode_data, fingerprint
from carts.protocol.events import Data
from carts.protocol.inbound import Event, Health, Hello, Skip, Weight
from carts.protocol.outbound import Result

CREDITS = 64  # unacknowledged events allowed
AHEAD = 64  # events held while one before them is missing
REMEMBERED = 4  # settled events whose outcome can be told again without a look at the journal: some 450 bytes each
PATIENCE_MS = 2_000  # how long a cart may be over its credits
MALFORMED_LIMIT = 10  # in MALFORMED_WINDOW_MS
MALFORMED_WINDOW_MS = 60_000


class State(Enum):
    AWAITING = "awaiting hello"
    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class Session:
    """Order, repetition, gaps, credits and bad frames of one connection. `now_ms` is the server's monotonic clock."""

    __slots__ = ("_faults", "_held", "_over_since", "_prints", "_results", "acked", "state", "taken")

    def __init__(self) -> None:
        self.state = State.AWAITING
        self.acked = 0
        self.taken = 0
        self._held: dict[int, tuple[Event, Data, str]] = {}
        self._prints: dict[int, str] = {}  # the oldest first
        self._results: dict[int, Result] = {}
        self._faults: tuple[
            int, ...
        ] = ()  # when the last of them came; a deque would hold 760 bytes, mostly for nothing
        self._over_since: int | None = None

    @property
    def credits(self) -> int:
        """How many events may be unacknowledged at any time."""
        return CREDITS

    def receive(self, frame: str | bytes, now_ms: int) -> list[Action]:
        """What one frame asks for."""
        if self.state is State.CLOSED:
            return []
        message = decode(frame)
        if type(message) is Weight and self.state is State.OPEN:
            return [Weigh(message)]
        if isinstance(message, Malformed):
            return self._malformed(message, now_ms)
        if self.state is not State.OPEN or isinstance(message, Hello):
            return self._greet(message, now_ms)
        if isinstance(message, Event):
            return self._event(message, now_ms)
        if isinstance(message, Skip):
            return self._skip(message, now_ms)
        return [Report(message)] if isinstance(message, Health) else []

    def opened(self, acked: int) -> None:
        """The hello was accepted; every event to `acked` is on disk."""
        self.acked = self.taken = acked
        self.state = State.OPEN

    def settled(self, result: Result, upto: int | None = None) -> None:
        """The event is on disk with this outcome (for a skip, `upto` is its last seq)."""
        self.acked = max(self.acked, upto or result.seq)
        self._results[result.seq] = result
        while len(self._prints) > REMEMBERED:
            oldest = next(iter(self._prints))
            if oldest > self.acked:
                break
            del self._prints[oldest]
            self._results.pop(oldest, None)

    def overdue(self, now_ms: int) -> list[Action]:
        """Shut when the cart has been over its credits for 2 s; to be asked at every frame and now and then."""
        if self._unacknowledged() <= CREDITS:
            self._over_since = None
        elif self._over_since is None:
            self._over_since = now_ms
        elif now_ms - self._over_since >= PATIENCE_MS:
            return self.shut(Close.FLOOD, f"more than {CREDITS} events unacknowledged for 2 s: back off 30 s")
        return []

    def shut(self, close: Close, reason: str) -> list[Action]:
        """End the session; nothing that comes after takes effect."""
        self.state = State.CLOSED
        return [Shut(close, reason)]

    def _unacknowledged(self) -> int:
        return self.taken - self.acked + len(self._held)

    def _greet(self, message: object, now_ms: int) -> list[Action]:
        if self.state is State.AWAITING and isinstance(message, Hello):
            self.state = State.OPENING
            return [Open(message)]
        said = "hello comes once, at the start" if isinstance(message, Hello) else "hello comes first"
        return self._malformed(Malformed(said), now_ms)

    def _malformed(self, fault: Malformed, now_ms: int) -> list[Action]:
        self._faults = (*self._faults[1 - MALFORMED_LIMIT :], now_ms)
        actions: list[Action] = [Refuse("malformed", fault.detail, fault.seq)]
        if len(self._faults) == MALFORMED_LIMIT and now_ms - self._faults[0] < MALFORMED_WINDOW_MS:
            actions += self.shut(Close.MALFORMED, "ten malformed messages in a minute")
        return actions

    def _event(self, event: Event, now_ms: int) -> list[Action]:
        data = decode_data(event)
        if isinstance(data, Malformed):
            return self._malformed(data, now_ms)
        print_ = fingerprint(event)
        if event.seq <= self.taken:
            return self._again(event, print_)
        if event.seq > self.taken + AHEAD:
            return [self._gap(), *self.overdue(now_ms)]
        if event.seq in self._held and self._held[event.seq][2] != print_:
            return self._conflict(event.seq)
        self._held[event.seq] = (event, data, print_)
        return [*self._drain(), *self.overdue(now_ms)]

    def _gap(self) -> Refuse:
        """Names the seq that is expected."""
        return Refuse("gap", f"seq {self.taken + 1} is expected", self.taken + 1, retry=True)

    def _drain(self) -> list[Action]:
        """Every held event whose turn has come."""
        actions: list[Action] = []
        while (held := self._held.pop(self.taken + 1, None)) is not None:
            self.taken += 1
            self._prints[self.taken] = held[2]
            actions.append(Apply(*held))
        return actions

    def _again(self, event: Event, print_: str) -> list[Action]:
        known = self._prints.get(event.seq)
        if known is None:
            return [Recall(event, print_)]
        if known != print_:
            return self._conflict(event.seq)
        result = self._results.get(event.seq)
        # Taken but not yet on disk: its own acknowledgement is on the way, and must not come before the commit.
        return [] if result is None else [Repeat(result)]

    def _conflict(self, seq: int) -> list[Action]:
        refusal = Refuse("conflict", f"seq {seq} came before with other content", seq)
        return [refusal, *self.shut(Close.CONFLICT, "same seq, other content")]

    def conflict(self, seq: int) -> list[Action]:
        """The journal holds another content for this seq (the answer to a Recall)."""
        return self._conflict(seq)

    def _skip(self, skip: Skip, now_ms: int) -> list[Action]:
        if skip.to < skip.from_:
            return self._malformed(Malformed("skip: to is before from"), now_ms)
        if skip.from_ > self.taken + 1:
            return [self._gap()]
        if skip.to <= self.taken:
            return []
        first, self.taken = self.taken + 1, skip.to
        for seq in [seq for seq in self._held if seq <= skip.to]:
            del self._held[seq]
        return [ApplySkip(first, skip.to, skip.why), *self._drain()]
