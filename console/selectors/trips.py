"""Trips of a store for the list and for a trip's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from inventory.models import Store

PAGE = 50


@dataclass(frozen=True)
class TripLinks:
    """What hangs on a trip beyond the carts app: its reviews and its receipt."""

    reviews: tuple[Any, ...]
    receipt_url: str


def trips_of(store: Store, *, state: str, text: str, before: datetime | None) -> tuple[list[Any], datetime | None]:
    """Up to PAGE trips, newest first, and the moment to ask on from. `text` fits the cart's label or the id's start."""
    found: QuerySet[Any] = store.trips.select_related("cart").order_by("-started_at")
    if state == "review":
        found = found.filter(checkouts__escalations__isnull=False).distinct()
    elif state == "live":
        found = found.exclude(state__in=["paid", "cancelled"])
    elif state:
        found = found.filter(state=state)
    if text:
        found = found.filter(Q(cart__label__icontains=text) | Q(id__startswith=text.replace("-", "")[:32]))
    if before is not None:
        found = found.filter(started_at__lt=before)
    rows = list(found[: PAGE + 1])
    return rows[:PAGE], rows[PAGE - 1].started_at if len(rows) > PAGE else None


def links_of(trip: Any, receipt_url: str = "") -> TripLinks:
    """The reviews of a trip, newest first, and where its receipt is."""
    reviews: list[Any] = []
    for checkout in trip.checkouts.prefetch_related("escalations__resolved_by", "escalations__claimed_by"):
        reviews += checkout.escalations.all()
        receipt = getattr(checkout, "receipt", None)
        if receipt is not None:
            receipt_url = f"/r/{receipt.public_id}/"
    return TripLinks(tuple(sorted(reviews, key=lambda row: row.opened_at, reverse=True)), receipt_url)


def is_away(cart: Any, now: datetime, after: timedelta) -> bool:
    """Whether nothing was heard of a cart for too long, or it has no connection."""
    return cart.connected_at is None or cart.last_seen_at is None or now - cart.last_seen_at > after
