"""A store's figures by day: past days from those that were kept, today counted from the rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum, TextField
from django.db.models.functions import Cast

from console.figures import VERSION, Figures

if TYPE_CHECKING:
    from inventory.models import Store

OPEN_DAYS: Final = 3
"""Of these, today is counted from the rows at each look and the others every some minutes: what was doubted yesterday
may be settled today."""
PEOPLE: Final = frozenset({"cleared", "corrected", "refused"})


@dataclass(frozen=True)
class Span:
    """A store's days, oldest first, each with its figures. `missing`: past days that are not counted yet."""

    days: tuple[tuple[date, Figures], ...]
    missing: int


def today_of(store: Store, now: datetime) -> date:
    """The store's own date."""
    return now.astimezone(ZoneInfo(store.timezone)).date()


def span_of(store: Store, *, first: date, now: datetime) -> Span:
    """The days from `first` to today."""
    today = today_of(store, now)
    rows = store.report_days.filter(day__gte=first, day__lt=today, version=VERSION)
    # As text and decoded into what it is at once: a year's documents are the page's largest part.
    bodies = rows.order_by().values_list("day", Cast("figures", TextField()))
    days = {day: msgspec.json.decode(body, type=Figures) for day, body in bodies}
    for number in range(OPEN_DAYS):
        day = today - timedelta(days=number)
        if day >= first and day not in days:
            days[day] = figures_of_day(store, day)
    begun = max(first, first_day(store) or today)
    missing = (today - begun).days + 1 - sum(day >= begun for day in days)
    return Span(tuple(sorted(days.items(), key=lambda pair: pair[0])), missing)


def first_day(store: Store) -> date | None:
    """The store's own date of its first trip that ended."""
    ended = store.trips.filter(ended_at__isnull=False).order_by("ended_at").values_list("ended_at", flat=True).first()
    return today_of(store, ended) if ended else None


def days_to_keep(store: Store, now: datetime) -> list[date]:
    """Past days that are not kept yet, and those of the last days, which may still change; oldest first."""
    begun = first_day(store)
    if begun is None:
        return []
    today = today_of(store, now)
    closed = store.report_days.filter(version=VERSION, day__lte=today - timedelta(days=OPEN_DAYS))
    kept = set(closed.values_list("day", flat=True))
    return [day for number in range((today - begun).days) if (day := begun + timedelta(days=number)) not in kept]


def midnight(store: Store, day: date) -> datetime:
    """When the store's day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(store.timezone))


def months_to_keep(store: Store, now: datetime) -> list[tuple[date, date]]:
    """Months with trips whose loss is not estimated up to their end, or up to today: (first day, day after the last).

    Of at most a year: what is older is not estimated anew.
    """
    begun, today = first_day(store), today_of(store, now)
    if begun is None:
        return []
    month = max(begun, today - timedelta(days=365)).replace(day=1)
    kept, found = dict(store.report_months.values_list("month", "until")), []
    while month < today:
        following = (month + timedelta(days=31)).replace(day=1)
        until = min(following, today)
        if kept.get(month) != until:
            found.append((month, until))
        month = following
    return found


def losses_kept(store: Store, first: date) -> list[Any]:
    """The months from that of `first` on, with what they lost, oldest first."""
    return list(store.report_months.filter(month__gte=first.replace(day=1)).order_by("month"))


def product_names(store: Store, codes: Iterable[str]) -> dict[str, str]:
    """The names of products by article number; one that is gone has none."""
    products = store.retailer.products.filter(code__in=list(codes))
    return dict(products.values_list("code", "name"))


def figures_of_day(store: Store, day: date) -> Figures:
    """One day counted from the rows: trips that ended on it, reviews that were settled on it, in the store's time."""
    since, until = midnight(store, day), midnight(store, day + timedelta(days=1))
    ended = store.trips.filter(ended_at__gte=since, ended_at__lt=until)
    resolved = store.escalations.filter(resolved_at__gte=since, resolved_at__lt=until)
    return Figures(**_trips(ended), **_reviews(resolved), groups=_groups(ended))


def _trips(ended: QuerySet[Any]) -> dict[str, Any]:
    counted = ended.aggregate(
        ended=Count("id"),
        paid=Count("id", filter=Q(state="paid")),
        cancelled=Count("id", filter=Q(state="cancelled")),
        paid_minor=Sum("due_minor", filter=Q(state="paid")),
    )
    # Few trips of a day are wrong: they are fetched and taken off, which no planner can turn into a slow anti-join.
    corrected = ended.filter(state="paid", checkouts__escalations__conclusion="corrected")
    wrong = set(corrected.order_by().values_list("id", flat=True))
    counted["paid_minor"] = counted["paid_minor"] or 0
    return counted | {"honest": counted["paid"] - len(wrong)} | _alarms(ended, wrong)


def _alarms(ended: QuerySet[Any], wrong: set[uuid.UUID]) -> dict[str, Any]:
    """One look at the day's alarms, which are few beside its trips."""
    kinds: dict[str, list[int]] = {}
    products: dict[str, list[int]] = {}
    carts: dict[str, list[int]] = {}
    honest = 0
    names = ("kind", "state", "found_true", "products")
    rows = ended.filter(discrepancies__isnull=False).order_by()
    for trip, trip_state, cart, kind, state, found, codes in rows.values_list(
        "id", "state", "cart__label", *(f"discrepancies__{name}" for name in names)
    ):
        honest += trip_state == "paid" and trip not in wrong
        row = kinds.setdefault(kind, [0, 0, 0, 0])
        for place, counts in enumerate((True, state == "cleared", found is True, found is False)):
            row[place] += counts
        if found is not None:
            for judged, key in [(carts, cart), *((products, str(code)) for code in set(codes or ()))]:
                judged.setdefault(key, [0, 0])[0 if found else 1] += 1
    return {"honest_alarms": honest, "kinds": kinds, "products": products, "carts": carts}


def _reviews(resolved: QuerySet[Any]) -> dict[str, Any]:
    figures: dict[str, Any] = {"looks": 0, "asked": 0, "settle_s": [], "waiting_s": [], "ends": {}}
    rows = resolved.values_list("opened_at", "looked_at", "resolved_at", "conclusion")
    for opened, looked, ended, conclusion in rows:
        figures["looks"] += looked is not None
        figures["settle_s"].append(round((ended - opened).total_seconds()))
        figures["ends"][conclusion] = figures["ends"].get(conclusion, 0) + 1
        if conclusion in PEOPLE:
            figures["asked"] += 1
            figures["waiting_s"].append(round((ended - (looked or opened)).total_seconds()))
    corrected = resolved.filter(conclusion="corrected").values_list(
        "checkout_id", "checkout__amount_minor", "checkout__judgement__situation__due_minor"
    )
    return figures | _corrections({checkout: (after, before) for checkout, after, before in corrected}.values())


def _corrections(sums: Iterable[tuple[int, Any]]) -> dict[str, int]:
    """What corrections brought: the corrected sum against the one that was sealed."""
    changes = [after - before for after, before in sums if isinstance(before, int)]
    return {
        "found_minor": sum(change for change in changes if change > 0),
        "returned_minor": -sum(change for change in changes if change < 0),
    }


def _groups(ended: QuerySet[Any]) -> dict[str, list[int]]:
    """Judged trips, and those drawn for a random check, of carts and phones, of guests and of known shoppers."""
    groups: dict[str, list[int]] = {}
    judged = ended.filter(checkouts__isnull=False)
    drawn = Count("id", filter=Q(checkouts__judgement__audit=True), distinct=True)
    known = ExpressionWrapper(~Q(shopper=""), BooleanField())
    for mode, is_known, trips, audits in (
        judged.values_list("mode", known).order_by().annotate(trips=Count("id", distinct=True), audits=drawn)
    ):
        for name in (mode, "known" if is_known else "guest"):
            row = groups.setdefault(name, [0, 0])
            row[0] += trips
            row[1] += audits
    return groups
