"""Settlement: one transaction, exactly once. Last tender captured, checkout and trip paid, receipt, pass, outbox."""

from datetime import datetime

from django.db import transaction

from carts.selectors.trips import SealedTrip, sealed_trip
from carts.services.settlement import trip_transition
from checkout.models import AttemptState, Checkout, CheckoutState, PaymentAttempt, Receipt
from checkout.models.below import TripState
from checkout.services.announcing import announce_paid
from checkout.services.moves import attempt_move, checkout_move
from checkout.services.outbox import outbox_put
from checkout.services.passes import pass_issue
from checkout.services.receipts import receipt_issue
from checkout.services.selling import sale_lines_write
from inventory.services.claims import claims_settle


@transaction.atomic
def checkout_settle(*, attempt: PaymentAttempt, reference: str, now: datetime) -> Receipt:
    """Raises IllegalTransition, CheckoutMoved or ClaimLost when anything has moved; then nothing is settled.

    The conditional updates make it happen once; the database's constraints (no payment over an open escalation, never
    more or less than the sealed amount, one receipt per checkout) hold even where this code were wrong.
    """
    trip_transition(trip_id=attempt.checkout.trip_id, to=TripState.PAID, now=now)
    Checkout.objects.select_for_update().get(id=attempt.checkout_id)
    # The tender first: the database lets nobody be paid before its tenders add up to the sealed amount.
    attempt_move(attempt, AttemptState.CAPTURED, reference=reference, detail="", ended_at=now)
    checkout_move(attempt.checkout_id, CheckoutState.PAID, settled_at=now)
    attempt.refresh_from_db()
    checkout = Checkout.objects.select_related("store__retailer", "trip__cart").get(id=attempt.checkout_id)
    sealed = sealed_trip(checkout.trip_id)
    claims_settle(holder=checkout.trip_id, presented=sealed.trip.totals.get("presented", ()), now=now)
    receipt = receipt_issue(checkout=checkout, sealed=sealed, attempt=attempt, now=now)
    sale_lines_write(checkout=checkout, sealed=sealed)
    pass_issue(checkout=checkout, now=now)
    _announce(checkout, sealed, now)
    announce_paid(checkout, receipt, now=now)
    return receipt


def _announce(checkout: Checkout, sealed: SealedTrip, now: datetime) -> None:
    moves = [
        {
            "product": line.product_id,
            # What is sold by weight is kept in grams.
            "quantity": -(round(line.weight_g or 0) if line.sold_by == "kg" else line.quantity),
            "reference": f"sale:{checkout.id}:{line.line}",
        }
        for line in sealed.lines
    ]
    store_id = checkout.store_id
    outbox_put(store_id=store_id, topic="stock.sale", group=f"stock:{checkout.id}", payload={"moves": moves}, now=now)
    trip = {"trip": str(checkout.trip_id)}
    outbox_put(store_id=store_id, topic="nudge.trip", group=f"nudge:{checkout.id}", payload=trip, now=now)
