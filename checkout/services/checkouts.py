"""Opening a checkout from a sealed trip, and leaving it when the shopper goes on."""

import uuid
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from carts.errors import IllegalTransition
from carts.selectors.trips import SealedTrip, sealed_trip
from carts.services.settlement import discrepancies_settle, trip_transition
from checkout.errors import CheckoutMoved, NothingToPay, TripNotSealed
from checkout.models import Checkout, CheckoutState, Conclusion, Escalation, EscalationState
from checkout.models.below import DiscrepancyState, Lane, Trip, TripState
from checkout.selectors.lanes import lane_for
from checkout.services.escalations import escalation_open
from checkout.services.judging import Judgement, trip_judge
from checkout.services.moves import checkout_move
from checkout.services.problems import problems_found, problems_leave, problems_open
from checkout.services.rescans import rescan_open
from checkout.services.tenders import tenders_release
from checkout.transitions import CHECKOUT, sources
from checkout.wording import language_of


def checkout_open(
    *, trip_id: uuid.UUID, cart_id: uuid.UUID, language: str = "", lane_id: uuid.UUID | None = None, now: datetime
) -> tuple[Checkout, bool]:
    """The checkout of a sealed trip, and whether it is new. Raises NotFound, TripNotSealed or NothingToPay.

    The amount is what the sealed revision owes. Asked again, by whatever key, the live checkout is the answer.
    """
    for _ in range(3):
        sealed = sealed_trip(trip_id, cart_id=cart_id)
        existing = _live(trip_id)
        if existing is not None:
            return existing, False
        if sealed.trip.state != TripState.SEALED:
            raise TripNotSealed
        if not sealed.lines:
            raise NothingToPay
        lane = lane_for(sealed.trip.store, lane_id)
        judgement = trip_judge(sealed, lane)
        try:
            return _create(sealed, judgement, lane, language_of(language or sealed.trip.language), now), True
        except (IllegalTransition, IntegrityError, CheckoutMoved):
            # Another request, a reopen or a new seal came between reading and writing: read again.
            continue
    raise CheckoutMoved


def checkout_leave(*, trip_id: uuid.UUID, now: datetime) -> bool:
    """The trip has left for shopping, or was cancelled: its unpaid checkout is over. True if there was one.

    Runs in the transaction that moved the trip. One that is being paid has no trip that could leave.
    """
    rows = Checkout.objects.filter(trip_id=trip_id, state__in=sources(CHECKOUT, CheckoutState.ABANDONED))
    checkout = rows.select_for_update().first()
    if checkout is None:
        return False
    checkout_move(checkout.id, CheckoutState.ABANDONED, open_escalations=0, open_problems=0, ended_at=now)
    tenders_release(checkout_id=checkout.id, now=now)
    problems_leave(checkout.id, now=now)
    Escalation.objects.filter(checkout=checkout).exclude(state=EscalationState.RESOLVED).update(
        state=EscalationState.RESOLVED, conclusion=Conclusion.REOPENED, resolved_at=now, claim_until=None
    )
    return True


def _live(trip_id: uuid.UUID) -> Checkout | None:
    ended = [CheckoutState.REFUSED, CheckoutState.ABANDONED]
    return Checkout.objects.filter(trip_id=trip_id).exclude(state__in=ended).first()


@transaction.atomic
def _create(sealed: SealedTrip, judgement: Judgement, lane: Lane | None, language: str, now: datetime) -> Checkout:
    trip, decision = sealed.trip, judgement.decision
    found = problems_found(sealed, now=now)
    trusted = decision.action == "pay"
    clear = trusted and not found
    trip_transition(trip_id=trip.id, to=TripState.CLEARED if clear else TripState.IN_REVIEW, now=now)
    # The trip's row is ours now. Was it reopened and sealed anew since it was read, the judgement is of the past.
    unchanged = Trip.objects.filter(id=trip.id, sealed_revision=trip.sealed_revision, due_minor=trip.due_minor)
    if not unchanged.exists():
        raise CheckoutMoved
    checkout = Checkout.objects.create(
        store_id=trip.store_id,
        trip_id=trip.id,
        revision=trip.sealed_revision or 0,
        amount_minor=trip.due_minor,
        currency=trip.store.currency,
        state=CheckoutState.CLEARED if clear else CheckoutState.IN_REVIEW,
        action=decision.action,
        reasons=msgspec.to_builtins(decision.reasons),
        judgement=judgement.record(),
        language=language,
        created_at=now,
    )
    if found:
        problems_open(checkout, found)
    if not trusted:
        escalation = escalation_open(checkout=checkout, lane=lane, look=decision.action == "look", now=now)
        if decision.action == "rescan":
            rescan_open(escalation=escalation, lines=decision.lines, now=now)
        discrepancies_settle(trip_id=trip.id, state=DiscrepancyState.ESCALATED, now=now)
    checkout.refresh_from_db()
    return checkout
