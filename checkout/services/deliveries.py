"""Where outbox messages go, by topic. Every handler may run twice for the same message."""

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from carts.nudges import nudge_store
from checkout.models import OutboxMessage
from checkout.models.below import MovementKind
from checkout.services.webhooks import webhook_send
from inventory.services.stock import Movement, stock_move_all


def deliver(message: OutboxMessage, now: datetime) -> None:
    """Hands a message to its topic's handler; raises LookupError for a topic that has none."""
    handler = next((call for prefix, call in HANDLERS.items() if message.topic.startswith(prefix)), None)
    if handler is None:
        raise LookupError(f"nobody takes the topic {message.topic}")
    handler(message, now)


def _stock(message: OutboxMessage, now: datetime) -> None:
    moves = [
        Movement(move["product"], MovementKind.SALE, move["quantity"], move["reference"])
        for move in message.payload["moves"]
        if move["quantity"]
    ]
    stock_move_all(store_id=message.store_id, movements=moves, at=message.created_at)


def _nudge(message: OutboxMessage, now: datetime) -> None:
    nudge_store(store_id=message.store_id, what="trip", id=message.payload["trip"])


def _refund_dispute(message: OutboxMessage, now: datetime) -> None:
    from checkout.services.disputes import dispute_refund  # which puts messages itself

    dispute_refund(dispute_id=uuid.UUID(message.payload["dispute"]), now=now)


def _mail(message: OutboxMessage, now: datetime) -> None:
    from checkout.services.receipt_mail import mail_send  # which puts messages itself

    mail_send(mail_id=uuid.UUID(message.payload["mail"]), now=now)


def _page(message: OutboxMessage, now: datetime) -> None:
    from checkout.services.away import page_mail  # which puts messages itself

    page_mail(message, now)


HANDLERS: Mapping[str, Callable[[OutboxMessage, datetime], None]] = {
    "stock.": _stock,
    "nudge.": _nudge,
    "dispute.": _refund_dispute,
    "mail.": _mail,
    "page.": _page,
    "webhook.": webhook_send,
}
