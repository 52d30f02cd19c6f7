"""Why the server decided so: for each discrepancy what shopper and staff were told, and the account behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from carts.reconciliation import Candidate, Discrepancy, advice
from console.presenting.formats import clock_ms, grams
from console.presenting.words import DISCREPANCY_STATES, KINDS, Mark

FOUND = {True: Mark("A look found it true", "bad", "eye"), False: Mark("A look found it false", "good", "eye")}


class Told(NamedTuple):
    """One story: its share of belief, and what in it is out of order."""

    share: float
    words: str
    load: str


class Known(NamedTuple):
    """What one unit of a product was expected to weigh."""

    name: str
    weight: str
    seen: str


class Decision(NamedTuple):
    """A discrepancy with all that it rests on; grams and times as text."""

    number: int
    clock: str
    kind: str
    state: Mark
    found: Mark | None
    advice: str
    shopper: str
    stories: tuple[Told, ...]
    weights: tuple[Known, ...]
    numbers: str
    text: str


def decisions(start_ms: int, rows: Iterable[Any], lines: Iterable[Any] = ()) -> list[Decision]:
    """The trip's discrepancies, the newest first; `lines` name products that an account does not."""
    names = {line.product.code: line.name for line in lines}
    return [_decision(row, start_ms, names) for row in sorted(rows, key=lambda row: -row.opened_ms)]


def verdict_stories(verdict: Mapping[str, Any]) -> tuple[Told, ...]:
    """What was believed when the trip was sealed; empty for trips sealed before accounts were kept."""
    return _stories(verdict.get("stories", ()))


def _decision(row: Any, start_ms: int, names: Mapping[str, str]) -> Decision:
    why = row.explanation if isinstance(row.explanation, dict) else {}
    known = {**names, **{str(item["product"]): str(item["name"]) for item in why.get("weights", ())}}
    words = advice_of(row, known)
    return Decision(
        number=row.number,
        clock=clock_ms(row.opened_ms, start_ms),
        kind=KINDS.get(row.kind, row.kind),
        state=DISCREPANCY_STATES.get(row.state, Mark(row.state)),
        found=FOUND.get(row.found_true),
        advice=words,
        shopper=row.advice if row.advice != words else "",
        stories=_stories(why.get("stories", ())),
        weights=tuple(
            Known(item["name"], f"{grams(item['mean_g'])} ± {grams(item['sd_g'])}", _seen(int(item["seen"])))
            for item in why.get("weights", ())
        ),
        numbers=f"expected {grams(row.expected_g)}, tolerated ± {grams(row.tolerance_g)}, saw {grams(row.observed_g)}, "
        f"{row.probability:.0%} sure",
        text="" if why.get("stories") else str(why.get("text", "")),
    )


def advice_of(row: Any, names: Mapping[str, str]) -> str:
    """What the shopper was told, in the console's language: the same words, product and grams."""
    candidates = tuple(
        Candidate(str(c.get("product", "")), str(c.get("name", "")), int(c.get("quantity", 1)),
                  float(c.get("grams", 0)), float(c.get("probability", 0)))
        for c in row.candidates
    )  # fmt: skip
    named = {c.product: c.name for c in candidates if c.name} | dict(names)
    finding = Discrepancy(
        row.number, row.kind, row.opened_ms, row.cleared_ms, row.line, tuple(str(key) for key in row.products),
        row.expected_g, row.observed_g, row.tolerance_g, row.probability, candidates, "",
    )  # fmt: skip
    return advice(finding, lambda key: named.get(key, key))


def _stories(found: Iterable[Mapping[str, Any]]) -> tuple[Told, ...]:
    return tuple(
        Told(float(s["share"]), ", ".join(s["facts"]) or "all in order", f"{grams(s['load_g'])} ± {grams(s['sd_g'])}")
        for s in msgspec.to_builtins(list(found))
    )


def _seen(count: int) -> str:
    return "never weighed here" if not count else f"weighed {count} time{'s' if count != 1 else ''}"
