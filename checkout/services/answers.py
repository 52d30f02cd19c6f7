"""What a provider said, written down: attempt, checkout and trip move together, under the lease of who asked."""

from datetime import datetime, timedelta

from django.db import transaction

from checkout.models import IN_FLIGHT, AttemptState, CheckoutState, Intent, PaymentAttempt
from checkout.providers import Answer
from checkout.services.moves import attempt_move, checkout_move
from checkout.services.settling import checkout_settle
from checkout.services.tenders import BUSY, OVER, checkout_lock, checkout_reopen, tenders_collect

SLOWEST_REPEAT_S = 60
PENDING_REPEAT_S = 15


@transaction.atomic
def authorised(attempt: PaymentAttempt, answer: Answer, now: datetime) -> bool:
    """Money is set aside; True when together with the other tenders it is enough, and is to be taken at once."""
    checkout = checkout_lock(attempt.checkout_id)
    amount, tip = _given(attempt, answer)
    intent = Intent.VOID if checkout.state in OVER else Intent(attempt.intent)
    fields = {"reference": answer.reference, "detail": "", "amount_minor": amount, "tip_minor": tip, "intent": intent}
    attempt_move(attempt, AttemptState.AUTHORISED, **fields)
    if intent == Intent.VOID:
        _again(attempt, now, now)
        return False
    enough = tenders_collect(checkout, now=now)
    if not enough:
        _again(attempt, now, now)
    return enough and _is_first(attempt)


@transaction.atomic
def captured(attempt: PaymentAttempt, answer: Answer, now: datetime) -> None:
    """Money is taken: the last tender of a checkout settles it."""
    checkout = checkout_lock(attempt.checkout_id)
    others = PaymentAttempt.objects.filter(checkout_id=checkout.id).exclude(id=attempt.id)
    done = sum(others.filter(state=AttemptState.CAPTURED).values_list("amount_minor", flat=True))
    if done + attempt.amount_minor == checkout.amount_minor:
        checkout_settle(attempt=attempt, reference=answer.reference, now=now)
        return
    # Taken is taken, also where the shopper wanted it back a moment too late: it counts towards the sum.
    fields = {"reference": answer.reference, "detail": "", "ended_at": now, "intent": Intent.CAPTURE}
    attempt_move(attempt, AttemptState.CAPTURED, **fields)
    tenders_collect(checkout, now=now)


@transaction.atomic
def ended_unpaid(attempt: PaymentAttempt, to: AttemptState, detail: str, now: datetime, *, reference: str = "") -> None:
    """Declined or void: the rest is open again, where it was being paid."""
    checkout = checkout_lock(attempt.checkout_id)
    # One that was held had been let go before: its checkout is open again, or being paid in another way.
    released = attempt.intent == Intent.VOID and attempt.state not in IN_FLIGHT
    if checkout.state in BUSY and not released:
        checkout_reopen(checkout, now=now)
    attempt_move(attempt, to, detail=detail[:200], reference=reference or attempt.reference, ended_at=now)


@transaction.atomic
def unknown(attempt: PaymentAttempt, detail: str, now: datetime) -> None:
    """Nobody knows yet: asked again after 2, 4, 8 … 60 s. What is to be let go stays held until it is."""
    checkout = checkout_lock(attempt.checkout_id)
    wait = timedelta(seconds=min(SLOWEST_REPEAT_S, 2 ** min(attempt.asked, 10)))
    fields = {"detail": detail[:200], "due_at": now + wait, "lease_until": now}
    if attempt.intent == Intent.VOID and attempt.state not in IN_FLIGHT:
        attempt_move(attempt, AttemptState.AUTHORISED, **fields)
        return
    if checkout.state in BUSY:
        checkout_move(checkout.id, CheckoutState.UNKNOWN)
    attempt_move(attempt, AttemptState.UNKNOWN, **fields)


@transaction.atomic
def pending(attempt: PaymentAttempt, answer: Answer, now: datetime) -> None:
    """It has begun over there, and a person or a network is at it: asked again soon, or told by a webhook."""
    state = AttemptState(attempt.state) if attempt.state in IN_FLIGHT else AttemptState.UNKNOWN
    wait = timedelta(seconds=min(PENDING_REPEAT_S, 1 + attempt.asked))
    fields = {"reference": answer.reference, "detail": answer.detail[:200], "due_at": now + wait, "lease_until": now}
    attempt_move(attempt, state, **fields)


def _given(attempt: PaymentAttempt, answer: Answer) -> tuple[int, int]:
    """What it is worth, and the tip: a partial approval pays the goods first."""
    if answer.amount_minor is None or attempt.state == AttemptState.AUTHORISED:
        return attempt.amount_minor, attempt.tip_minor
    amount = min(attempt.amount_minor, answer.amount_minor)
    return amount, min(attempt.tip_minor, answer.amount_minor - amount)


def _again(attempt: PaymentAttempt, due: datetime, now: datetime) -> None:
    PaymentAttempt.objects.filter(id=attempt.id).update(lease_until=now, due_at=due)


def _is_first(attempt: PaymentAttempt) -> bool:
    """Tenders are taken in the order in which they were given."""
    rows = PaymentAttempt.objects.filter(
        checkout_id=attempt.checkout_id, state=AttemptState.AUTHORISED, intent=Intent.CAPTURE
    )
    first = rows.order_by("created_at", "id").values_list("id", flat=True).first()
    if first == attempt.id:
        return True
    rows.filter(id=attempt.id).update(lease_until=attempt.created_at)
    return False
