"""A store's figures by day: past days from those that were kept, the last ones counted from the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet, Sum

from console.figures import VERSION, Figures

if TYPE_CHECKING:
    from inventory.models import Store

OPEN_DAYS: Final = 3
"""The last days are always counted from the rows: reviews and disputes of yesterday may end today."""
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
    live = max(first, today - timedelta(days=OPEN_DAYS - 1))
    rows = store.report_days.filter(day__gte=first, day__lt=live, version=VERSION).order_by("day")
    days = [(day, msgspec.convert(body, Figures)) for day, body in rows.values_list("day", "figures")]
    begun = first_day(store)
    expected = (live - max(first, begun)).days if begun else 0
    missing = max(0, expected - sum(day >= begun for day, _ in days)) if begun else 0
    while live <= today:
        days.append((live, figures_of_day(store, live)))
        live += timedelta(days=1)
    return Span(tuple(days), missing)


def first_day(store: Store) -> date | None:
    """The store's own date of its first trip that ended."""
    ended = store.trips.filter(ended_at__isnull=False).order_by("ended_at").values_list("ended_at", flat=True).first()
    return today_of(store, ended) if ended else None


def days_to_keep(store: Store, now: datetime) -> list[date]:
    """Past days that are over for good and are not kept yet, oldest first."""
    begun = first_day(store)
    if begun is None:
        return []
    end = today_of(store, now) - timedelta(days=OPEN_DAYS - 1)
    kept = set(store.report_days.filter(version=VERSION).values_list("day", flat=True))
    return [day for number in range((end - begun).days) if (day := begun + timedelta(days=number)) not in kept]


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
    return Figures(**_trips(ended), **_alarms(ended), **_reviews(resolved), groups=_groups(ended))


def _trips(ended: QuerySet[Any]) -> dict[str, Any]:
    counted = ended.aggregate(
        ended=Count("id"),
        paid=Count("id", filter=Q(state="paid")),
        cancelled=Count("id", filter=Q(state="cancelled")),
        paid_minor=Sum("due_minor", filter=Q(state="paid")),
    )
    paid = ended.filter(state="paid")
    wrong = paid.filter(checkouts__escalations__conclusion="corrected").values("id")
    honest = paid.exclude(id__in=wrong)
    alarms = honest.aggregate(trips=Count("id", distinct=True), alarms=Count("discrepancies"))
    counted["paid_minor"] = counted["paid_minor"] or 0
    return counted | {"honest": alarms["trips"], "honest_alarms": alarms["alarms"]}


def _alarms(ended: QuerySet[Any]) -> dict[str, Any]:
    by_kind = ended.filter(discrepancies__isnull=False).values_list("discrepancies__kind").order_by()
    kinds = by_kind.annotate(
        opened=Count("discrepancies"),
        own=Count("discrepancies", filter=Q(discrepancies__state="cleared")),
        right=Count("discrepancies", filter=Q(discrepancies__found_true=True)),
        wrong=Count("discrepancies", filter=Q(discrepancies__found_true=False)),
    )
    products: dict[str, list[int]] = {}
    carts: dict[str, list[int]] = {}
    judged = ended.filter(discrepancies__found_true__isnull=False)
    for codes, cart, found in judged.values_list("discrepancies__products", "cart__label", "discrepancies__found_true"):
        for place, key in [(carts, cart), *((products, str(code)) for code in set(codes or ()))]:
            place.setdefault(key, [0, 0])[0 if found else 1] += 1
    return {"kinds": {kind: counts for kind, *counts in kinds}, "products": products, "carts": carts}


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
