"""A sale that is over: what tests of receipts, passes and disputes begin with."""

from checkout.models import Receipt
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.payments import payment_start
from tests.checkout.world import APPLES, BREAD, MILK, NOW, Shop, make_trip


def receipt_for(shop: Shop, language: str = "en", **items: int) -> Receipt:
    """The receipt of a trip that was paid in the sandbox; `items` are pieces, or grams, by code."""
    trip = make_trip(shop, items=items or {MILK: 2, BREAD: 1, APPLES: 735})
    checkout, _ = checkout_open(trip_id=trip.id, cart_id=shop.cart.id, language=language, now=NOW)
    key = f"key of {checkout.id}"
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)
    return Receipt.objects.get(checkout=checkout)
