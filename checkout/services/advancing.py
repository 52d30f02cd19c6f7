"""The one way in which an attempt goes on: client retry, webhook and sweep all call `payment_advance`.

The provider is asked outside of any transaction, under a lease. What it says is written only while the lease is ours;
who lost it leaves the writing to the next, who asks with the same key and hears the same. Several tenders are taken one
after the other, and only once together they are enough.
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from carts.errors import IllegalTransition
from checkout.errors import CheckoutMoved
from checkout.models import IN_FLIGHT, AttemptState, Intent, PaymentAttempt
from checkout.providers import Answer, Provider, ProviderRefused, ProviderUnsure, provider_named
from checkout.services import answers
from checkout.services.tenders import payment_of, tenders_open
from inventory.errors import DomainError

logger = logging.getLogger(__name__)
# Longer than the provider's time-outs of authorise and capture together.
LEASE = timedelta(seconds=30)
GIVE_UP = timedelta(minutes=15)
MOST_TENDERS = 20


def payment_advance(*, attempt_id: uuid.UUID, now: datetime, provider: Provider | None = None) -> PaymentAttempt:
    """Asks the provider and writes down what it says; returns the attempt as it stands then.

    Where somebody else is at it, or it has ended, nothing happens. Never raises for what the provider does.
    """
    _advance_one(attempt_id, now, provider)
    attempt = PaymentAttempt.objects.get(id=attempt_id)
    for _ in range(MOST_TENDERS):
        waiting = tenders_open(attempt.checkout_id)[:1]
        if not waiting or not _advance_one(waiting[0], now, provider):
            break
    attempt.refresh_from_db()
    return attempt


def attempts_due(*, now: datetime) -> list[uuid.UUID]:
    """Live attempts that nobody is asking about: those whose time has come, and those of who died at it."""
    return list(_due(now).order_by("lease_until").values_list("id", flat=True)[:100])


def _due(now: datetime) -> QuerySet[Any]:
    """In flight, or to be taken (the first of its checkout only) or let go; what is merely held is asked of nobody."""
    taken = Q(state=AttemptState.AUTHORISED, intent=Intent.CAPTURE)
    earlier = PaymentAttempt.objects.filter(taken, checkout=OuterRef("checkout")).filter(
        Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), id__lt=OuterRef("id"))
    )
    wanted = Q(state__in=IN_FLIGHT) | Q(state=AttemptState.AUTHORISED, intent=Intent.VOID) | (taken & ~Exists(earlier))
    return PaymentAttempt.objects.filter(wanted, Q(due_at=None) | Q(due_at__lte=now), lease_until__lte=now)


def _advance_one(attempt_id: uuid.UUID, now: datetime, provider: Provider | None) -> bool:
    """False when it was not ours to ask, or is no further than before."""
    if _due(now).filter(id=attempt_id).update(lease_until=now + LEASE, asked=F("asked") + 1) != 1:
        return False
    attempt = PaymentAttempt.objects.select_related("checkout__store").get(id=attempt_id)
    try:
        asked = provider if provider and provider.name == attempt.provider else provider_named(attempt.provider)
        return _ask(attempt, asked, now)
    except (CheckoutMoved, IllegalTransition):
        logger.warning("attempt %s has moved while the provider was asked", attempt_id)
    except DomainError as error:
        # Settling was refused for a reason of ours, and the money may be taken: it is seen, and tried again.
        logger.exception("attempt %s can't be settled", attempt_id)
        answers.unknown(attempt, error.detail, now)
    return False


def _ask(attempt: PaymentAttempt, provider: Provider, now: datetime) -> bool:
    try:
        answer = _answer(attempt, provider, now)
        if answer.state == "authorised" and attempt.intent == Intent.VOID:
            answer = provider.void(payment_of(attempt))
        elif answer.state == "authorised" and answers.authorised(attempt, answer, now):
            attempt.refresh_from_db(fields=["state", "intent", "amount_minor", "tip_minor", "reference"])
            answer = provider.capture(payment_of(attempt))
    except ProviderUnsure as error:
        answers.unknown(attempt, str(error), now)
    except ProviderRefused as error:
        logger.error("provider %s refused attempt %s: %s", attempt.provider, attempt.id, error)
        _refused(attempt, str(error), now)
    except (CheckoutMoved, IllegalTransition):
        raise
    except Exception:  # a provider's library may raise anything; what we don't understand may have taken effect
        logger.exception("provider %s failed on attempt %s", attempt.provider, attempt.id)
        answers.unknown(attempt, "the provider's answer can't be read", now)
    else:
        return _take(attempt, answer, now)
    return False


def _answer(attempt: PaymentAttempt, provider: Provider, now: datetime) -> Answer:
    payment = payment_of(attempt)
    if attempt.asked > 1:
        held = provider.find(payment)
        late = now - attempt.created_at > GIVE_UP and attempt.state in IN_FLIGHT and attempt.intent == Intent.HOLD
        over = late or attempt.intent == Intent.VOID
        if held is not None and not (held.state == "pending" and over):
            return held
        if attempt.intent == Intent.VOID or late:
            # The key is made void first, so that a call still on its way can't take effect after all.
            return provider.void(payment)
    return provider.authorise(payment)


def _take(attempt: PaymentAttempt, answer: Answer, now: datetime) -> bool:
    if answer.state == "captured":
        answers.captured(attempt, answer, now)
    elif answer.state == "pending":
        answers.pending(attempt, answer, now)
        return False
    elif answer.state == "authorised":
        # Held, and the rest of the money is still open; or not let go, and to be asked again.
        if attempt.intent == Intent.VOID:
            answers.unknown(attempt, "not let go yet", now)
        return False
    else:
        to = AttemptState.DECLINED if answer.state == "declined" else AttemptState.VOIDED
        answers.ended_unpaid(attempt, to, answer.detail, now, reference=answer.reference)
    return True


def _refused(attempt: PaymentAttempt, detail: str, now: datetime) -> None:
    # An authorised one may still hold the shopper's money: that is for the next question, not for us to deny.
    if attempt.asked == 1 and not PaymentAttempt.objects.filter(id=attempt.id, state=AttemptState.AUTHORISED).exists():
        answers.ended_unpaid(attempt, AttemptState.DECLINED, detail, now)
    else:
        answers.unknown(attempt, detail, now)
