"""Closing days by themselves: each store's, by its own clock, once they are over and settled.

`Store.policy["end_of_day"]["automatic"] = false` leaves it to people. Closing is idempotent, so two schedules at once,
or a person at the same moment, close a day once. A day that can't be closed yet is tried again with the next run; days
that were missed are made up for, in their order.
"""

import logging
from datetime import date, datetime, timedelta

from django.db.models import Min

from checkout.models import BusinessDay, DayState, Receipt
from checkout.models.below import Store
from checkout.providers import ProviderRefused, ProviderUnsure
from checkout.providers.registry import provider_named
from checkout.selectors.days import providers_of
from checkout.services.business_days import GRACE, DayUnsettled, day_bounds, day_close, day_of, day_open
from checkout.services.settlement_lists import NoList, list_ask

logger = logging.getLogger(__name__)
# A store that could not close for a fortnight has a trouble that a person must look at.
LOOK_BACK = timedelta(days=14)


def days_close(*, now: datetime) -> int:
    """Closes what is due in every active store; says how many days. A store's trouble keeps no other store waiting."""
    count = 0
    for store in Store.objects.filter(active=True, retailer__active=True).select_related("retailer"):
        try:
            count += store_days_close(store=store, now=now)
        except Exception:
            logger.exception("the days of store %s can't be closed; tried again with the next run", store.code)
    return count


def store_days_close(*, store: Store, now: datetime) -> int:
    """Closes a store's days that are over, the oldest first, and asks its providers for their lists of them."""
    if not store.policy.get("end_of_day", {}).get("automatic", True):
        return 0
    count = 0
    for day in _days_due(store, now):
        # Before it is closed: who dies between the two asks again, and the same list again changes nothing.
        _ask_for_lists(store, day, now)
        try:
            day_close(store=store, day=day, now=now)
        except DayUnsettled:
            logger.warning("day %s of store %s waits for a payment whose end is not known", day, store.code)
            break
        count += 1
    return count


def _days_due(store: Store, now: datetime) -> list[date]:
    """Days from the first sale on that are over and not closed."""
    today = day_of(store, now)
    sold = Receipt.objects.filter(store_id=store.pk).aggregate(first=Min("issued_at"))["first"]
    if sold is None:
        return []
    first = max(day_of(store, sold), today - LOOK_BACK)
    closed = set(
        BusinessDay.objects.filter(store_id=store.pk, day__gte=first, state=DayState.CLOSED).values_list(
            "day", flat=True
        )
    )
    days = [first + timedelta(days=n) for n in range((today - first).days)]
    return [day for day in days if day not in closed and day_bounds(store, day)[1] + GRACE <= now]


def _ask_for_lists(store: Store, day: date, now: datetime) -> None:
    """What a provider can't tell now, a person asks for on the day's page."""
    row = day_open(store=store, day=day, now=now)
    for name in providers_of(store, row.begins_at, row.ends_at):
        try:
            if getattr(provider_named(name), "movements", None) is not None:
                list_ask(business_day=row, provider=name, now=now)
        except (LookupError, NoList, ProviderUnsure, ProviderRefused) as error:
            logger.warning("no list of %s for day %s of store %s: %s", name, day, store.code, error)
