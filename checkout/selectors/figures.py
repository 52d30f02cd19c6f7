"""What an operator watches: what waits, how long, and what went wrong. No tenant's content."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from checkout.models import Escalation, EscalationState, Frame, OutboxMessage
from checkout.models.below import Trip, TripState

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """Counts over all tenants; ages in seconds, 0 where nothing waits."""

    reviews_open: int
    review_oldest_s: float
    looks_waiting: int
    outbox_pending: int
    outbox_oldest_s: float
    outbox_dead: int
    frames_overdue: int
    trips_live: int
    trips_paid_day: int
    trips_with_alarm_day: int
    alarms_judged_day: int
    alarms_false_day: int


def figures(now: datetime) -> Figures:
    """The figures as of `now`, a few indexed queries."""
    open_reviews = Escalation.objects.exclude(state=EscalationState.RESOLVED)
    reviews = open_reviews.aggregate(
        people=Count("id", filter=~Q(state=EscalationState.LOOKING)),
        looks=Count("id", filter=Q(state=EscalationState.LOOKING)),
        oldest=Min("opened_at"),
    )
    pending = OutboxMessage.objects.filter(delivered_at=None)
    outbox = pending.aggregate(
        waiting=Count("id", filter=Q(dead_at=None)),
        dead=Count("id", filter=Q(dead_at__isnull=False)),
        oldest=Min("created_at", filter=Q(dead_at=None)),
    )
    ended = Trip.objects.filter(state=TripState.PAID, ended_at__gt=now - DAY)
    day = ended.aggregate(
        paid=Count("id", distinct=True),
        alarmed=Count("id", filter=Q(discrepancies__isnull=False), distinct=True),
        judged=Count("discrepancies", filter=Q(discrepancies__found_true__isnull=False)),
        false=Count("discrepancies", filter=Q(discrepancies__found_true=False)),
    )
    return Figures(
        reviews_open=reviews["people"],
        review_oldest_s=_age(reviews["oldest"], now),
        looks_waiting=reviews["looks"],
        outbox_pending=outbox["waiting"],
        outbox_oldest_s=_age(outbox["oldest"], now),
        outbox_dead=outbox["dead"],
        frames_overdue=Frame.objects.filter(deleted_at=None, delete_after__lt=now).count(),
        trips_live=Trip.objects.exclude(state__in=[TripState.PAID, TripState.CANCELLED]).count(),
        trips_paid_day=day["paid"],
        trips_with_alarm_day=day["alarmed"],
        alarms_judged_day=day["judged"],
        alarms_false_day=day["false"],
    )


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
