"""A business day as the console shows it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checkout.exports import day_csv, day_poslog
from checkout.models import BusinessDay, DayDifference, DayState, PaymentAttempt, SettlementList
from checkout.models.below import Store
from checkout.selectors.cashing_up import day_totals
from checkout.services.business_days import GRACE, day_bounds
from inventory.errors import NotFound


@dataclass(frozen=True)
class DayView:
    """`totals` are the closed day's, or the sums so far; `providers` are those that took money or sent a list."""

    begins_at: datetime
    ends_at: datetime
    over: bool
    closed: bool
    row: BusinessDay | None
    totals: dict[str, Any]
    differences: list[DayDifference]
    open_count: int
    lists: list[SettlementList]
    providers: list[str]


def day_view(store: Store, day: date, *, now: datetime) -> DayView:
    """The day of this store, whether or not anything was done about it yet."""
    begins, ends = day_bounds(store, day)
    row: BusinessDay | None = BusinessDay.objects.filter(store_id=store.pk, day=day).first()
    closed = row is not None and row.state == DayState.CLOSED
    totals = row.totals if row is not None and closed else day_totals(store, begins, ends)
    differences = list(row.differences.select_related("resolved_by").order_by("-state", "reference")) if row else []
    lists = list(row.lists.order_by("-received_at")) if row else []
    providers = providers_of(store, begins, ends)
    return DayView(
        begins_at=begins,
        ends_at=ends,
        over=now >= ends + GRACE,
        closed=closed,
        row=row,
        totals=totals,
        differences=differences,
        open_count=sum(item.state == "open" for item in differences),
        lists=lists,
        providers=sorted(providers | {item.provider for item in lists}) or ["sandbox"],
    )


def providers_of(store: Store, begins: datetime, ends: datetime) -> set[str]:
    """Those that took money of this store between two moments."""
    took = PaymentAttempt.objects.filter(
        checkout__store_id=store.pk, state="captured", ended_at__gte=begins, ended_at__lt=ends
    )
    return set(took.exclude(provider="free").values_list("provider", flat=True).distinct().order_by())


def day_file(store: Store, day: date, form: str) -> str | dict[str, Any]:
    """The closed day as `csv` or `poslog`; raises NotFound for a day that is not closed, or another form."""
    row = BusinessDay.objects.select_related("store").filter(store_id=store.pk, day=day, state=DayState.CLOSED).first()
    if row is None or form not in {"csv", "poslog"}:
        raise NotFound("This day is not closed, so it has no file yet.")
    return day_csv(row) if form == "csv" else day_poslog(row)


def difference_of(difference_id: uuid.UUID) -> DayDifference:
    """The difference; raises NotFound. The caller checks the store."""
    row: DayDifference | None = DayDifference.objects.select_related("business_day").filter(id=difference_id).first()
    if row is None:
        raise NotFound
    return row
