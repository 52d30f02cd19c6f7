"""The checkout as the tablet sees it."""

import uuid
from typing import Any

from django.urls import reverse

from checkout.models import (
    AttemptState,
    Checkout,
    CheckoutState,
    Conclusion,
    EscalationState,
    LineProblem,
    PaymentAttempt,
    ProblemKind,
    TillBasket,
)
from checkout.providers.registry import provider_names
from checkout.providers.till import till_code
from checkout.services.passes import pass_token
from checkout.services.problems import RESOLUTIONS
from checkout.tendering import TenderingError, payment_rules
from checkout.wording import message
from inventory.errors import NotFound


def checkout_of_cart(checkout_id: uuid.UUID, cart_id: uuid.UUID) -> Checkout:
    """The checkout, if it is this cart's; raises NotFound."""
    rows = Checkout.objects.select_related("trip", "store", "receipt", "exit_pass")
    checkout: Checkout | None = rows.filter(id=checkout_id, trip__cart_id=cart_id).first()
    if checkout is None:
        raise NotFound("There is no such checkout of this cart.")
    return checkout


def attempt_of_cart(payment_id: uuid.UUID, cart_id: uuid.UUID) -> PaymentAttempt:
    """The payment, if it is of this cart; raises NotFound."""
    rows = PaymentAttempt.objects.filter(id=payment_id, checkout__trip__cart_id=cart_id)
    attempt: PaymentAttempt | None = rows.first()
    if attempt is None:
        raise NotFound("There is no such payment of this cart.")
    return attempt


def checkout_body(checkout: Checkout) -> dict[str, Any]:
    """The body of the API; amounts in minor units."""
    attempt = checkout.attempts.order_by("-created_at").first()
    return {
        "id": str(checkout.id),
        "trip": str(checkout.trip_id),
        "state": str(checkout.state),
        "revision": checkout.revision,
        "amount": checkout.amount_minor,
        "currency": checkout.currency,
        "exponent": checkout.store.currency_exponent,
        "till_only": checkout.till_only,
        "corrections": checkout.corrected,
        "confirmation_due": checkout.unconfirmed,
        "reasons": checkout.reasons if checkout.state == CheckoutState.IN_REVIEW else [],
        "problems": [_problem(row) for row in checkout.problems.filter(resolution="")],
        "open_amount": checkout.amount_minor - checkout.reserved_minor,
        "message": checkout.message or message(_situation(checkout, attempt), checkout.language),
        "payment": _payment(attempt),
        "payments": [_payment(row) for row in checkout.attempts.order_by("created_at")],
        "accepts": _accepts(checkout),
        "receipt": _receipt(checkout),
        "exit_pass": _exit_pass(checkout),
    }


def _accepts(checkout: Checkout) -> dict[str, Any]:
    """What the store takes; nothing where its rules can't be read, as no payment would start then."""
    try:
        rules = payment_rules(checkout.store.policy)
    except TenderingError:
        return {"providers": [], "split": False, "most_tip": 0}
    if checkout.till_only:
        return {"providers": ["till"], "split": False, "most_tip": 0}
    return {
        "providers": [name for name in provider_names() if not rules.providers or name in rules.providers],
        "split": rules.split,
        "most_tip": int(checkout.amount_minor * rules.most_tip) if rules.tips else 0,
    }


def _situation(checkout: Checkout, attempt: PaymentAttempt | None) -> str:
    if checkout.state == CheckoutState.IN_REVIEW:
        escalation = checkout.escalations.exclude(state=EscalationState.RESOLVED).first()
        if escalation is not None:
            return str(escalation.state)
        kinds = set(checkout.problems.filter(resolution="").values_list("kind", flat=True))
        return "waiting" if not kinds else "age" if kinds == {ProblemKind.AGE} else "problem"
    if checkout.state == CheckoutState.CLEARED:
        if checkout.reserved_minor > 0:
            return "partly"
        if attempt is not None and attempt.state == AttemptState.DECLINED:
            return "declined"
        if checkout.till_only:
            return "till"
        corrected = checkout.escalations.filter(conclusion=Conclusion.CORRECTED).exists()
        return "corrected" if corrected else "cleared"
    return str(checkout.state)


def _payment(attempt: PaymentAttempt | None) -> dict[str, Any] | None:
    if attempt is None:
        return None
    code = _till_code(attempt)
    return {
        "id": str(attempt.id),
        "method": attempt.method,
        "state": str(attempt.state),
        "amount": attempt.amount_minor,
        "requested": attempt.requested_minor - attempt.tip_minor,
        "tip": attempt.tip_minor,
        "detail": attempt.detail,
        "code": code,
        "qr": reverse("till-qr", args=[code]) if code else "",
    }


def _till_code(attempt: PaymentAttempt) -> str:
    """What the shopper shows at a manned till, while the basket waits there."""
    basket = TillBasket.objects.filter(attempt=attempt, state="open").first() if attempt.provider == "till" else None
    return till_code(basket.id) if basket is not None else ""


def _problem(row: LineProblem) -> dict[str, Any]:
    return {
        "id": row.pk, "line": row.line, "name": row.name, "kind": str(row.kind), "limit": row.limit,
        "resolutions": sorted(RESOLUTIONS[row.kind]),
    }  # fmt: skip


def _receipt(checkout: Checkout) -> dict[str, str] | None:
    receipt = getattr(checkout, "receipt", None)
    if receipt is None:
        return None
    return {
        "url": reverse("receipt", args=[receipt.public_id]),
        "pdf": reverse("receipt-pdf", args=[receipt.public_id]),
        "qr": reverse("receipt-qr", args=[receipt.public_id]),
    }


def _exit_pass(checkout: Checkout) -> dict[str, str] | None:
    exit_pass = getattr(checkout, "exit_pass", None)
    if exit_pass is None:
        return None
    token = pass_token(exit_pass)
    return {
        "token": token,
        "expires_at": exit_pass.expires_at.isoformat(),
        "qr": reverse("exit-pass-qr", args=[token]),
    }
