"""Explanations to discrepancies: what is due, how probable it is, when to speak.

Theory. A fact of a story that an honest shopper would have put right by now is due: a waiting unit after the placing
grace, unexplained weight after the scanning grace, a declared removal still lying there, a unit gone undeclared.
When something becomes due, the stories that hold it pay the odds of wrong against late (the graces end honest
explanations). The share of belief of all stories that hold a due fact is the probability of its discrepancy: no
threshold on grams anywhere. Nothing is judged while the load moves. A discrepancy closes when its fact has lost that
share. The trip's risk is the share of stories with any wrong in them. Units: milliseconds, probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .outputs import Kind
from .state import Hypothesis, Leaving, Unit
from .types import Policy, Rates


class Claim(NamedTuple):
    """A fact of a story that may be a wrong: a stable key, its kind, since when it is true, when it is due."""

    key: str
    kind: Kind
    since: int
    due: int
    number: int
    how: str = ""


def claims(
    h: Hypothesis, units: Mapping[int, Unit], leavings: Mapping[int, Leaving], policy: Policy
) -> Iterator[Claim]:
    """Everything in a story that is wrong unless it is put right in time."""
    for unit in h.waiting:
        if units[unit].product:
            yield Claim(f"w{unit}", "not_placed", units[unit].at, units[unit].at + policy.place_grace_ms, unit)
    for leaving in h.leaving:
        yield Claim(
            f"l{leaving}", "not_removed", leavings[leaving].at, leavings[leaving].at + policy.lift_grace_ms, leaving
        )
    for x in h.lifted:
        yield Claim(f"r{units[x.placed.unit].product}", "removed", x.at, x.at + policy.return_grace_ms, x.placed.unit)
    for s in h.strangers:
        kind: Kind = "unscanned" if s.how == "alone" else "mismatch"
        yield Claim(f"s{s.id}", kind, s.at, s.at + policy.scan_grace_ms, s.id, s.how)


def spans(
    stories: Iterable[Hypothesis], units: Mapping[int, Unit], leavings: Mapping[int, Leaving], policy: Policy
) -> set[tuple[int, int]]:
    """Since when, and when due: the claims of all stories that are not late yet, what many of them hold only once."""
    waiting: set[int] = set()
    leaving: set[int] = set()
    found: set[tuple[int, int]] = set()
    for h in stories:
        if h.late or h.lifted or h.strangers:
            found.update([(c.since, c.due) for c in claims(h, units, leavings, policy) if c.key not in h.late])
        else:
            waiting.update(h.waiting)
            leaving.update(h.leaving)
    for unit in [units[number] for number in waiting]:
        if unit.product:
            found.add((unit.at, unit.at + policy.place_grace_ms))
    for removal in [leavings[number] for number in leaving]:
        found.add((removal.at, removal.at + policy.lift_grace_ms))
    return found


def late_cost(kind: Kind, how: str, rates: Rates) -> float:
    """Log odds that a fact of this kind outlives its grace: wrong, against wrong or honest."""
    if kind == "unscanned":
        return math.log(rates.unscanned / (rates.unscanned + rates.placed_first))
    if how == "with":
        return math.log(rates.hidden / (rates.hidden + rates.together))
    if kind == "removed":
        return math.log(rates.removed / (rates.removed + rates.touched))
    return {"not_placed": math.log(rates.not_placed), "not_removed": math.log(rates.not_removed)}.get(kind, 0.0)
