"""The only ways in which states change: conditional UPDATEs by the tables of `checkout.transitions`.

A row that is elsewhere by now is not moved, and CheckoutMoved undoes the caller's transaction.
"""

import uuid
from typing import Any

from checkout.errors import CheckoutMoved
from checkout.models import (
    AttemptState,
    Checkout,
    CheckoutState,
    Escalation,
    EscalationState,
    PaymentAttempt,
    Refund,
    RefundState,
)
from checkout.transitions import ATTEMPT, CHECKOUT, ESCALATION, REFUND, sources


def checkout_move(checkout_id: uuid.UUID, to: CheckoutState, **fields: Any) -> None:
    """Raises CheckoutMoved when the table does not lead there from where the checkout is."""
    rows = Checkout.objects.filter(id=checkout_id, state__in=sources(CHECKOUT, to))
    if rows.update(state=to, **fields) != 1:
        raise CheckoutMoved


def escalation_move(escalation_id: uuid.UUID, to: EscalationState, *, only: dict[str, Any], **fields: Any) -> bool:
    """False when the table does not lead there, or `only` (claim, lease) no longer holds."""
    rows = Escalation.objects.filter(id=escalation_id, state__in=sources(ESCALATION, to)).filter(**only)
    return bool(rows.update(state=to, **fields) == 1)


def attempt_move(attempt: PaymentAttempt, to: AttemptState, **fields: Any) -> None:
    """Raises CheckoutMoved when the attempt has moved, or its lease is no longer the one that `attempt` holds."""
    rows = PaymentAttempt.objects.filter(id=attempt.id, lease_until=attempt.lease_until, state__in=sources(ATTEMPT, to))
    if rows.update(state=to, **fields) != 1:
        raise CheckoutMoved


def refund_move(refund_id: uuid.UUID, to: RefundState, **fields: Any) -> bool:
    """False when the table does not lead there from where the refund is."""
    rows = Refund.objects.filter(id=refund_id, state__in=sources(REFUND, to))
    return bool(rows.update(state=to, **fields) == 1)
