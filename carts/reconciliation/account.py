"""The account of a decision: which stories stood, what was believed of the products' weights, what was tolerated.

Theory. A discrepancy is the share of belief of the stories that hold it, so its account is those stories with their
shares, and for each product in them the mean and doubt of its weight and how many units that was learned from. Names
come from a function that the caller gives; the engine knows keys. Units: grams, shares of belief.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from .hypotheses import Tracker, shares
from .outputs import Discrepancy
from .state import Hypothesis

if TYPE_CHECKING:
    from .engine import Engine

MOST_STORIES = 3
LEAST_SHARE = 0.001
Name = Callable[[str], str]


class Story(msgspec.Struct, frozen=True):
    """One story: its share of belief, the load it reckons with, and what in it is out of order (empty: nothing)."""

    share: float
    load_g: float
    sd_g: float
    facts: tuple[str, ...]


class Believed(msgspec.Struct, frozen=True):
    """What one unit of a product was expected to weigh, and from how many that was learned."""

    product: str
    name: str
    mean_g: float
    sd_g: float
    seen: int


class Account(msgspec.Struct, frozen=True):
    """Why a discrepancy was opened."""

    stories: tuple[Story, ...]
    weights: tuple[Believed, ...]
    tolerance_g: float


def account(engine: Engine, discrepancy: Discrepancy, name: Name) -> Account:
    """The account of a discrepancy as the engine's stories stand now."""
    keys = [*discrepancy.products, *(candidate.product for candidate in discrepancy.candidates[:3])]
    weights = tuple(believed(engine, key, name) for key in dict.fromkeys(keys) if key)
    return Account(stories(engine.tracker, name), weights, discrepancy.tolerance_g)


def stories(tracker: Tracker, name: Name) -> tuple[Story, ...]:
    """The likeliest stories, the likeliest first."""
    ranked = sorted(zip(shares(tracker.stories), tracker.stories, strict=True), key=lambda pair: -pair[0])
    return tuple(
        Story(round(share, 4), round(h.load, 1), round(math.sqrt(h.load_var), 1), tuple(facts(h, tracker, name)))
        for share, h in ranked[:MOST_STORIES]
        if share >= LEAST_SHARE
    )


def believed(engine: Engine, key: str, name: Name) -> Believed:
    mean, variance = engine.book.expected(key)
    return Believed(key, name(key), round(mean, 1), round(math.sqrt(variance), 1), engine.book.belief(key).seen)


def facts(h: Hypothesis, tracker: Tracker, name: Name) -> Iterator[str]:
    """What is out of order in a story, in words."""

    def of(unit: int) -> str:
        product = tracker.units[unit].product
        return name(product) if product else "the bag"

    for unit in h.waiting:
        yield f"{of(unit)} is still to come"
    for s in h.strangers:
        weight = f"{s.grams:.0f} g"
        if s.unit not in tracker.units:
            yield f"{weight} came with no scan"
        elif s.how == "extra":
            yield f"one more {of(s.unit)} ({weight})"
        elif s.how == "swap":
            yield f"{weight} came instead of {of(s.unit)}"
        else:
            yield f"{weight} came along with {of(s.unit)}"
    for x in h.lifted:
        yield f"{of(x.placed.unit)} ({x.placed.grams:.0f} g) was taken out"
    for leaving in h.leaving:
        yield f"{name(tracker.leavings[leaving].product)} is still to be taken out"


def told(found: tuple[Story, ...]) -> str:
    """The stories in one line, for the journal."""
    return " | ".join(
        f"{story.share:.1%}: {', '.join(story.facts) or 'all in order'} (load {story.load_g:.0f} ± {story.sd_g:.1f} g)"
        for story in found
    )
