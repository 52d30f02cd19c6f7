"""What the shopper declares, told to every story: scans and removals.

Theory. A scan either announces a unit still to be placed, or explains weight that came before it; a story with
unexplained weight in it splits into both. That weight had the broad density of anything a store sells; explained it
has the product's own density there, and the ratio of the two (Bayes factor) moves the story's score. Weight of
several units is explained piece by piece. A removal withdraws a unit that was never placed, or explains one already
lifted, or announces a lifting. Units: grams, milliseconds, natural logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from .beliefs import density
from .delays import correcting
from .hypotheses import Tracker, clone, settle
from .state import Hypothesis, Leaving, Placed, Stranger, Unit

PARTLY = math.log(0.15)  # the scan is one of several that the weight stands for
EITHER = math.log(0.5)


def scanned(tracker: Tracker, unit: Unit) -> None:
    """Split every story by whether the scan explains weight that is already there."""
    grown: list[Hypothesis] = []
    for story in tracker.stories:
        waits = clone(story)
        waits.waiting = (*story.waiting, unit.id)
        grown.append(waits)
        if unit.product:
            grown += explained(tracker, story, unit)
    tracker.stories = settle(grown, tracker.units)


def explained(tracker: Tracker, story: Hypothesis, unit: Unit) -> Iterator[Hypothesis]:
    least = tracker.policy.least_item_g
    modes = tracker.ways.sums.modes(unit.id)
    for index, s in enumerate(story.strangers):
        key = f"s{s.id}"
        if s.how == "swap" and key not in story.late:
            continue
        before = max(tracker.book.goods.strange(s.grams, least), 1e-7)
        whole = math.fsum(w * density(s.grams - m, sd * sd + s.variance) for w, m, sd in modes)
        if whole > 1e-9:
            placed = Placed(unit.id, s.grams, s.variance, s.grams, s.variance)
            late = correcting(unit.at - s.at, key in tracker.ways.asked) if key in story.late else 0.0
            yield replaced(story, index, None, placed, math.log(whole / before) + late)
        mean, variance = tracker.ways.sums.moments(unit.id)
        after = tracker.book.goods.strange(s.grams - mean, least)
        if after > 0 and key not in story.late:
            rest = Stranger(s.id, unit.at, s.grams - mean, s.variance + variance, s.how, s.unit)
            placed = Placed(unit.id, mean, variance, mean, 1e6)
            yield replaced(story, index, rest, placed, math.log(after / before) + PARTLY)


def replaced(story: Hypothesis, index: int, rest: Stranger | None, placed: Placed, score: float) -> Hypothesis:
    """The story with one stranger become a placed unit, wholly or in part."""
    h = clone(story)
    s = story.strangers[index]
    h.strangers = (*story.strangers[:index], *((rest,) if rest else ()), *story.strangers[index + 1 :])
    if rest is None and s.how == "swap":
        h.waiting = (*h.waiting, s.unit)
    h.placed = (*h.placed, placed)
    h.score += score
    return h


def declared_removed(tracker: Tracker, leaving: Leaving) -> None:
    """Split every story by which unit the removal means."""
    grown: list[Hypothesis] = []
    for story in tracker.stories:
        grown += list(removals(tracker, story, leaving)) or [story]
    tracker.stories = settle(grown, tracker.units)


def removals(tracker: Tracker, story: Hypothesis, leaving: Leaving) -> Iterator[Hypothesis]:
    def is_it(unit: int) -> bool:
        return tracker.units[unit].product == leaving.product

    gone = next((i for i, x in enumerate(story.lifted) if is_it(x.placed.unit)), None)
    if gone is not None:
        h = clone(story)
        h.lifted = (*story.lifted[:gone], *story.lifted[gone + 1 :])
        yield h
        return
    free = next((u for u in reversed(story.waiting) if is_it(u)), None)
    there = any(is_it(p.unit) for p in story.placed)
    if free is not None:
        h = clone(story)
        h.waiting = tuple(u for u in story.waiting if u != free)
        h.score += EITHER if there else 0.0
        yield h
    if there:
        h = clone(story)
        h.leaving = (*story.leaving, leaving.id)
        h.score += EITHER if free is not None else 0.0
        yield h
    if free is None and not there:
        yield from swapped_back(story, is_it)


def swapped_back(story: Hypothesis, is_it: object) -> Iterator[Hypothesis]:
    """The unit whose place another thing took is taken off the bill: the other thing is there with no scan at all."""
    for index, s in enumerate(story.strangers):
        if s.how == "swap" and callable(is_it) and is_it(s.unit):
            h = clone(story)
            alone = Stranger(s.id, s.at, s.grams, s.variance)
            h.strangers = (*story.strangers[:index], alone, *story.strangers[index + 1 :])
            yield h
            return


def put_right(
    tracker: Tracker, product: str, quantity: int, line: int, at: int, new_unit: Callable[[int, str, int], Unit]
) -> None:
    """Make every story agree with what staff saw: `quantity` units of `product` there, no strangers, none
    waiting or lifted.
    """
    units = tracker.units
    mean, variance = tracker.book.expected(product)
    missing = quantity - min(sum(units[p.unit].product == product for p in h.placed) for h in tracker.stories)
    spare = [new_unit(line, product, at) for _ in range(max(0, missing))]
    for h in tracker.stories:
        h.waiting = tuple(u for u in h.waiting if units[u].product != product)
        h.lifted = tuple(x for x in h.lifted if units[x.placed.unit].product != product)
        h.leaving = tuple(x for x in h.leaving if tracker.leavings[x].product != product)
        h.strangers = ()
        same = [p for p in h.placed if units[p.unit].product == product][:quantity]
        more = [Placed(u.id, mean, variance, mean, 1e6) for u in spare[: quantity - len(same)]]
        h.placed = (*(p for p in h.placed if units[p.unit].product != product), *same, *more)
    tracker.stories = settle(tracker.stories, units)
