"""Decisions in words and numbers, for the record: which stories, which weights, which tolerance.

Theory. A discrepancy's tolerance is three standard deviations of what the level may differ by under the story it
rests on; its expected weight is what the scans (or removals) announced, its observed weight what the level did.
Candidates are the products whose weight is nearest in likelihood to what is unaccounted for. Units: grams,
probabilities.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .hypotheses import Tracker, shares
from .judgement import Claim
from .state import Hypothesis, Unit
from .types import Candidate
from .weights import WeightBook

if TYPE_CHECKING:
    from .engine import State

MOST_FACTS = 12  # of one story, told; what was announced and never came may be hundreds

Numbers = tuple[tuple[str, ...], int | None, float, float, float, tuple[Candidate, ...]]


def candidates(book: WeightBook, grams: float, sd: float) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(key, book.facts(key).name, 1, round(book.expected(key)[0], 1), round(share, 3))
        for key, share in book.near(grams, max(sd, 1.0))
    )


def numbers(claim: Claim, story: Hypothesis, tracker: Tracker, state: State) -> Numbers:
    """Products, line, expected, observed and tolerated grams, and candidates of a claim under a story."""
    if claim.key in state.whole:
        whole = state.whole[claim.key]
        return (), None, round(whole.expected, 1), round(whole.observed, 1), round(whole.tolerance, 1), ()
    sd = math.sqrt(story.load_var + story.tilt_var + 1.0)
    if claim.kind in ("unscanned", "mismatch"):
        s = next(s for s in story.strangers if s.id == claim.number)
        unit = state.units.get(s.unit)
        expected = 0.0 if unit is None else tracker.ways.sums.moments(unit.id)[0]
        observed = s.grams + (expected if unit is not None and s.how != "swap" else 0.0)
        spread = math.sqrt(s.variance + (tracker.ways.sums.moments(unit.id)[1] if unit else 0.0))
        products = (unit.product,) if unit else ()
        found = candidates(tracker.book, s.grams, math.sqrt(s.variance))
        return (
            products,
            unit.line if unit else None,
            round(expected, 1),
            round(observed, 1),
            round(3 * spread, 1),
            found,
        )
    if claim.kind == "not_removed":
        leaving = state.leavings[claim.number]
        mean, variance = tracker.book.expected(leaving.product)
        return (
            (leaving.product,),
            leaving.line if leaving.line >= 0 else None,
            round(-mean, 1),
            0.0,
            round(3 * math.sqrt(variance + sd * sd), 1),
            (),
        )
    unit = state.units[claim.number]
    mean, variance = tracker.ways.sums.moments(unit.id)
    tolerance = round(3 * math.sqrt(variance + sd * sd), 1)
    if claim.kind == "not_placed":
        return (unit.product,), unit.line, round(mean, 1), 0.0, tolerance, ()
    gone = next(x.placed.grams for x in story.lifted if x.placed.unit == unit.id)
    return (unit.product,), unit.line, 0.0, round(-gone, 1), tolerance, candidates(tracker.book, gone, sd)


def describe_stories(stories: list[Hypothesis], units: Mapping[int, Unit]) -> str:
    """The likeliest stories in one line."""
    parts = []
    for share, h in list(zip(shares(stories), stories, strict=True))[:3]:
        facts = [f"waiting {units[u].product or 'bag'}" for u in h.waiting]
        facts += [
            f"{s.how} {s.grams:.0f} g" + (f" at {units[s.unit].product}" if s.unit in units else "")
            for s in h.strangers
        ]
        facts += [f"gone {units[x.placed.unit].product} {x.placed.grams:.0f} g" for x in h.lifted]
        facts += [f"{len(h.leaving)} to be lifted"] if h.leaving else []
        facts = [*facts[:MOST_FACTS], f"and {len(facts) - MOST_FACTS} more"] if len(facts) > MOST_FACTS else facts
        parts.append(
            f"{share:.3f}: load {h.load:.0f} g sd {math.sqrt(h.load_var):.1f}; " + (", ".join(facts) or "all in order")
        )
    return " | ".join(parts)


def describe_level(h: Hypothesis, units: Mapping[int, Unit], book: WeightBook) -> str:
    """What the latest level change was taken for."""
    if h.last is None:
        return "not taken for a standstill"
    placed, carried, lifted, stranger, mean, residual, spread = h.last
    words = [f"placed {book.name(product) if (product := units[u].product) else 'bag'}" for u in placed]
    words += ["carried out a removal" for _ in carried]
    words += ["lifted undeclared"] if lifted >= 0 else []
    words += [f"something unknown ({stranger})"] if stranger else []
    what = ", ".join(words) or "no movement"
    return f"{what}: expected {mean:.1f} g, saw {residual:.1f} g, tolerance {3 * math.sqrt(spread):.1f} g"
