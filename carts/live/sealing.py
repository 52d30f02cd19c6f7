"""The verdict at seal, as the trip's columns."""

from datetime import datetime
from typing import Any

import msgspec

from carts.live.trip import LiveTrip
from carts.reconciliation import Verdict, stories

PHONE_RISK = 0.02  # what is expected of a basket that no scale has seen, until audits have taught the store its own


def seal_fields(trip: LiveTrip, at_ms: int, now: datetime) -> dict[str, Any]:
    """Columns of the sealed trip: the frozen revision, the verdict, and why."""
    verdict = trip.engine.verdict(at_ms) if trip.weighs else Verdict("clear", PHONE_RISK, (), ("no_scale",))
    reasons = list(verdict.reasons)
    outcome, risk = verdict.outcome, verdict.risk
    if trip.skipped:
        outcome, risk = "review", max(risk, 0.5)
        reasons.append("events_lost")
    return {
        "sealed_revision": trip.basket.revision,
        "sealed_at": now,
        "reason": "",
        "outcome": outcome,
        "risk": round(risk, 4),
        "verdict": {
            "reasons": reasons,
            "risk": round(risk, 4),
            "discrepancies": msgspec.to_builtins(verdict.discrepancies),
            "stories": msgspec.to_builtins(stories(trip.engine.tracker, trip.context.book.name) if trip.weighs else ()),
        },
    }
