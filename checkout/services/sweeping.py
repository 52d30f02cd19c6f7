"""What the sweep does: nothing waits for ever because a task, a worker or a message was lost."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from carts.nudges import nudge_store
from checkout.models import AttemptState, Checkout, CheckoutState, Escalation, EscalationState, Intent
from checkout.models.below import TripState
from checkout.providers import provider_named
from checkout.providers.sandbox import Sandbox, sandbox_signed
from checkout.services.advancing import attempts_due
from checkout.services.checkouts import checkout_leave
from checkout.services.escalations import claims_expire
from checkout.services.frames import frames_expire
from checkout.services.idempotency import keys_expire
from checkout.services.moves import escalation_move
from checkout.services.refunding import refunds_due
from checkout.services.refunds import refund_unsold
from checkout.services.tenders import OVER, checkout_collect, tenders_release
from checkout.services.webhooks import sandbox_secret, webhook_receive
from checkout.transitions import CHECKOUT, sources

__all__ = [
    "checkouts_mend",
    "claims_expire",
    "frames_expire",
    "keys_expire",
    "looks_recover",
    "payments_recover",
    "refunds_recover",
    "sandbox_events_take",
    "tenders_mend",
]

LATE = timedelta(seconds=5)
TOO_LATE = timedelta(seconds=45)


def looks_recover(*, now: datetime, send: Callable[[str], Any]) -> int:
    """Looks that nobody has begun within 5 s are sent again; after 45 s a person gets the doubt. Says how many."""
    rows = Escalation.objects.filter(state=EscalationState.LOOKING, opened_at__lt=now - LATE)
    rows = rows.filter(Q(look_lease_until=None) | Q(look_lease_until__lt=now))
    count = 0
    for escalation in rows:
        count += 1
        if escalation.opened_at > now - TOO_LATE:
            send(str(escalation.id))
            continue
        findings = {"clear": False, "reasons": ["look_lost"], "sights": [], "trouble": []}
        held = {"state": EscalationState.LOOKING, "look_lease_until": escalation.look_lease_until}
        if escalation_move(escalation.id, EscalationState.WAITING, only=held, findings=findings):
            nudge_store(store_id=escalation.store_id, what="review", id=str(escalation.id))
    return count


def payments_recover(*, now: datetime, send: Callable[[str], Any]) -> int:
    """Attempts that are unknown, or whose asker died, are asked about again. Says how many."""
    due = attempts_due(now=now)
    for attempt_id in due:
        send(str(attempt_id))
    return len(due)


def refunds_recover(*, now: datetime, send: Callable[[str], Any]) -> int:
    """Refunds with a part whose end is not known are asked about again. Says how many."""
    due = refunds_due(now=now)
    for refund_id in due:
        send(str(refund_id))
    return len(due)


def tenders_mend(*, now: datetime) -> int:
    """Money that was set aside is taken after a review, and let go or given back after a checkout that ended unpaid.
    Says how many checkouts it was about."""
    held = Q(attempts__state=AttemptState.AUTHORISED, attempts__intent=Intent.HOLD)
    count = 0
    ready = Checkout.objects.filter(
        held, state=CheckoutState.CLEARED, reserved_minor=F("amount_minor"), unconfirmed=False
    )
    for checkout_id in ready.values_list("id", flat=True).distinct()[:100]:
        count += checkout_collect(checkout_id=checkout_id, now=now)
    ended = Checkout.objects.filter(state__in=OVER)
    for checkout_id in ended.filter(held).values_list("id", flat=True).distinct()[:100]:
        count += tenders_release(checkout_id=checkout_id, now=now) > 0
    taken = ended.filter(attempts__state=AttemptState.CAPTURED, attempts__amount_minor__gt=0, refunds=None)
    for checkout_id in taken.values_list("id", flat=True).distinct()[:100]:
        refund_unsold(checkout_id=checkout_id, now=now)
        count += 1
    return count


def sandbox_events_take(*, now: datetime) -> int:
    """Carries the sandbox's webhooks, which come over no network, to where others' come in. Says how many."""
    try:
        sandbox = provider_named("sandbox")
    except LookupError:
        return 0
    events = sandbox.events() if isinstance(sandbox, Sandbox) else []
    for event in events:
        headers, body = sandbox_signed(event, secret=sandbox_secret(), at=int(now.timestamp()))
        webhook_receive(provider="sandbox", headers=headers, body=body, now=now)
    return len(events)


def checkouts_mend(*, now: datetime) -> int:
    """Checkouts whose trip has gone shopping or was cancelled are left, should the signal ever have been missed."""
    gone = [TripState.SHOPPING, TripState.CANCELLED]
    rows = Checkout.objects.filter(state__in=sources(CHECKOUT, CheckoutState.ABANDONED), trip__state__in=gone)
    count = 0
    for trip_id in rows.values_list("trip_id", flat=True):
        with transaction.atomic():
            count += checkout_leave(trip_id=trip_id, now=now)
    return count
