"""What follows when more lies in a sealed cart than was sealed: before payment the trip goes back to shopping."""

import uuid
from datetime import datetime

from django.db import transaction

from carts.models import Discrepancy, DiscrepancyState, JournalEntry, Origin, Trip, TripState
from carts.nudges import nudge_cart, nudge_store
from carts.signals import trip_left
from carts.transitions import sources

REOPENS = frozenset({TripState.SEALED, TripState.CLEARED})
NUMBER = 1_000  # of the discrepancy that a rise adds to a review: the engine's own count from 1
WORDS = {
    "en": "About {grams} g came into the cart after the basket was closed. Please scan it, or take it out again.",
    "de": "Etwa {grams} g kamen nach dem Abschließen in den Wagen. Bitte scannen oder wieder herausnehmen.",
    "es": "Han entrado unos {grams} g en el carro después de cerrar la cesta. Escanéelo o sáquelo, por favor.",
    "fr": "Environ {grams} g sont entrés dans le chariot après la clôture du panier. Merci de scanner ou de retirer.",
}


@transaction.atomic
def trip_rose(*, trip_id: uuid.UUID, grams: float, sd_g: float, at_ms: int, now: datetime) -> TripState:
    """Weight came beyond doubt while the basket was sealed; returns the state that the trip is in then.

    Sealed or cleared, the trip is shopping again and its engine judges what came; whoever is paying has the row first,
    or comes too late. In review, staff see it with the other doubts. While it is being paid or is paid, staff are
    called.
    """
    trip = Trip.objects.select_for_update().get(id=trip_id)
    words = WORDS.get(trip.language.split("-", maxsplit=1)[0], WORDS["en"]).format(grams=round(grams))
    kind, outcome = "rose", ""
    if trip.state in REOPENS and trip.state in sources(TripState.SHOPPING):
        kind, outcome = "reopen", "reopened"
        Trip.objects.filter(id=trip_id).update(state=TripState.SHOPPING, reason=words)
    elif trip.state == TripState.IN_REVIEW:
        _add_doubt(trip, grams, sd_g, at_ms, words)
    elif trip.state in {TripState.PAYING, TripState.PAID}:
        Trip.objects.filter(id=trip_id).update(assist_reason=f"{grams:.0f} g came while paying", assist_at=now)
    JournalEntry.objects.create(
        cart_id=trip.cart_id, trip=trip, origin=Origin.SERVER, epoch=0, kind=kind, at_ms=at_ms, arrived_at=now,
        data={"why": "weight_after_seal", "grams": grams, "sd_g": sd_g, "state": trip.state}, outcome=outcome,
    )  # fmt: skip
    if outcome:
        trip_left.send(sender=Trip, trip_id=trip_id, to=TripState.SHOPPING, now=now)
    nudge_store(store_id=trip.store_id, what="trip", id=str(trip_id))
    nudge_cart(cart_id=trip.cart_id, what="trip")
    return TripState.SHOPPING if outcome else TripState(trip.state)


def _add_doubt(trip: Trip, grams: float, sd_g: float, at_ms: int, words: str) -> None:
    """One row for all that comes during a review: the newest weight stands."""
    Discrepancy.objects.update_or_create(
        trip=trip, number=NUMBER,
        defaults={
            "kind": "unscanned", "state": DiscrepancyState.ESCALATED, "opened_ms": at_ms, "expected_g": 0.0,
            "observed_g": grams, "tolerance_g": round(3 * sd_g, 1), "probability": 0.98, "advice": words,
            "explanation": {"text": f"{grams:.0f} g (sd {sd_g:.1f} g) came after the basket was sealed, and stayed"},
        },
    )  # fmt: skip
    standing = trip.discrepancies.filter(state__in=[DiscrepancyState.OPEN, DiscrepancyState.ESCALATED]).count()
    Trip.objects.filter(id=trip.id).update(open_discrepancies=standing)
