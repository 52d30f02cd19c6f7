"""Months of trips that are over, straight into the tables: for reports at size, not for shopping on.

Shares are those of a busy store: 9 of 10 trips paid, 8 of 100 with an alarm, 5 of 100 in doubt, 1 of 100 checked at
random. The same seed makes the same trips. Journals, lines and receipts are left out: reports do not read them.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from django.db import transaction

from carts.models import Cart, Discrepancy, Trip
from checkout.models import Checkout, Escalation
from checkout.policy import Rules, Situation
from console.services.reports import days_keep, months_keep
from inventory.models import Retailer, Store

CARTS = 60
CODES = [f"{number:04d}" for number in range(1000, 1400)]
KINDS = ("unscanned", "mismatch", "not_placed", "removed", "basket")
ENDS = ("seen", "seen", "cleared", "cleared", "corrected", "refused")
AUDITED = (*["cleared"] * 19, "corrected")
RULES = Rules()


@dataclass
class Batch:
    """The rows of one day."""

    trips: list[Trip] = field(default_factory=list)
    checkouts: list[Checkout] = field(default_factory=list)
    alarms: list[Discrepancy] = field(default_factory=list)
    reviews: list[Escalation] = field(default_factory=list)

    def write(self) -> None:
        Trip.objects.bulk_create(self.trips, batch_size=2_000)
        Checkout.objects.bulk_create(self.checkouts, batch_size=2_000)
        Discrepancy.objects.bulk_create(self.alarms, batch_size=2_000)
        Escalation.objects.bulk_create(self.reviews, batch_size=2_000)


def history_seed(*, trips: int, days: int, now: datetime, tell: Callable[[str], object]) -> Store:
    """A store with so many trips over so many past days, and its days kept for the reports."""
    retailer, _ = Retailer.objects.get_or_create(slug="history", defaults={"name": "Years of Trips"})
    store = Store.objects.create(retailer=retailer, code=f"history-{uuid.uuid4().hex[:6]}", name="Years of Trips")
    carts = [Cart.objects.create(store=store, label=f"Cart {number:03d}") for number in range(1, CARTS + 1)]
    rng = random.Random(trips)
    for number in range(days):
        begun = trips * number // days
        day = (now - timedelta(days=days - 1 - number)).replace(minute=0, second=0, microsecond=0)
        batch = Batch()
        for _ in range(trips * (number + 1) // days - begun):
            _trip(batch, store, rng.choice(carts), min(now, day - timedelta(minutes=rng.randrange(600))), rng)
        with transaction.atomic():
            batch.write()
        if number % 30 == 29:
            tell(f"{trips * (number + 1) // days:,} trips")
    kept = days_keep(store=store, now=now), months_keep(store=store, now=now)
    tell(f"{kept[0]} days and {kept[1]} months kept")
    return store


def _trip(batch: Batch, store: Store, cart: Cart, ended: datetime, rng: random.Random) -> None:
    due, paid, doubted = rng.randrange(300, 9_000), rng.random() < 0.9, rng.random() < 0.05
    trip = Trip(
        store=store, cart=cart, stream=uuid.UUID(int=rng.getrandbits(128)), state="paid" if paid else "cancelled",
        mode="cart" if rng.random() < 0.8 else "phone", shopper="known" if rng.random() < 0.4 else "",
        started_at=ended - timedelta(minutes=15), ended_at=ended, start_ms=0, last_ms=900_000, due_minor=due,
        items=due // 250, revision=8, sealed_revision=8 if paid else None, taught_at=ended,
    )  # fmt: skip
    batch.trips.append(trip)
    draw = rng.random()
    audit = paid and not doubted and draw < RULES.audit_share
    end = rng.choice(AUDITED if audit else ENDS) if paid and (doubted or audit) else ""
    if (doubted and end) or rng.random() < 0.05:
        found = None if not end or end == "seen" else end in {"corrected", "refused"}
        alarm = Discrepancy(
            trip=trip, number=1, kind=rng.choice(KINDS), state="resolved" if end else "cleared", opened_ms=60_000,
            products=[rng.choice(CODES)], expected_g=500, observed_g=900, tolerance_g=9, probability=0.8,
            advice="Please look again.", found_true=found,
        )  # fmt: skip
        batch.alarms.append(alarm)
    if paid:
        found_minor = rng.randrange(100, 1_500) if end == "corrected" else 0
        situation = Situation(
            outcome="review" if doubted else "clear", risk=0.02, due_minor=max(0, due - found_minor), typical_minor=250,
            has_scale=trip.mode == "cart", draw=draw,
        )  # fmt: skip
        _checkout(batch, trip, ended, end, {"situation": situation, "rules": RULES, "audit": audit}, rng)


def _checkout(
    batch: Batch, trip: Trip, ended: datetime, end: str, judgement: dict[str, object], rng: random.Random
) -> None:
    due, opened = trip.due_minor, ended - timedelta(seconds=rng.randrange(20, 200))
    checkout = Checkout(
        store=trip.store, trip=trip, revision=8, amount_minor=due, captured_minor=due, reserved_minor=due,
        currency="EUR", state="paid", action="ask" if end else "pay", created_at=opened, settled_at=ended,
        judgement=msgspec.to_builtins(judgement),
    )  # fmt: skip
    batch.checkouts.append(checkout)
    if end:
        looked = opened + timedelta(seconds=8) if rng.random() < 0.6 else None
        review = Escalation(
            store=trip.store, checkout=checkout, state="resolved", conclusion=end, opened_at=opened, looked_at=looked,
            resolved_at=ended,
        )  # fmt: skip
        batch.reviews.append(review)
