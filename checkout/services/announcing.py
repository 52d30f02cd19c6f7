"""What the retailer's systems are told: written into the outbox in the transaction that it tells of."""

import uuid
from datetime import datetime
from typing import Any

from checkout.models import Checkout, PaymentAttempt, Receipt, Refund, SaleLine, TillBasket, WebhookEndpoint
from checkout.services.outbox import outbox_put
from checkout.services.webhooks import endpoints_for

EVENTS = (
    "checkout.paid",
    "refund.requested",
    "refund.started",
    "refund.paid",
    "refund.failed",
    "staff.page",
    "till.basket",
)


def announce(*, store: Any, checkout_id: uuid.UUID, event: str, data: dict[str, Any], now: datetime) -> int:
    """One message per endpoint that wants it, in order per endpoint and checkout; says how many."""
    endpoints: list[WebhookEndpoint] = endpoints_for(store, event)
    for endpoint in endpoints:
        outbox_put(
            store_id=store.pk,
            topic=f"webhook.{event}"[:40],
            group=f"{endpoint.id.hex}:{checkout_id.hex}",
            payload={"endpoint": str(endpoint.id), "type": event, "timestamp": now.isoformat(), "data": data},
            now=now,
        )
    return len(endpoints)


def announce_paid(checkout: Checkout, receipt: Receipt, *, now: datetime) -> None:
    """Everything that an order system wants of a sale; amounts in minor units."""
    lines = SaleLine.objects.filter(checkout=checkout).select_related("product").order_by("line")
    data = _head(checkout) | {
        "receipt": receipt.number,
        "amount": checkout.amount_minor,
        "tenders": [_tender(attempt) for attempt in checkout.attempts.filter(state="captured").order_by("created_at")],
        "lines": [
            {"line": row.line, "product": row.product.code, "name": row.name, "pieces": row.pieces,
             "weight_g": row.weight_g, "amount": row.amount_minor, "tax": row.tax_minor}
            for row in lines
        ],
    }  # fmt: skip
    announce(store=checkout.store, checkout_id=checkout.id, event="checkout.paid", data=data, now=now)


def announce_refund(refund: Refund, event: str, *, now: datetime) -> None:
    """A refund that is asked for, on its way, paid or failed."""
    data = _head(refund.checkout) | {
        "refund": str(refund.id), "amount": refund.amount_minor, "tax": refund.tax_minor, "lines": refund.lines,
        "reason": refund.reason, "automatic": refund.automatic, "state": str(refund.state),
    }  # fmt: skip
    announce(store=refund.checkout.store, checkout_id=refund.checkout_id, event=event, data=data, now=now)


def announce_basket(basket: TillBasket, body: dict[str, Any], *, now: datetime) -> None:
    """A basket that waits at a till, or no longer; `body` is what the till reads under its code."""
    checkout = basket.attempt.checkout
    told = _head(checkout) | body
    announce(store=checkout.store, checkout_id=checkout.id, event="till.basket", data=told, now=now)


def _head(checkout: Checkout) -> dict[str, Any]:
    return {
        "checkout": str(checkout.id),
        "trip": str(checkout.trip_id),
        "store": checkout.store.code,
        "currency": checkout.currency,
    }


def _tender(attempt: PaymentAttempt) -> dict[str, Any]:
    return {
        "payment": str(attempt.id), "method": attempt.method, "provider": attempt.provider,
        "reference": attempt.reference, "amount": attempt.amount_minor, "tip": attempt.tip_minor,
        "rounding": attempt.rounding_minor,
    }  # fmt: skip
