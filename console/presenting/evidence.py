"""The weight evidence of one line: the cut of the plot at its moment, and what happened around it, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.presenting.timeline import Moment, timeline

BEFORE_MS, AFTER_MS = 20_000, 40_000


@dataclass(frozen=True)
class Evidence:
    """`at_ms` and `ended_ms` (the line's first and last event) are the cart's own; `line` is its row, or None."""

    line: Any
    at_ms: int
    ended_ms: int
    moments: Sequence[Moment]
    discrepancies: Sequence[Any]


def evidence(detail: Any, line: int) -> Evidence:
    """From the trip's detail: from shortly before the line's first event until shortly after its last."""
    row = next((found for found in detail.lines if found.line == line), None)
    moments = timeline(detail.trip.start_ms, detail.journal, detail.discrepancies)
    own = [moment.at_ms for moment in moments if moment.line == line]
    begins = min([*own, row.at_ms] if row is not None else own, default=detail.trip.start_ms)
    ends = max(own, default=begins)
    first, last = begins - BEFORE_MS, ends + AFTER_MS
    product = str(row.product.code) if row is not None else ""
    doubts = [
        doubt
        for doubt in detail.discrepancies
        if doubt.line == line or (product and product in map(str, doubt.products or ()))
    ]
    around = [moment for moment in moments if first <= moment.at_ms <= last]
    return Evidence(row, begins, ends, around, doubts)
