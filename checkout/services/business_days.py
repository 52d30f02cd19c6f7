"""The end of a store's day: what was taken, closed once, and never changed afterwards.

A day is a date of the store's own clock; `Store.policy["end_of_day"] = {"starts_at": "04:00"}` lets it begin later than
midnight. It can be closed when it has been over for five minutes (a settlement that began before its end has committed
by then) and no payment that began in it is still unknown.
"""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from checkout.models import LIVE_ATTEMPTS, BusinessDay, DayState, PaymentAttempt
from checkout.models.below import Store
from checkout.selectors.cashing_up import day_totals
from checkout.services.announcing import announce
from inventory.errors import DomainError
from inventory.services.audit import audit_record

GRACE = timedelta(minutes=5)


class DayNotOver(DomainError):
    code = "day_not_over"
    detail = "This business day is not over yet. It can be closed five minutes after its end."


class DayUnsettled(DomainError):
    code = "day_unsettled"
    detail = "A payment of this day is not settled yet. It is asked about; close the day when its end is known."


class DayInvalid(DomainError):
    code = "day_invalid"
    status = 422
    detail = "A business day is a date such as 2026-03-02, not in the future."


def day_bounds(store: Store, day: date) -> tuple[datetime, datetime]:
    """When the day begins and ends, by the store's clock; 23 or 25 hours where the clocks change."""
    zone, begins = ZoneInfo(store.timezone), _starts_at(store)
    first = datetime.combine(day, begins, tzinfo=zone)
    return first, datetime.combine(day + timedelta(days=1), begins, tzinfo=zone)


def day_of(store: Store, moment: datetime) -> date:
    """The business day that a moment belongs to."""
    local = moment.astimezone(ZoneInfo(store.timezone))
    return local.date() if local.time() >= _starts_at(store) else local.date() - timedelta(days=1)


def day_open(*, store: Store, day: date, now: datetime) -> BusinessDay:
    """The day's row; raises DayInvalid for a day that has not begun."""
    begins, ends = day_bounds(store, day)
    if begins > now:
        raise DayInvalid
    row: BusinessDay
    row, _ = BusinessDay.objects.get_or_create(
        store_id=store.pk, day=day, defaults={"begins_at": begins, "ends_at": ends}
    )
    return row


def day_close(*, store: Store, day: date, staff: User | None = None, now: datetime) -> BusinessDay:
    """Closes the day with its totals; closed already, it is the answer as it stands. Raises DayNotOver, DayUnsettled
    or DayInvalid."""
    row = day_open(store=store, day=day, now=now)
    if row.state == DayState.CLOSED:
        return row
    if now < row.ends_at + GRACE:
        raise DayNotOver
    unknown = PaymentAttempt.objects.filter(
        checkout__store_id=store.pk, state__in=LIVE_ATTEMPTS, created_at__lt=row.ends_at
    )
    if unknown.exists():
        raise DayUnsettled
    with transaction.atomic():
        totals = day_totals(store, row.begins_at, row.ends_at)
        fields: dict[str, Any] = {"totals": totals, "closed_at": now, "closed_by": staff}
        rows = BusinessDay.objects.filter(id=row.id, state=DayState.OPEN)
        if rows.update(state=DayState.CLOSED, **fields) == 1:
            _tell(store, row, totals, now)
            detail = {"day": str(day), "due": totals["sales"]["due"]}
            audit_record(action="day.close", subject=f"day:{row.id}", actor=staff, store=store, detail=detail, now=now)
    row.refresh_from_db()
    return row


def _tell(store: Store, row: BusinessDay, totals: dict[str, Any], now: datetime) -> None:
    data = {"store": store.code, "day": str(row.day), "currency": store.currency, "totals": totals}
    announce(store=store, checkout_id=uuid.UUID(str(row.id)), event="day.closed", data=data, now=now)


def _starts_at(store: Store) -> time:
    return time.fromisoformat(str(store.policy.get("end_of_day", {}).get("starts_at", "00:00")))
