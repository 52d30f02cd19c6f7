"""Receipts: frozen and signed when the checkout settles, with all that they will ever show."""

import secrets
from collections.abc import Container
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from carts.selectors.trips import SealedTrip
from checkout.models import AttemptState, Checkout, Conclusion, KeyPurpose, PaymentAttempt, Receipt, ReceiptCounter
from checkout.models.below import TripLine
from checkout.services.signing import key_active, key_sign
from checkout.signatures import RECEIPT, canonical, to_text

FORMAT = "smartcart.receipt/1"


def receipt_issue(*, checkout: Checkout, sealed: SealedTrip, attempt: PaymentAttempt, now: datetime) -> Receipt:
    """The receipt of a paid checkout, numbered without holes within its store. Runs in the settling transaction."""
    receipt = Receipt(
        store_id=checkout.store_id,
        checkout=checkout,
        public_id=secrets.token_urlsafe(24),
        number=_next_number(checkout.store_id),
        body=_body(checkout, sealed, attempt),
        issued_at=now,
    )
    receipt.key = key_active(retailer_id=checkout.store.retailer_id, purpose=KeyPurpose.RECEIPT, now=now)
    receipt.signature = to_text(key_sign(receipt.key, RECEIPT, canonical(receipt_document(receipt))))
    receipt.save(force_insert=True)
    return receipt


def receipt_document(receipt: Receipt) -> dict[str, Any]:
    """What the signature is over, and what a copy as JSON holds: the body, and which receipt it is."""
    return {
        "format": FORMAT,
        "id": receipt.public_id,
        "number": receipt.number,
        "issued_at": receipt.issued_at.astimezone(UTC).isoformat(timespec="microseconds"),
        **receipt.body,
    }


def _next_number(store_id: int) -> int:
    ReceiptCounter.objects.get_or_create(store_id=store_id)
    # The row stays locked to the end of the transaction: the next receipt of the store waits for this one.
    ReceiptCounter.objects.filter(store_id=store_id).update(last=F("last") + 1)
    return int(ReceiptCounter.objects.values_list("last", flat=True).get(store_id=store_id))


def _body(checkout: Checkout, sealed: SealedTrip, attempt: PaymentAttempt) -> dict[str, Any]:
    store = checkout.store
    reviewed = checkout.escalations.exclude(conclusion__in=["", Conclusion.REOPENED]).first()
    conclusion = reviewed.conclusion if reviewed else ""
    sights = reviewed.findings.get("sights", ()) if reviewed else ()
    seen = {sight["product"] for sight in sights if sight["finding"] == "seen"}
    return {
        "store": {
            "name": store.name,
            "code": store.code,
            "retailer": store.retailer.name,
            "timezone": store.timezone,
            "country": store.country,
        },
        "language": checkout.language,
        "currency": checkout.currency,
        "exponent": store.currency_exponent,
        "tax_inclusive": store.tax_inclusive,
        "cart": sealed.trip.cart.label,
        "lines": [_line(line, conclusion, seen) for line in sealed.lines],
        "totals": sealed.trip.totals,
        "payments": [
            {"method": row.method, "reference": row.reference, "amount": row.amount_minor}
            | ({"tip": row.tip_minor} if row.tip_minor else {})
            | ({"rounding": row.rounding_minor} if row.rounding_minor else {})
            for row in checkout.attempts.filter(state=AttemptState.CAPTURED).order_by("created_at", "id")
        ],
        "payment": {"method": attempt.method, "reference": attempt.reference, "amount": attempt.amount_minor},
    }


def _line(line: TripLine, conclusion: str, seen: Container[int]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "line": line.line,
        "name": line.name,
        "code": line.code,
        "quantity": line.quantity,
        "sold_by": line.sold_by,
        "unit_price": line.unit_price_minor,
        "amount": line.amount_minor,
        "deposit": line.deposit_minor,
        "savings": line.savings,
        "tax_rate_bp": line.tax_rate_bp,
        "tax": line.tax_minor,
        "checked": checked(line, conclusion, seen),
    }
    if line.weight_g is not None:
        body["weight_g"] = round(line.weight_g)
    return body


def checked(line: TripLine, conclusion: str, seen: Container[int]) -> str:
    """How a line was checked: `staff`, `weighed` (its price is its weight), `scanned_and_weighed`, `camera`, `scanned`.

    A review is said of the lines that the scale had not verified: of the others, the weight is the better witness.
    """
    if line.source == "staff":
        return "staff"
    if line.status == "verified":
        return "weighed" if line.sold_by == "kg" and line.weight_g is not None else "scanned_and_weighed"
    if conclusion in {Conclusion.CLEARED, Conclusion.CORRECTED}:
        return "staff"
    return "camera" if line.product_id in seen else "scanned"
