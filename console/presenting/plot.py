"""The weight plot's data: plain numbers and short texts, drawn by static/console/plot.js."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from console.presenting.words import DISCREPANCY_STATES, EVENTS, KINDS, Mark, told

MARKED = {"start", "scan", "remove", "bag", "assist", "dispute", "pause", "resume", "seal", "reopen", "skip"}
# More points than this can't be told apart on a screen.
MOST_POINTS = 4000


def plot_body(
    trip: Any, journal: Iterable[Any], discrepancies: Iterable[Any], trace: Sequence[tuple[int, float]]
) -> dict[str, Any]:
    """Times in milliseconds since the start of the trip, weights in grams."""
    start = trip.start_ms
    entries = list(journal)
    return {
        "trip": str(trip.pk),
        "until": max(0, trip.last_ms - start),
        "trace": [[at - start, round(weight, 1)] for at, weight in thinned(trace)],
        "levels": [_level(entry, start) for entry in entries if entry.kind == "level"],
        "marks": [_mark(entry, start) for entry in entries if entry.origin == "cart" and entry.kind in MARKED],
        "discrepancies": [_discrepancy(row, start) for row in discrepancies],
    }


def thinned(trace: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """At most MOST_POINTS readings: of each stretch the lowest and the highest, so that no peak is lost."""
    if len(trace) <= MOST_POINTS:
        return list(trace)
    size = -(-len(trace) // (MOST_POINTS // 2))
    kept: list[tuple[int, float]] = []
    for begin in range(0, len(trace), size):
        stretch = trace[begin : begin + size]
        kept += sorted({min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])})
    return kept


def _level(entry: Any, start: int) -> dict[str, Any]:
    data = entry.data
    return {
        "at": entry.at_ms - start,
        "before": round(float(data.get("before_g", 0)), 1),
        "after": round(float(data.get("after_g", 0)), 1),
        "text": str(data.get("explanation", "")),
    }


def _mark(entry: Any, start: int) -> dict[str, Any]:
    mark = EVENTS.get(entry.kind, Mark(entry.kind))
    name = (entry.detail or {}).get("name") or (entry.data or {}).get("code") or ""
    quantity = (entry.detail or {}).get("quantity") or (entry.data or {}).get("quantity") or 1
    several = f"{quantity} × " if isinstance(quantity, int) and quantity > 1 else ""
    refused = entry.outcome not in {"", "started", "added", "removed"} and entry.kind in {"scan", "remove"}
    return {
        "at": entry.at_ms - start,
        "kind": entry.kind,
        "word": mark.word,
        "text": f"{several}{name}",
        "refused": refused,
    }


def _discrepancy(row: Any, start: int) -> dict[str, Any]:
    return {
        "number": row.number,
        "kind": row.kind,
        "word": KINDS.get(row.kind, row.kind),
        "state": row.state,
        "ended": DISCREPANCY_STATES.get(row.state, Mark(row.state)).word,
        "from": row.opened_ms - start,
        "to": None if row.cleared_ms is None else row.cleared_ms - start,
        "text": told(row),
    }
