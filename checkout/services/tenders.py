"""The tenders of a checkout together: what they hold, when they are enough, and what lets them go again.

Locks are taken in one order: trip, checkout, attempts. What is written here happens in the caller's transaction.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from carts.errors import IllegalTransition
from carts.services.settlement import trip_transition
from checkout.errors import CheckoutMoved, PaymentRunning, TenderGone
from checkout.models import IN_FLIGHT, AttemptState, Checkout, CheckoutState, Intent, PaymentAttempt
from checkout.models.below import Trip, TripState
from checkout.providers import Payment
from checkout.services.moves import checkout_move
from checkout.tendering import payment_rules

BUSY = (CheckoutState.PAYING, CheckoutState.UNKNOWN)
OVER = (CheckoutState.ABANDONED, CheckoutState.REFUSED)


def payment_of(attempt: PaymentAttempt) -> Payment:
    """An attempt as its provider knows it: first what is to be set aside, then what is to be taken."""
    asking = attempt.state in IN_FLIGHT and attempt.intent == Intent.HOLD
    return Payment(
        key=attempt.key,
        amount_minor=attempt.requested_minor if asking else attempt.amount_minor + attempt.tip_minor,
        currency=attempt.currency,
        source=attempt.source,
        reference=attempt.reference,
        account=payment_rules(attempt.checkout.store.policy).stripe_account,
    )


def checkout_lock(checkout_id: uuid.UUID) -> Checkout:
    """The checkout, with its trip's row and its own locked to the end of the transaction."""
    trip_id = Checkout.objects.values_list("trip_id", flat=True).get(id=checkout_id)
    Trip.objects.select_for_update().filter(id=trip_id).first()
    checkout: Checkout = Checkout.objects.select_for_update().select_related("trip").get(id=checkout_id)
    return checkout


def tenders_collect(checkout: Checkout, *, now: datetime) -> bool:
    """Whether the tenders are enough: then all of them shall be taken. Else the rest is open again. Under the lock."""
    enough = checkout.amount_minor == _sum(checkout.id, [AttemptState.AUTHORISED, AttemptState.CAPTURED])
    if enough and checkout.state == CheckoutState.CLEARED and not checkout.unconfirmed:
        trip_transition(trip_id=checkout.trip_id, to=TripState.PAYING, now=now)
        checkout_move(checkout.id, CheckoutState.PAYING)
    elif not enough and checkout.state in BUSY:
        checkout_reopen(checkout, now=now)
    elif checkout.state not in BUSY:
        enough = False  # in review, or corrected and not confirmed: set aside, and no more
    if enough:
        _held(checkout.id).update(intent=Intent.CAPTURE, due_at=now)
    return enough


def checkout_reopen(checkout: Checkout, *, now: datetime) -> None:
    """Another tender is due: trip and checkout are cleared again, and what was to be taken is only held."""
    trip_transition(trip_id=checkout.trip_id, to=TripState.CLEARED, reason="payment is open", now=now)
    checkout_move(checkout.id, CheckoutState.CLEARED)
    PaymentAttempt.objects.filter(checkout_id=checkout.id, state=AttemptState.AUTHORISED, intent=Intent.CAPTURE).update(
        intent=Intent.HOLD
    )


@transaction.atomic
def checkout_collect(*, checkout_id: uuid.UUID, now: datetime) -> bool:
    """After a review: takes what was set aside meanwhile, if it is enough. False where there is nothing to take."""
    checkout = checkout_lock(checkout_id)
    if checkout.state != CheckoutState.CLEARED or not _held(checkout_id).exists():
        return False
    try:
        return tenders_collect(checkout, now=now)
    except (CheckoutMoved, IllegalTransition):
        return False


def tenders_fit(*, checkout_id: uuid.UUID, amount_minor: int) -> None:
    """Before the amount of a checkout goes down: what is held shrinks with it, the last tender first.

    Raises PaymentRunning while a tender is being asked about: its end is not known yet.
    """
    rows = PaymentAttempt.objects.filter(checkout_id=checkout_id)
    over = _sum(checkout_id, [*IN_FLIGHT, AttemptState.AUTHORISED, AttemptState.CAPTURED]) - amount_minor
    if over > 0 and rows.filter(state__in=IN_FLIGHT).exists():
        raise PaymentRunning
    for attempt in _held(checkout_id).order_by("-created_at"):
        less = min(over, attempt.amount_minor)
        if less <= 0:
            return
        gone = less == attempt.amount_minor
        rows.filter(id=attempt.id).update(
            amount_minor=F("amount_minor") - less,
            tip_minor=0 if gone else attempt.tip_minor,
            intent=Intent.VOID if gone else Intent.HOLD,
        )
        over -= less


def tenders_release(*, checkout_id: uuid.UUID, now: datetime) -> int:
    """The checkout is over: what is held shall be let go. What was taken is given back by the sweep. Says how many."""
    return int(_held(checkout_id).update(intent=Intent.VOID, due_at=now))


@transaction.atomic
def tender_release(*, attempt_id: uuid.UUID, now: datetime) -> PaymentAttempt:
    """The shopper takes one tender back before all is paid: one that is held, or that waits for people at a till or a
    reader. Raises TenderGone for any other."""
    attempt = PaymentAttempt.objects.get(id=attempt_id)
    checkout_lock(attempt.checkout_id)
    rows = PaymentAttempt.objects.filter(id=attempt_id, intent=Intent.HOLD)
    # The sum is free for another tender at once; the provider lets go of it under its key.
    held = rows.filter(state=AttemptState.AUTHORISED)
    # One that waits keeps its sum until the provider has made it void: the till may be faster. While somebody asks, the
    # answer may be on its way.
    waits = rows.filter(state__in=IN_FLIGHT, lease_until__lte=now).exclude(reference="")
    if not held.update(intent=Intent.VOID, amount_minor=0, tip_minor=0, due_at=now) and not waits.update(
        intent=Intent.VOID, due_at=now
    ):
        raise TenderGone
    attempt.refresh_from_db()
    return attempt


def tenders_open(checkout_id: uuid.UUID) -> Sequence[uuid.UUID]:
    """Attempts of a checkout that want a word with their provider, in the order of payment."""
    rows = PaymentAttempt.objects.filter(checkout_id=checkout_id, state=AttemptState.AUTHORISED)
    return list(rows.exclude(intent=Intent.HOLD).order_by("created_at", "id").values_list("id", flat=True))


def _held(checkout_id: uuid.UUID) -> QuerySet[Any]:
    return PaymentAttempt.objects.filter(checkout_id=checkout_id, state=AttemptState.AUTHORISED, intent=Intent.HOLD)


def _sum(checkout_id: uuid.UUID, states: Sequence[str]) -> int:
    rows = PaymentAttempt.objects.filter(checkout_id=checkout_id, state__in=states).exclude(intent=Intent.VOID)
    return int(rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0)
