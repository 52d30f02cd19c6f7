"""Histories of one stream over many connections, played to a Session and to a model of the contract beside it.

The model knows only what PROTOCOL.md says: which seqs were taken with which content, what is on disk, what is held;
and how many outcomes the session remembers, which is ours to choose.
Each rule draws one number and plays a burst of frames from it, since drawing costs more than the session itself.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

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
)  # fmt: skip
from carts.protocol.decode import decode, fingerprint
from carts.protocol.inbound import Event
from carts.protocol.outbound import Result
from carts.protocol.session import REMEMBERED

AHEAD, CREDITS, PATIENCE_MS = 64, 64, 2_000
STEPS, ROUND = 6, 5_000
NUMBERS = st.integers(0, 2**48 - 1)
HELLO = (
    '{"type":"hello","stream":"0b3f4a52-5a43-4d0a-9d1c-0a1b2c3d4e5f","clock":"2026-03-02T09:00:00Z","firmware":"1",'
    '"scale":null}'
)
OTHERS = {
    '{"type":"weight","at":1,"step":100,"grams":[1]}': Weigh,
    '{"type":"health","battery":0.5,"charging":false}': Report,
}
BAD = ("{", '{"type":"event","seq":1,"at":0,"kind":"fly"}', '{"type":"weight","at":0,"step":1,"grams":[NaN]}', HELLO)


@cache
def event(seq: int, variant: int) -> tuple[str, str]:
    """The frame of an event in one of two contents, and its fingerprint."""
    frame = json.dumps({"type": "event", "seq": seq, "at": seq, "kind": "assist", "data": {"reason": "ab"[variant]}})
    message = decode(frame)
    assert isinstance(message, Event)
    return frame, fingerprint(message)


@dataclass
class Model:
    """What the contract says of one connection. `written` outlives it: the seqs on disk with their contents."""

    written: dict[int, int] = field(default_factory=dict)  # a skipped seq has the content -1
    disk: int = 0
    taken: int = 0
    here: dict[int, int] = field(default_factory=dict)  # taken by this connection
    held: dict[int, int] = field(default_factory=dict)
    queue: list[tuple[int, int]] = field(default_factory=list)  # first and last seq of what waits for its commit
    faults: list[int] = field(default_factory=list)
    over_since: int | None = None
    closed: bool = False

    def connect(self) -> None:
        """A new connection: what was not on disk is forgotten."""
        self.taken, self.here, self.held, self.queue = self.disk, {}, {}, []
        self.faults, self.over_since, self.closed = [], None, False

    def event(self, seq: int, variant: int, now: int) -> list[object]:
        if seq <= self.taken:
            return self._again(seq, variant)
        if seq > self.taken + AHEAD:
            return [("gap", self.taken + 1), *self.late(now)]
        if self.held.get(seq, variant) != variant:
            return self._conflict()
        self.held[seq] = variant
        return [*self._drain(), *self.late(now)]

    def skip(self, first: int, last: int, now: int) -> list[object]:
        if last < first:
            return self.malformed(now)
        if first > self.taken + 1:
            return [("gap", self.taken + 1)]
        if last <= self.taken:
            return []
        begin, self.taken = self.taken + 1, last
        self.queue.append((begin, last))
        self.here.update(dict.fromkeys(range(begin, last + 1), -1))
        self.held = {seq: variant for seq, variant in self.held.items() if seq > last}
        return [("skip", begin, last), *self._drain()]

    def malformed(self, now: int) -> list[object]:
        self.faults = [*self.faults[-9:], now]
        if len(self.faults) == 10 and now - self.faults[0] < 60_000:
            self.closed = True
            return ["malformed", Close.MALFORMED]
        return ["malformed"]

    def late(self, now: int) -> list[object]:
        if self.taken - self.disk + len(self.held) <= CREDITS:
            self.over_since = None
        elif self.over_since is None:
            self.over_since = now
        elif now - self.over_since >= PATIENCE_MS:
            self.closed = True
            return [Close.FLOOD]
        return []

    def commit(self) -> tuple[int, int]:
        """The oldest of what waits is on disk."""
        first, last = self.queue.pop(0)
        self.written.update({seq: self.here[seq] for seq in range(first, last + 1)})
        self.disk = last
        told = [seq for seq, variant in self.here.items() if variant >= 0]
        for seq in told[: max(0, len(told) - REMEMBERED)]:
            if seq <= self.disk:  # the journal knows it from now on
                del self.here[seq]
        return first, last

    def _again(self, seq: int, variant: int) -> list[object]:
        known = self.here.get(seq)
        if known is None or known == -1:
            return [("recall", seq)]
        if known != variant:
            return self._conflict()
        return [("repeat", seq)] if seq <= self.disk else []

    def _conflict(self) -> list[object]:
        self.closed = True
        return ["conflict", Close.CONFLICT]

    def _drain(self) -> Iterator[object]:
        while (variant := self.held.pop(self.taken + 1, None)) is not None:
            self.taken += 1
            self.here[self.taken] = variant
            self.queue.append((self.taken, self.taken))
            yield ("apply", self.taken, event(self.taken, variant)[1])


def said(action: Action) -> object:
    """An action in the model's words."""
    match action:
        case Apply():
            return ("apply", action.event.seq, action.fingerprint)
        case ApplySkip():
            return ("skip", action.first, action.last)
        case Repeat():
            return ("repeat", action.result.seq)
        case Recall():
            return ("recall", action.event.seq)
        case Refuse():
            return ("gap", action.seq) if action.code == "gap" and action.retry else action.code
        case Shut():
            return action.close
    return type(action)


class Histories(RuleBasedStateMachine):
    """The session must do what the model says, frame by frame."""

    made = 0
    kind: type[Session] = Session

    def __init__(self) -> None:
        super().__init__()
        Histories.made += 1
        self.model, self.now = Model(), 0
        self._connect()

    def _connect(self) -> None:
        self.session = self.kind()
        self.model.connect()
        early = self.session.receive(event(1, 0)[0], self.now)
        assert [said(action) for action in early] == self.model.malformed(self.now)
        assert [type(action) for action in self.session.receive(HELLO, self.now)] == [Open]
        self.session.opened(self.model.disk)

    def _told(self, frame: str, expected: list[object]) -> None:
        told = [said(action) for action in self.session.receive(frame, self.now)]
        assert told == expected, f"{frame}: {told}, but {expected}"

    def _event(self, seq: int, variant: int = 0) -> None:
        if seq >= 1:
            expected = [] if self.model.closed else self.model.event(seq, variant, self.now)
            self._told(event(seq, variant)[0], expected)

    def _wait(self, milliseconds: int) -> None:
        """The connection looks at the time once a second or so."""
        for part_ms in (milliseconds // 2, milliseconds - milliseconds // 2):
            self.now += part_ms
            if not self.model.closed:
                expected = self.model.late(self.now)
                assert [said(action) for action in self.session.overdue(self.now)] == expected

    @rule(number=NUMBERS)
    def events_near_the_next(self, number: int) -> None:
        """Three events within eight of the one expected, before or after it; one in sixteen has another content."""
        for _ in range(3):
            number, low = divmod(number, 1 << 10)
            self._event(self.model.taken + 1 + low % 16 - 8 + (low >> 4 & 3), int(low >> 6 == 0))

    @rule(number=NUMBERS)
    def a_run_in_order(self, number: int) -> None:
        """Up to 8 events as they should come, now and then up to 80, or after a hole; then up to 3 s pass."""
        length, hole = number % (9 if number >> 32 & 3 else 81), number >> 8 & 3
        start = self.model.taken + 1 + (hole == 0)
        for seq in range(start, start + length):
            self._event(seq)
        self._wait((number >> 12) % 3_000)

    @rule(number=NUMBERS)
    def something_far(self, number: int) -> None:
        """At the edges of what is held and what is remembered."""
        self._event(self.model.taken + AHEAD + number % 3)
        self._event(1 + (number >> 8) % (self.model.taken + 1), int(number >> 20 & 15 == 0))

    @rule(number=NUMBERS)
    def a_skip(self, number: int) -> None:
        first = self.model.taken + 1 + number % 8 - 5
        last = first + (number >> 8) % 12 - 2
        if first >= 1 and last >= 1:
            expected = [] if self.model.closed else self.model.skip(first, last, self.now)
            self._told(f'{{"type":"skip","from":{first},"to":{last},"why":"lost"}}', expected)

    @rule(number=NUMBERS)
    def commits(self, number: int) -> None:
        for _ in range(min(number % 32, len(self.model.queue))):
            first, last = self.model.commit()
            self.session.settled(Result(seq=first, outcome="called", event="assist"), last)

    @rule(number=NUMBERS)
    def time_and_noise(self, number: int) -> None:
        """Weights, health, bad frames; then up to 4 s pass."""
        for frame, kind in OTHERS.items():
            self._told(frame, [] if self.model.closed else [kind])
        for place in range(number % 4):
            expected = [] if self.model.closed else self.model.malformed(self.now)
            self._told(BAD[(number >> 4) + place & 3], expected)
        self._wait((number >> 8) % 4_000)

    @rule()
    def the_line_breaks_and_the_cart_comes_back(self) -> None:
        self._connect()

    @invariant()
    def the_counters_are_the_models(self) -> None:
        assert (self.session.acked, self.session.taken) == (self.model.disk, self.model.taken)
        assert (self.session.state is State.CLOSED) == self.model.closed

    def teardown(self) -> None:
        """On disk: every seq once, in order, without a hole."""
        assert list(self.model.written) == list(range(1, self.model.disk + 1))


def play(count: int, first_seed: int, kind: type[Session] = Session) -> int:
    """Play so many histories or some more; returns how many. Raises the AssertionError of the first that differs."""
    begun = Histories.made
    while (left := count - (Histories.made - begun)) > 0:
        machine = seed(first_seed + Histories.made - begun)(type("Played", (Histories,), {"kind": kind}))
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=min(left, ROUND), stateful_step_count=STEPS, deadline=None, database=None,
                phases=[Phase.generate], suppress_health_check=list(HealthCheck), verbosity=Verbosity.quiet,
            ),
        )  # fmt: skip
    return Histories.made - begun
