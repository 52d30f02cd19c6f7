"""A refund on its way: a part for each tender, asked of the tender's provider until it has a plain answer.

Like an attempt, a part is asked outside of any transaction, under a lease and with a key of ours; no answer means "ask
again with the same key", never "failed".
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet

from checkout.errors import RefundOver
from checkout.models import AttemptState, PaymentAttempt, Refund, RefundPart, RefundState
from checkout.providers import Provider, ProviderRefused, ProviderUnsure, Returned, provider_named
from checkout.services.announcing import announce_refund
from checkout.services.cash import refund_rounding
from checkout.services.moves import refund_move
from checkout.services.selling import sale_lines_untake
from checkout.services.tenders import payment_of

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
SLOWEST_REPEAT_S = 60


def parts_write(refund: Refund, *, now: datetime) -> list[RefundPart]:
    """Shares the sum out to the tenders, in the order in which they paid. Raises RefundOver if they hold too little.

    A tip is not given back: it is no part of the goods.
    """
    left = refund.amount_minor
    parts: list[RefundPart] = []
    tenders = PaymentAttempt.objects.select_for_update().filter(
        checkout_id=refund.checkout_id, state=AttemptState.CAPTURED
    )
    for attempt in tenders.order_by("created_at", "id"):
        amount = min(left, attempt.amount_minor - attempt.refunded_minor)
        if amount > 0:
            key = f"refund-{refund.id.hex}-{len(parts)}"
            rounding = refund_rounding(attempt, amount)
            parts.append(
                RefundPart(refund=refund, attempt=attempt, amount_minor=amount, rounding_minor=rounding, key=key,
                           lease_until=now)
            )  # fmt: skip
            left -= amount
    if left:
        raise RefundOver
    for part in parts:
        part.save(force_insert=True)
    transaction.on_commit(lambda: _send_advance(refund.id))
    return parts


def refund_advance(*, refund_id: uuid.UUID, now: datetime, provider: Provider | None = None) -> Refund:
    """Asks for what is still on its way, and writes down what is said. Never raises for what a provider does."""
    for part_id in _due(now).filter(refund_id=refund_id).order_by("id").values_list("id", flat=True):
        if _due(now).filter(id=part_id).update(lease_until=now + LEASE, asked=F("asked") + 1) == 1:
            part = RefundPart.objects.select_related("attempt__checkout__store", "refund").get(id=part_id)
            asked = provider if provider and provider.name == part.attempt.provider else None
            _ask(part, asked, now)
    return Refund.objects.get(id=refund_id)


def refunds_due(*, now: datetime) -> list[uuid.UUID]:
    """Refunds with a part that nobody is asking about."""
    return list(_due(now).order_by("lease_until").values_list("refund_id", flat=True).distinct()[:100])


def _due(now: datetime) -> QuerySet[Any]:
    return RefundPart.objects.filter(state="pending", lease_until__lte=now)


def _ask(part: RefundPart, provider: Provider | None, now: datetime) -> None:
    attempt = part.attempt
    try:
        asked = provider or provider_named(attempt.provider)
        returned = asked.refund(payment_of(attempt), key=part.key, amount_minor=part.amount_minor + part.rounding_minor)
    except ProviderRefused as error:
        logger.error("provider %s refused refund part %s: %s", attempt.provider, part.id, error)
        # Refused at the first call means that nothing has happened; later an earlier one may have taken effect.
        returned = Returned("failed" if part.asked == 1 else "pending", "", str(error))
    except ProviderUnsure as error:
        returned = Returned("pending", "", str(error))
    except Exception:  # a provider's library may raise anything; what we don't understand may have taken effect
        logger.exception("provider %s failed on refund part %s", attempt.provider, part.id)
        returned = Returned("pending", "", "the provider's answer can't be read")
    _write(part, returned, now)


@transaction.atomic
def _write(part: RefundPart, returned: Returned, now: datetime) -> None:
    # The checkout before the parts, as everywhere: the parts' triggers change the attempts.
    refund = Refund.objects.select_for_update().get(id=part.refund_id)
    rows = RefundPart.objects.filter(id=part.id, state="pending", lease_until=part.lease_until)
    detail, reference = returned.detail[:200], returned.reference or part.reference
    if returned.state == "pending":
        wait = timedelta(seconds=min(SLOWEST_REPEAT_S, 2 ** min(part.asked, 10)))
        rows.update(lease_until=now + wait, detail=detail, reference=reference)
        return
    if rows.update(state=returned.state, ended_at=now, detail=detail, reference=reference) != 1:
        return
    states = set(RefundPart.objects.filter(refund=refund).values_list("state", flat=True))
    if "pending" not in states:
        _end(refund, now, failed="failed" in states)


def _end(refund: Refund, now: datetime, *, failed: bool) -> None:
    """All parts have ended. One that failed at all its tenders gives its pieces back to the sale; one that failed at
    some stays off the sale by what was paid back, and is for a person to see to."""
    to = RefundState.FAILED if failed else RefundState.DONE
    if not refund_move(refund.id, to, ended_at=now):
        return
    refund.refresh_from_db()
    if failed and not refund.parts.filter(state="done").exists():
        sale_lines_untake(refund)
    announce_refund(refund, "refund.failed" if failed else "refund.paid", now=now)


def _send_advance(refund_id: uuid.UUID) -> None:
    from checkout.tasks import advance_refund  # the task's module imports the services

    advance_refund.delay(str(refund_id))
