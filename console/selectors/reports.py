"""Figures of a store over some days, counted from the rows themselves. Definitions stand on the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING

from django.db.models import Count, Q, Sum

if TYPE_CHECKING:
    from inventory.models import Store

SHARES = {
    "seen": "Cleared by the camera",
    "cleared": "Cleared by staff",
    "corrected": "Corrected",
    "refused": "Refused",
}


@dataclass(frozen=True)
class Report:
    """Counts of trips that ended in the span; seconds, minor units; None where nothing was counted."""

    ended: int
    paid: int
    cancelled: int
    paid_minor: int
    alarms: int
    alarms_per_100: float | None
    reviews: int
    reviews_per_100: float | None
    settle_median_s: float | None
    settle_slowest_s: float | None
    within_target: float | None
    conclusions: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int, int], ...]


def report(store: Store, *, since: datetime, until: datetime, target_s: int) -> Report:
    """The report of one store for trips that ended in [since, until)."""
    ended = store.trips.filter(ended_at__gte=since, ended_at__lt=until)
    counted = ended.aggregate(
        all=Count("id"),
        paid=Count("id", filter=Q(state="paid")),
        cancelled=Count("id", filter=Q(state="cancelled")),
        minor=Sum("due_minor", filter=Q(state="paid")),
    )
    by_kind = (
        ended.filter(discrepancies__isnull=False).values_list("discrepancies__kind").order_by("discrepancies__kind")
    )
    kinds = by_kind.annotate(
        all=Count("discrepancies"), own=Count("discrepancies", filter=Q(discrepancies__state="cleared"))
    )
    resolved = store.escalations.filter(resolved_at__gte=since, resolved_at__lt=until)
    waits = sorted((row[1] - row[0]).total_seconds() for row in resolved.values_list("opened_at", "resolved_at"))
    ends = dict(resolved.values_list("conclusion").annotate(n=Count("id")).order_by())
    alarms = sum(row[1] for row in kinds)
    return Report(
        ended=counted["all"],
        paid=counted["paid"],
        cancelled=counted["cancelled"],
        paid_minor=counted["minor"] or 0,
        alarms=alarms,
        alarms_per_100=_per_100(alarms, counted["all"]),
        reviews=len(waits),
        reviews_per_100=_per_100(len(waits), counted["all"]),
        settle_median_s=median(waits) if waits else None,
        settle_slowest_s=waits[-1] if waits else None,
        within_target=sum(wait <= target_s for wait in waits) / len(waits) if waits else None,
        conclusions=tuple((words, ends.get(code, 0)) for code, words in SHARES.items()),
        kinds=tuple(sorted(kinds, key=lambda row: -row[1])),
    )


def _per_100(count: int, trips: int) -> float | None:
    return count * 100 / trips if trips else None
