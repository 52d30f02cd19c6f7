"""The seeds of random checks: bound before their day, disclosed after it, so that nobody can have chosen whom to check.

A seed follows from the server's secret, a store and a day (`checkout.audits`). Its SHA-256 is published two days ahead
and stands in the audit log, which is hash-chained; the seed itself is disclosed when no trip of that day can be open
any more. Then anybody can tell for each trip whether it had to be drawn.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from checkout.audits import commitment
from checkout.models import DrawDay
from checkout.models.below import Store
from checkout.services.judging import seed_of
from inventory.services.audit import audit_record

DAYS_AHEAD: Final = 2
DISCLOSED_AFTER: Final = timedelta(days=2)
"""From the day's beginning (UTC): a day more than the day itself, as a trip may run past midnight."""


def draws_bind(*, now: datetime) -> int:
    """Publishes what is not bound yet, from today on; says for how many days of stores.

    What is bound after its day began says so by `made_at`: a store's first day.
    """
    today = now.astimezone(UTC).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD + 1)]
    bound = set(DrawDay.objects.filter(day__in=days).values_list("store_id", "day"))
    count = 0
    for store in Store.objects.select_related("retailer"):
        fresh = [day for day in days if (store.pk, day) not in bound]
        if not fresh:
            continue
        rows = [
            DrawDay(store=store, day=day, made_at=now, commitment=commitment(seed_of(store.pk, day))) for day in fresh
        ]
        try:
            with transaction.atomic():
                DrawDay.objects.bulk_create(rows)
                detail = {"commitments": {row.day.isoformat(): row.commitment for row in rows}}
                audit_record(action="draws.bind", subject=f"store:{store.pk}", store=store, detail=detail, now=now)
        except IntegrityError:
            continue  # another worker was faster
        count += len(rows)
    return count


def draws_disclose(*, now: datetime) -> int:
    """Discloses the seeds of days that are over; says of how many. One that is not as bound is marked `broken`."""
    last = (now.astimezone(UTC) - DISCLOSED_AFTER).date()
    count = 0
    for row in DrawDay.objects.filter(seed="", day__lte=last)[:500]:
        seed = seed_of(row.store_id, row.day)
        broken = commitment(seed) != row.commitment
        count += DrawDay.objects.filter(id=row.pk, seed="").update(seed=seed.hex(), disclosed_at=now, broken=broken)
    return count
