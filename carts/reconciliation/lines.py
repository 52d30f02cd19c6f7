"""What has changed on the basket's lines: their statuses, and the weights of loose goods.

Theory. All of it follows from the likeliest story's placed and waiting units and from what stands open. While those
are the same nothing can be new, and no line is looked at: goods that go in and out again cost no more in a full cart.
Units: grams, milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .hypotheses import Tracker
from .outputs import LineState, Output, Status, Weighed
from .state import Placed

if TYPE_CHECKING:
    from .engine import State

Seen = tuple[tuple[int, ...], list[int | None], int]


class Lines:
    """Compares the lines with what was last said of them (`State.statuses`, `State.weighed`)."""

    def __init__(self, tracker: Tracker, state: State) -> None:
        self.tracker, self.state = tracker, state
        self._placed: tuple[Placed, ...] | None = None
        self._seen: Seen | None = None

    def news(self, at: int) -> list[Output]:
        """What is new since the last call, as of `at`."""
        top = self.tracker.stories[0]
        seen = top.waiting, [o.discrepancy.line for o in self.state.open.values()], self.tracker.book.edition
        if top.placed is self._placed and seen == self._seen:
            return []
        self._placed, self._seen = top.placed, seen
        status, grams = self._standing()
        out: list[Output] = []
        for line, now in status.items():
            if line >= 0 and self.state.statuses.get(line) != now:
                self.state.statuses[line] = now
                out.append(LineState(line, now))
        for line, value in grams.items():
            if abs(self.state.weighed.get(line, 0.0) - value) > 0.5:
                self.state.weighed[line] = value
                out.append(Weighed(line, round(value, 1), at))
        return out

    def _standing(self) -> tuple[dict[int, Status], dict[int, float]]:
        """Every line's status, and the grams of those that the scale weighs for their price."""
        top, units, book = self.tracker.stories[0], self.state.units, self.tracker.book
        status: dict[int, Status] = {}
        grams: dict[int, float] = {}
        for p in top.placed:
            u = units[p.unit]
            status[u.line] = "verified"
            if u.product and book.facts(u.product).sold_by == "kg":
                grams[u.line] = grams.get(u.line, 0.0) + p.grams
        for unit in top.waiting:
            status[units[unit].line] = "placing"
        for o in self.state.open.values():
            if o.discrepancy.line is not None:
                status[o.discrepancy.line] = "in_doubt"
        return status, grams
