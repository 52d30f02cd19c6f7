"""Starting a payment: the trip, the checkout and a new attempt move together, or the call is refused."""

import hashlib
import uuid
from datetime import datetime

from django.db import IntegrityError, transaction

from carts.errors import IllegalTransition
from carts.services.settlement import trip_transition
from checkout.errors import (
    AlreadyPaid,
    AmountInvalid,
    CheckoutEnded,
    CheckoutInReview,
    CheckoutMoved,
    PaymentRunning,
    SourceUnknown,
    SplitOff,
    TillOnly,
    TipsOff,
)
from checkout.models import AttemptState, Checkout, CheckoutState, Intent, PaymentAttempt
from checkout.models.below import TripState
from checkout.providers import Provider, provider_for
from checkout.providers.free import SOURCE as FREE
from checkout.services.agreeing import correction_agreed
from checkout.services.moves import checkout_move
from checkout.services.tenders import checkout_lock
from checkout.tendering import PaymentRules, payment_rules
from inventory.errors import DomainError

REFUSALS: dict[str, type[DomainError]] = {
    CheckoutState.IN_REVIEW: CheckoutInReview,
    CheckoutState.PAYING: PaymentRunning,
    CheckoutState.UNKNOWN: PaymentRunning,
    CheckoutState.PAID: AlreadyPaid,
    CheckoutState.REFUSED: CheckoutEnded,
    CheckoutState.ABANDONED: CheckoutEnded,
}
# These take the money at once, so nothing of theirs can wait for the end of a check.
AT_ONCE = frozenset({"till", "free"})


def attempt_key(principal: str, idempotency_key: str) -> str:
    """Our key for the provider: the same call, repeated after any crash, finds its attempt and never starts another."""
    return hashlib.sha256(f"{principal}\n{idempotency_key}".encode()).hexdigest()


def payment_start(
    *,
    checkout_id: uuid.UUID,
    method: str,
    source: str,
    key: str,
    now: datetime,
    amount_minor: int | None = None,
    tip_minor: int = 0,
) -> PaymentAttempt:
    """A live attempt, due to be advanced at once; the one of this key if there is one.

    Without an amount it is for all that is still open; with one for a part of it, where the store takes several
    tenders. Raises SourceUnknown, AmountInvalid, SplitOff, TipsOff, or what the checkout's state forbids:
    CheckoutInReview, TillOnly, PaymentRunning, AlreadyPaid, CheckoutEnded, CheckoutMoved.
    """
    existing: PaymentAttempt | None = PaymentAttempt.objects.filter(key=key, checkout_id=checkout_id).first()
    if existing is not None:
        return existing
    checkout = Checkout.objects.select_related("store").get(id=checkout_id)
    rules = payment_rules(checkout.store.policy)
    source = source if checkout.amount_minor else FREE
    provider = _provider(checkout, source, rules)
    _check_sums(checkout, amount_minor, tip_minor, rules)
    row = PaymentAttempt(
        checkout_id=checkout.id, provider=provider.name, method=method, source=source, key=key, tip_minor=tip_minor,
        intent=Intent.HOLD, state=AttemptState.CREATED, lease_until=now, due_at=now, created_at=now,
    )  # fmt: skip
    try:
        return _start(row, amount_minor, rules, now)
    except (IllegalTransition, CheckoutMoved, IntegrityError) as error:
        checkout.refresh_from_db()
        raise REFUSALS.get(checkout.state, CheckoutMoved) from error


def _provider(checkout: Checkout, source: str, rules: PaymentRules) -> Provider:
    provider = provider_for(source)
    if provider is None or (source == FREE and checkout.amount_minor):
        raise SourceUnknown
    if rules.providers and provider.name not in rules.providers and source != FREE:
        raise SourceUnknown
    return provider


def _check_sums(checkout: Checkout, amount_minor: int | None, tip_minor: int, rules: PaymentRules) -> None:
    if amount_minor is not None and not 0 < amount_minor <= checkout.amount_minor:
        raise AmountInvalid
    if amount_minor not in {None, checkout.amount_minor} and not rules.split:
        raise SplitOff
    if tip_minor and (not rules.tips or not 0 < tip_minor <= checkout.amount_minor * rules.most_tip):
        raise TipsOff


@transaction.atomic
def _start(row: PaymentAttempt, amount_minor: int | None, rules: PaymentRules, now: datetime) -> PaymentAttempt:
    # The rows are ours from here: what is owed and what is open can't change any more.
    checkout = checkout_lock(row.checkout_id)
    if checkout.till_only and row.provider != "till":
        raise TillOnly
    if checkout.unconfirmed and checkout.state == CheckoutState.CLEARED:
        # A client that knows of no confirmation shows the new sum; who pays that agrees to it. What was set aside
        # before the correction is not taken so: it waits for the confirmation.
        correction_agreed(checkout, how="payment", now=now)
    early = checkout.state == CheckoutState.IN_REVIEW and rules.authorise_in_review and row.provider not in AT_ONCE
    if not early:
        trip_transition(trip_id=checkout.trip_id, to=TripState.PAYING, now=now)
        checkout_move(checkout.id, CheckoutState.PAYING)
    left = checkout.amount_minor - checkout.reserved_minor
    wanted = left if amount_minor is None else amount_minor
    if wanted > left or (left == 0 and (checkout.amount_minor or early)):
        raise AmountInvalid
    row.amount_minor, row.currency = wanted, checkout.currency
    row.requested_minor = wanted + row.tip_minor
    row.save(force_insert=True)
    return row
