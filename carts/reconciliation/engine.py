"""One trip's engine: it is told what the cart sends, and answers with what to show.

Theory of operation. Readings go to the signal; where it finds a standstill, the tracker splits its stories;
declarations split them too. Whenever the load stands and something has come due, the judge weighs the stories and
opens, changes or clears discrepancies. Nothing here reads a clock or draws a number: the same calls give the same
answers, and `snapshot` and
`restore` may fall between any two. Units: grams, the cart's milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from . import declared, teaching
from .explain import describe_level
from .hypotheses import Tracker
from .judge import Judge, Open
from .lines import Lines
from .outputs import Cleared, Discrepancy, Level, Output, Verdict
from .signal import Signal, SignalState, Standstill
from .state import Hypothesis, Leaving, Unit
from .types import Policy, Scale
from .weights import Lesson, WeightBook
from .whole import Whole

NEVER = 1 << 60
LOOK_MS = 1500
ROLLED_MS = 3000
CHANGE_G = 15.0
WHOLE_MS = 2000  # a standstill that has lasted so long is held against the whole basket
BLIND_MS = 2000  # an event so long after the last reading was not accompanied by any


class State(msgspec.Struct):
    """All that an engine remembers; what `snapshot` writes."""

    scale: Scale
    signal: SignalState
    stories: list[Hypothesis]
    units: dict[int, Unit] = msgspec.field(default_factory=dict)
    leavings: dict[int, Leaving] = msgspec.field(default_factory=dict)
    statuses: dict[int, str] = msgspec.field(default_factory=dict)
    weighed: dict[int, float] = msgspec.field(default_factory=dict)
    open: dict[str, Open] = msgspec.field(default_factory=dict)
    closed: dict[str, int] = msgspec.field(default_factory=dict)
    zero: float = 0.0
    whole: dict[str, Whole] = msgspec.field(default_factory=dict)
    whole_at: int = NEVER  # when the standstill will have lasted long enough to judge the whole basket
    asked: set[str] = msgspec.field(default_factory=set)
    look_at: int = 0
    looked: tuple[float, float] | None = None
    past: list[Discrepancy] = msgspec.field(default_factory=list)
    disputed: set[int] = msgspec.field(default_factory=set)
    counter: int = 0
    opened: int = 0
    started: bool = False
    paused: bool = False
    sealed_at: int = -1
    hole: tuple[int, int] = (0, 0)  # the last time that the stream told nothing of the load
    next_due: int = NEVER


class Engine:
    """Holds scan against weight for one trip. Methods return what is new, in order."""

    def __init__(
        self, *, scale: Scale, book: WeightBook, policy: Policy | None = None, state: State | None = None
    ) -> None:
        self.book, self.policy = book, policy or Policy()
        self.state = state or State(scale, SignalState(), [Hypothesis()])
        self.signal = Signal(scale, self.state.signal)
        self.tracker = Tracker(book, self.policy, self.state.units, self.state.leavings)
        self.tracker.stories = self.state.stories
        self.tracker.ways.asked = self.state.asked
        self.judge = Judge(self.tracker, self.state)
        self.lines = Lines(self.tracker, self.state)

    def start(self, at: int) -> list[Output]:
        """The load standing now is the zero."""
        s = self.state
        s.started, s.sealed_at = True, -1
        zero = self.signal.state.level if self.signal.state.quiet else 0.0
        s.zero = zero
        self.tracker.stories = [Hypothesis(load=zero, load_var=1.0)]
        return []

    def scan(
        self, at: int, product: str, quantity: int = 1, line: int = 0, known_weight_g: float | None = None
    ) -> list[Output]:
        """The shopper scanned; `known_weight_g` is a label's embedded weight of one unit."""
        for _ in range(quantity):
            declared.scanned(self.tracker, self._unit(line, product, at, known_weight_g))
        return self._after(at)

    def remove(self, at: int, product: str, quantity: int = 1, line: int | None = None) -> list[Output]:
        """The shopper takes it out, before or after lifting it."""
        for _ in range(quantity):
            leaving = Leaving(self._id(), -1 if line is None else line, product, at)
            self.state.leavings[leaving.id] = leaving
            declared.declared_removed(self.tracker, leaving)
        return self._after(at)

    def bag(self, at: int) -> list[Output]:
        """The next weight may be the shopper's own bag."""
        return self.scan(at, "", 1, -1)

    def pause(self, at: int) -> list[Output]:
        self.state.paused = True
        return []

    def resume(self, at: int) -> list[Output]:
        self.state.paused = False
        return self._after(at)

    def dispute(self, at: int, id: int) -> list[Output]:
        """The shopper says that discrepancy `id` is wrong: its products teach nothing."""
        self.state.disputed.add(id)
        return []

    def seal(self, at: int) -> list[Output]:
        """Ready to pay: what is still open is due now."""
        self.state.sealed_at = at
        self._plan()
        return self._after(at)

    def reopen(self, at: int) -> list[Output]:
        self.state.sealed_at = -1
        self._plan()
        return []

    def cancel(self, at: int) -> list[Output]:
        self.state.started = False
        self.state.next_due = NEVER
        return [Cleared(o.discrepancy.id, at) for o in self.judge.close_all(at)]

    def correct(self, at: int, product: str, quantity: int, line: int = 0) -> list[Output]:
        """Staff put the basket right: so many units of a product are in the cart on that line, whatever was
        thought before.
        """
        declared.put_right(self.tracker, product, quantity, line, at, self._unit)
        return self._after(at)

    def readings(self, at: int, step: int, grams: Sequence[float]) -> list[Output]:
        """Raw loads (g) at `at`, `at + step`, ... ms."""
        held = self.signal.state.count
        dark = self.signal.state.now
        if at - dark > BLIND_MS and dark >= 0:
            self.state.hole = dark, at
        found = self.signal.feed(at, step, grams)
        if found is None:
            s = self.state
            if not s.signal.quiet and s.signal.now >= s.look_at and s.started:
                seen = self._look_while_rolling(s.signal.now)
                if seen is not None:
                    return self._standstill(seen, held)
            if s.signal.now < s.next_due:
                return []
            return self._after(s.signal.now)
        out: list[Output] = []
        for new in found:
            out += self._standstill(new, held)
        return out

    def verdict(self, at: int) -> Verdict:
        """The judgement as of now, everything that is not yet put right counted as due."""
        return self.judge.verdict(at)

    def lessons(self) -> list[Lesson]:
        """What this trip teaches about weights; for `WeightBook.learn` after the trip."""
        known = [*self.state.past, *(o.discrepancy for o in self.state.open.values())]
        disputed = {product for d in known if d.id in self.state.disputed for product in d.products}
        return teaching.lessons(self.tracker, disputed)

    def discrepancies(self) -> list[Discrepancy]:
        """All discrepancies of the trip, cleared ones included, in order of opening."""
        found = [*self.state.past, *(o.discrepancy for o in self.state.open.values())]
        return sorted(found, key=lambda d: d.id)

    def snapshot(self) -> bytes:
        self.state.stories = self.tracker.stories
        return msgspec.msgpack.encode(self.state)

    @classmethod
    def restore(cls, data: bytes, *, book: WeightBook, policy: Policy | None = None) -> Engine:
        """The engine as it was when `snapshot` was taken."""
        state = msgspec.msgpack.decode(data, type=State)
        return cls(scale=state.scale, book=book, policy=policy, state=state)

    def _look_while_rolling(self, at: int) -> Standstill | None:
        """A load that has changed while the cart rolls, once two looks agree on it; it counts from the first."""
        s = self.state
        s.look_at = at + LOOK_MS
        rolling = self.signal.rolling_level() if at - s.signal.left_at > ROLLED_MS else None
        before, s.looked = s.looked, rolling
        if rolling is None or before is None:
            return None
        level, error = rolling
        top = self.tracker.stories[0]
        change = abs(level - top.load - top.tilt)
        if change < 5.0 * error + CHANGE_G or abs(level - before[0]) > 2.5 * (error + before[1]):
            return None
        s.looked = None
        return Standstill(at, at - 2 * LOOK_MS, level, 1.5 * error * error + 4.0, True, s.signal.hole_ms, shaken=True)

    def _standstill(self, new: Standstill, held: int) -> list[Output]:
        if not self.state.started:
            return []
        before = self.tracker.stories[0]
        level = before.load + before.tilt
        self.tracker.standstill(new, self._id(), held)
        self.state.whole_at = NEVER if new.shaken else new.at + WHOLE_MS
        out: list[Output] = []
        top = self.tracker.stories[0]
        if abs(new.grams - level) > 3 * self.signal.noise:
            out.append(
                Level(new.at, level, new.grams, new.variance**0.5, describe_level(top, self.state.units, self.book))
            )
        return out + self._after(new.at, weighed=True)

    def _after(self, at: int, weighed: bool = False) -> list[Output]:
        self._plan()
        out: list[Output] = []
        # Events of a hole in the stream come in without readings: what they make due waits for the next standstill.
        signal = self.signal.state
        blind = self.state.sealed_at < 0 and (at - signal.now > BLIND_MS or signal.hole_ms > BLIND_MS)
        if self.state.started and not self.state.paused and not blind:
            out += self.judge.judge(max(at, self.signal.state.now), self.signal, weighed)
        return out + self.lines.news(at)

    def _plan(self) -> None:
        self.state.next_due = min(self.judge.next_due(), self.state.whole_at)

    def _unit(self, line: int, product: str, at: int, known_weight_g: float | None = None) -> Unit:
        unit = Unit(self._id(), line, product, at, known_weight_g)
        self.state.units[unit.id] = unit
        return unit

    def _id(self) -> int:
        self.state.counter += 1
        return self.state.counter
