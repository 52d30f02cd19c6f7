"""What must leave after a commit: written with its cause, delivered at least once, in order per group."""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from checkout.models import OutboxMessage
from checkout.services.deliveries import deliver
from inventory.privacy.classes import MESSAGE

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 12
BATCH = 100
KEPT = MESSAGE.period  # that a delivered message can still be looked at; then its cause alone tells of it
FORGOTTEN_AT_ONCE = 1_000


def outbox_put(*, store_id: int, topic: str, group: str, payload: dict[str, Any], now: datetime) -> OutboxMessage:
    """Writes a message in the caller's transaction; it is delivered soon after the commit."""
    message = OutboxMessage.objects.create(
        store_id=store_id, topic=topic, group=group, payload=payload, created_at=now, due_at=now
    )
    transaction.on_commit(_send_deliver)
    return message


def outbox_deliver(*, now: datetime) -> int:
    """Delivers what is due; says how many messages left. Two may run at once: each message is claimed."""
    count = 0
    for message_id in _due(now):
        rows = OutboxMessage.objects.filter(id=message_id, delivered_at=None, dead_at=None, due_at__lte=now)
        if rows.update(due_at=now + LEASE, attempts=F("attempts") + 1) == 1:
            count += _deliver(OutboxMessage.objects.select_related("store").get(id=message_id), now)
    return count


def outbox_replay(*, message_id: int, now: datetime) -> bool:
    """Brings a dead message back; False if it is not dead."""
    rows = OutboxMessage.objects.filter(id=message_id, dead_at__isnull=False)
    return bool(rows.update(dead_at=None, attempts=0, due_at=now) == 1)


def outbox_expire(*, now: datetime) -> int:
    """Deletes messages delivered longer than KEPT ago, some at a time; says how many. Waiting and dead ones stay."""
    old = OutboxMessage.objects.filter(delivered_at__lte=now - KEPT).order_by("delivered_at")
    return OutboxMessage.objects.filter(id__in=list(old.values_list("id", flat=True)[:FORGOTTEN_AT_ONCE])).delete()[0]


def _due(now: datetime) -> list[int]:
    waiting = OutboxMessage.objects.filter(delivered_at=None, dead_at=None)
    earlier = waiting.filter(group=OuterRef("group"), id__lt=OuterRef("id"))
    rows = waiting.filter(~Exists(earlier), due_at__lte=now).order_by("id")
    return list(rows.values_list("id", flat=True)[:BATCH])


def _deliver(message: OutboxMessage, now: datetime) -> int:
    try:
        deliver(message, now)
    except Exception as error:  # a target that is broken in any way must not hold the others up
        logger.warning("outbox message %s (%s) failed: %s", message.id, message.topic, error)
        wait = timedelta(seconds=min(3600, 2**message.attempts))
        dead = now if message.attempts >= MOST_ATTEMPTS else None
        text = f"{type(error).__name__}: {error}"[:300]
        OutboxMessage.objects.filter(id=message.id).update(due_at=now + wait, error=text, dead_at=dead)
        return 0
    OutboxMessage.objects.filter(id=message.id).update(delivered_at=now, error="")
    return 1


def _send_deliver() -> None:
    from checkout.tasks import deliver_outbox  # the task's module imports the services

    deliver_outbox.delay()
