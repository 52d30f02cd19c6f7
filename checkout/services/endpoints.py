"""A retailer's webhook endpoints as a manager keeps them: their secrets, a test message, on and off.

Under `secret_sealed` lies the secret that signs now (32 bytes), then each one before that is still good: 8 bytes
of the POSIX time until which it is, and its 32. While there are several, a message bears a signature of each.
"""

import secrets
import uuid
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from checkout.models import WebhookEndpoint
from checkout.models.below import Store
from checkout.selectors.endpoints import endpoint_for
from checkout.services.outbox import outbox_put
from checkout.services.webhooks import SECRET, endpoint_create
from checkout.webhooks import LENGTH, secrets_of
from inventory.errors import DomainError
from inventory.sealing import SecretLost, seal_bytes, unseal_bytes
from inventory.services.audit import audit_record

OVERLAP = timedelta(days=1)
MOST_BEFORE = 3


class RotatedOften(DomainError):
    code = "webhook_secret_rotated_often"
    detail = "This secret was changed three times within a day. Wait until the first of them has ended."


@transaction.atomic
def endpoint_add(
    *, staff: User, store: Store, url: str, topics: tuple[str, ...], all_stores: bool, now: datetime
) -> tuple[WebhookEndpoint, bytes]:
    """A new endpoint and its secret, told this once. The caller has checked the right to it. Raises EndpointRefused or
    EndpointKnown."""
    row, secret = endpoint_create(
        retailer_id=store.retailer_id, url=url, store_id=None if all_stores else store.pk, topics=topics, now=now
    )
    _note("add", row, staff, store, now)
    return row, secret


@transaction.atomic
def endpoint_rotate(
    *, endpoint_id: uuid.UUID, staff: User, store: Store, now: datetime
) -> tuple[WebhookEndpoint, bytes]:
    """A new secret, told this once; the one before signs as well for another day. Raises NotFound or RotatedOften."""
    row = endpoint_for(staff, store, endpoint_id, lock=True)
    secret, moment = secrets.token_bytes(LENGTH), int(now.timestamp())
    try:
        current, *before = secrets_of(unseal_bytes(bytes(row.secret_sealed), SECRET), now=moment)
    except SecretLost:  # nobody can sign with it any more: there is nothing to overlap
        before, kept = [], b""
    else:
        until = int((now + OVERLAP).timestamp())
        kept = until.to_bytes(8) + current.secret + b"".join(one.until.to_bytes(8) + one.secret for one in before)
    if len(before) >= MOST_BEFORE:
        raise RotatedOften
    row.secret_sealed = seal_bytes(secret + kept, SECRET)
    row.save(update_fields=["secret_sealed"])
    _note("rotate", row, staff, store, now)
    return row, secret


@transaction.atomic
def endpoint_switch(*, endpoint_id: uuid.UUID, staff: User, store: Store, on: bool, now: datetime) -> WebhookEndpoint:
    """Off: it is told nothing more, and what waits for it is dropped. Raises NotFound."""
    row = endpoint_for(staff, store, endpoint_id, lock=True)
    row.active = on
    row.save(update_fields=["active"])
    _note("on" if on else "off", row, staff, store, now)
    return row


@transaction.atomic
def endpoint_test(*, endpoint_id: uuid.UUID, staff: User, store: Store, now: datetime) -> WebhookEndpoint:
    """Sends it the event `endpoint.test`, like any other message. Raises NotFound."""
    row = endpoint_for(staff, store, endpoint_id)
    data = {"endpoint": str(row.id), "store": store.code, "by": staff.get_username()}
    outbox_put(
        store_id=store.pk, topic="webhook.endpoint.test", group=f"{row.id.hex}:test:{uuid.uuid4().hex[:12]}",
        payload={"endpoint": str(row.id), "type": "endpoint.test", "timestamp": now.isoformat(), "data": data},
        now=now,
    )  # fmt: skip
    _note("test", row, staff, store, now)
    return row


def _note(action: str, row: WebhookEndpoint, staff: User, store: Store, now: datetime) -> None:
    detail = {"url": row.url, "topics": row.topics, "all_stores": row.store_id is None}
    subject = f"endpoint:{row.id}"
    audit_record(action=f"webhook.{action}", subject=subject, actor=staff, store=store, detail=detail, now=now)
