"""What stands around a paid trip: its receipt, a dispute, learned weights, stock, an undelivered message, a rescan."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from carts.models import Trip
from checkout.models import Escalation, OutboxMessage, Receipt
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.disputes import dispute_open
from checkout.services.payments import payment_start
from checkout.services.rescans import rescan_open
from inventory.models import MovementKind
from inventory.services.stock import stock_move
from inventory.services.weights import LearnedBelief, weights_learn
from tests.console.world import World, add_discrepancy, make_trip


def make_receipt(world: World, now: datetime, *, cart: int = 0, codes: tuple[str, ...] = ("1002", "1009")) -> Receipt:
    """A paid trip with journal, trace and a doubt about its second line."""
    world.store.policy = {"checkout": {"audit_share": 0.0}}
    world.store.save()
    trip = make_trip(world, world.carts[cart], list(codes), now, minutes=4)
    second = trip.lines.get(line=2)
    add_discrepancy(trip, "mismatch", at=second.at_ms, line=2, state="cleared", cleared_ms=second.at_ms + 9000)
    totals = trip.totals | {"rates": [{"rate_bp": 1000, "net": trip.due_minor, "tax": 0, "gross": trip.due_minor}]}
    Trip.objects.filter(id=trip.pk).update(
        state="sealed", outcome="clear", risk=0.01, verdict={"reasons": []}, sealed_at=now, totals=totals,
        sealed_revision=trip.revision, open_discrepancies=0,
    )  # fmt: skip
    checkout, _ = checkout_open(trip_id=trip.pk, cart_id=trip.cart_id, now=now)
    key = f"key {checkout.id}"
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=now)
    payment_advance(attempt_id=attempt.id, now=now)
    return Receipt.objects.get(checkout=checkout)


def fill_back_office(world: World, now: datetime, review: Escalation) -> dict[str, str]:
    """Something to see on each page behind the board; the ids of what the pages are about."""
    receipt = make_receipt(world, now, cart=13)
    dispute = dispute_open(receipt=receipt, line=2, now=now)
    OutboxMessage.objects.create(
        store=world.store, topic="webhook.checkout.paid", group="till", created_at=now, due_at=now, dead_at=now,
        attempts=12, error="answered 500",
    )  # fmt: skip
    _stock_and_weights(world, now)
    rescan = rescan_open(escalation=review, lines=[1, 2], staff=world.max, now=now)
    return {
        "dispute": str(dispute.pk),
        "sale": str(receipt.checkout_id),
        "rescan": str(rescan.pk),
        "product": str(world.products["1001"].pk),
    }


def _stock_and_weights(world: World, now: datetime) -> None:
    for number, product in enumerate(world.products.values()):
        moves = [(MovementKind.DELIVERY, 30), (MovementKind.SALE, -3 * number), (MovementKind.WASTE, -(number % 3))]
        for kind, quantity in moves:
            if quantity:
                stock_move(
                    store_id=world.store.pk, product_id=product.pk, kind=kind, quantity=quantity,
                    reference=uuid.uuid4().hex, at=now - timedelta(days=number % 5),
                )  # fmt: skip
        for days in (6, 4, 2, 0):
            mean = float(product.gross_weight_g or 0) + (6 - days) * (number % 3)
            known: dict[str, Any] = {"modes": [{"weight": 1.0, "mean": mean, "variance": 9.0}], "squares": 4.0}
            belief = LearnedBelief(product.pk, known | {"degrees": 8.0, "seen": 9}, mean, 3.0, 9)
            weights_learn(store_id=world.store.pk, beliefs=[belief], now=now - timedelta(days=days))
