"""What comes out of the engine. Callers match on the type; times are the cart's milliseconds, weights grams."""

from __future__ import annotations

from typing import Literal

import msgspec

from .types import Candidate

Kind = Literal["unscanned", "mismatch", "not_placed", "removed", "not_removed", "basket", "scale_fault"]
Status = Literal["placing", "verified", "in_doubt", "removed"]


class Discrepancy(msgspec.Struct, frozen=True):
    """Scan and weight disagree. `id` counts from 1 within a trip; `probability` is the chance that it is true.

    `products` are the keys it is about (what was scanned, or what left), `candidates` what the weight suggests instead,
    `explanation` one line for the record: hypotheses, weights, tolerance.
    """

    id: int
    kind: Kind
    opened_at: int
    cleared_at: int | None
    line: int | None
    products: tuple[str, ...]
    expected_g: float
    observed_g: float
    tolerance_g: float
    probability: float
    candidates: tuple[Candidate, ...]
    explanation: str


class Opened(msgspec.Struct, frozen=True):
    discrepancy: Discrepancy


class Changed(msgspec.Struct, frozen=True):
    """The same discrepancy, seen better now: another kind, grams, or probability."""

    discrepancy: Discrepancy


class Cleared(msgspec.Struct, frozen=True):
    id: int
    at: int


class Weighed(msgspec.Struct, frozen=True):
    """A line sold by weight has been weighed: the line's whole net weight now."""

    line: int
    grams: float
    at: int


class LineState(msgspec.Struct, frozen=True):
    line: int
    status: Status


class Level(msgspec.Struct, frozen=True):
    """A settled change of the load and what it was taken for; what the journal keeps instead of readings."""

    at: int
    before_g: float
    after_g: float
    sd_g: float
    explanation: str


Output = Opened | Changed | Cleared | Weighed | LineState | Level


class Verdict(msgspec.Struct, frozen=True):
    """The engine's judgement of a trip.

    `risk` is the probability that a wrong still stands; `reasons` are stable codes.
    """

    outcome: Literal["clear", "review"]
    risk: float
    discrepancies: tuple[Discrepancy, ...]
    reasons: tuple[str, ...]
