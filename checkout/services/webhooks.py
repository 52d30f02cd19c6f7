"""Webhooks both ways: endpoints of the retailer that are told, and providers that tell us.

What a provider tells is never believed: it only makes us ask, so that a forged, late, repeated or overtaken message can
do no more than cost a question.
"""

import json
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.crypto import salted_hmac

from checkout.errors import SignatureWrong
from checkout.models import LIVE_ATTEMPTS, OutboxMessage, PaymentAttempt, ProviderEvent, WebhookEndpoint
from checkout.outgoing import post, target
from checkout.webhooks import LENGTH, SignatureInvalid, secrets_of, sign, verify
from inventory.addresses import AddressRefused
from inventory.errors import DomainError
from inventory.sealing import seal_bytes, unseal_bytes

GONE = 410
LONGEST = 300
SECRET = "checkout webhook endpoint"  # noqa: S105  the name of the box


class EndpointRefused(DomainError):
    code = "webhook_address_refused"
    status = 422
    detail = "Webhooks go to https addresses of the internet only."


class EndpointKnown(DomainError):
    code = "webhook_address_known"
    detail = "This address is an endpoint of yours already."


class NotTaken(Exception):
    """The endpoint did not answer with a status of 200 to 299."""


def endpoint_create(
    *, retailer_id: int, url: str, store_id: int | None = None, topics: tuple[str, ...] = (), now: datetime
) -> tuple[WebhookEndpoint, bytes]:
    """A new endpoint and its secret, which is told this once. Raises EndpointRefused or EndpointKnown."""
    if len(url) > LONGEST:
        raise EndpointRefused(f"An address has at most {LONGEST} characters.")
    try:
        target(url, private=settings.WEBHOOKS_TO_PRIVATE)
    except AddressRefused as error:
        raise EndpointRefused(str(error)) from error
    secret = secrets.token_bytes(LENGTH)
    try:
        with transaction.atomic():
            row = WebhookEndpoint.objects.create(
                retailer_id=retailer_id, store_id=store_id, url=url, topics=list(topics), created_at=now,
                secret_sealed=seal_bytes(secret, SECRET),
            )  # fmt: skip
    except IntegrityError as error:
        raise EndpointKnown from error
    return row, secret


def endpoints_for(store: Any, event: str) -> list[WebhookEndpoint]:
    """The active endpoints that want an event of this store."""
    rows = WebhookEndpoint.objects.filter(Q(store=None) | Q(store=store), retailer_id=store.retailer_id, active=True)
    return [row for row in rows if not row.topics or any(event.startswith(topic) for topic in row.topics)]


def webhook_send(message: OutboxMessage, now: datetime) -> None:
    """Delivers one message, signed. Raises where it was not taken: the outbox tries again.

    The id is the message's, the same in every try; an endpoint that answers 410 wants no more.
    """
    endpoint = WebhookEndpoint.objects.filter(id=message.payload["endpoint"], active=True).first()
    if endpoint is None:
        return
    body = json.dumps({key: message.payload[key] for key in ("type", "timestamp", "data")}).encode()
    moment = int(now.timestamp())
    keys = [one.secret for one in secrets_of(unseal_bytes(endpoint.secret_sealed, SECRET), now=moment)]
    headers = sign(*keys, message_id=f"msg_{message.pk}", at=moment, body=body)
    headers["content-type"] = "application/json"
    status = post(endpoint.url, body, headers, private=settings.WEBHOOKS_TO_PRIVATE)
    if status == GONE:
        WebhookEndpoint.objects.filter(id=endpoint.id).update(active=False)
    elif not 200 <= status < 300:
        raise NotTaken(f"answered {status}")


def sandbox_secret() -> bytes:
    """What the sandbox signs its webhooks with."""
    return salted_hmac("checkout.sandbox", "webhooks", algorithm="sha256").digest()


def webhook_receive(
    *, provider: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[uuid.UUID | None, bool]:
    """Takes a provider's webhook: the attempt that is to be asked about at once (None: none of ours), and whether the
    event is new. Raises SignatureWrong."""
    event, kind, attempt = _read(provider, {name.lower(): value for name, value in headers.items()}, body, now)
    if attempt is not None:
        # Even for an event seen before: who took it then may have died before asking.
        rows = PaymentAttempt.objects.filter(id=attempt.id, state__in=LIVE_ATTEMPTS)
        rows.update(due_at=now)
    try:
        with transaction.atomic():
            ProviderEvent.objects.create(
                provider=provider, event=event, kind=kind[:60], attempt=attempt, received_at=now
            )
    except IntegrityError:
        return (attempt.id if attempt else None), False
    return (attempt.id if attempt else None), True


def _read(
    provider: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> tuple[str, str, PaymentAttempt | None]:
    rows = PaymentAttempt.objects.filter(provider=provider)
    if provider == "stripe":
        from checkout.providers.stripe import event_read

        told = event_read(body, headers.get("stripe-signature", ""), settings.STRIPE_WEBHOOK_SECRET)
        if told is None:
            raise SignatureWrong
        named = Q(key=told.key) if told.key else Q(reference=told.reference)
        return told.id, told.kind, rows.filter(named).first()
    try:
        event = verify(sandbox_secret(), headers, body, now=int(now.timestamp()))
        told_ = json.loads(body)
        return event, str(told_["type"]), rows.filter(key=str(told_["data"]["key"])).first()
    except (SignatureInvalid, ValueError, KeyError, TypeError) as error:
        raise SignatureWrong from error
