"""What a retailer used in a month: carts, trips, glances. Counted from the books themselves, so it can be counted anew.

A month is one of the store's own clock. A trip counts where it ended; a glance is a look by the lane's cameras, in the
month when it began.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from checkout.exports import guarded
from checkout.models import Escalation
from checkout.models.below import Retailer, Store, Trip, TripState


@dataclass(frozen=True, slots=True)
class Usage:
    """One store's month. `carts` made at least one trip; `trips` have ended, `paid` those with a receipt."""

    retailer: str
    store: str
    month: str
    carts: int
    trips: int
    paid: int
    glances: int


def usage(retailer: Retailer, month: date) -> list[Usage]:
    """A row for each store of the retailer, by code; `month` is any day of it."""
    return [_of_store(retailer, store, month) for store in retailer.stores.order_by("code")]


def usage_of_all(month: date, *, slug: str | None = None) -> dict[Retailer, list[Usage]]:
    """By retailer, in order of their slugs; only that of `slug` where it is given."""
    retailers = Retailer.objects.order_by("slug")
    if slug is not None:
        retailers = retailers.filter(slug=slug)
    return {retailer: usage(retailer, month) for retailer in retailers}


def usage_sum(retailer: Retailer, rows: Iterable[Usage]) -> Usage:
    """The retailer's line: the same cart is never in two stores, so carts add up as well."""
    rows = list(rows)
    month = rows[0].month if rows else ""
    sums = [sum(getattr(row, name) for row in rows) for name in ("carts", "trips", "paid", "glances")]
    return Usage(retailer.slug, "all stores", month, *sums)


def usage_csv(rows: Iterable[Usage]) -> str:
    """A header, and a line for each row."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([field.name for field in fields(Usage)])
    writer.writerows([guarded(value) for value in astuple(row)] for row in rows)
    return file.getvalue()


def month_bounds(store: Store, month: date) -> tuple[datetime, datetime]:
    """When the month begins and ends, by the store's clock."""
    zone = ZoneInfo(store.timezone)
    first = datetime(month.year, month.month, 1, tzinfo=zone)
    return first, datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=zone)


def _of_store(retailer: Retailer, store: Store, month: date) -> Usage:
    begins, ends = month_bounds(store, month)
    trips = Trip.objects.filter(store=store, ended_at__gte=begins, ended_at__lt=ends).aggregate(
        carts=Count("cart", distinct=True), all=Count("id"), paid=Count("id", filter=Q(state=TripState.PAID))
    )
    glances = Escalation.objects.filter(store=store, looked_at__gte=begins, looked_at__lt=ends).count()
    return Usage(retailer.slug, store.code, f"{begins:%Y-%m}", trips["carts"], trips["all"], trips["paid"], glances)
