"""A store's webhook endpoints, and what became of the last messages to them."""

import uuid
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from checkout.models import OutboxMessage, WebhookEndpoint
from checkout.models.below import Store
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import retailers_for

LOOKED_AT = 300
SHOWN = 3


@dataclass
class EndpointView:
    """An endpoint with its newest messages from this store."""

    row: WebhookEndpoint
    messages: list[OutboxMessage] = field(default_factory=list)


def may_reach_all(user: User, store: Store) -> bool:
    """Whether this person manages all stores of the retailer, and so the endpoints that hear of all."""
    return retailers_for(user, Action.MANAGE_POLICY).filter(pk=store.retailer_id).exists()


def endpoints_of(user: User, store: Store) -> list[EndpointView]:
    """Those that this person may change: the store's own, and the retailer's for who manages all its stores."""
    found = {row.id.hex: EndpointView(row) for row in _reachable(user, store).order_by("-active", "url")}
    told = OutboxMessage.objects.filter(store_id=store.pk, topic__startswith="webhook.").order_by("-id")
    for message in told[:LOOKED_AT]:
        view = found.get(message.group.partition(":")[0])
        if view is not None and len(view.messages) < SHOWN:
            view.messages.append(message)
    return list(found.values())


def endpoint_for(user: User, store: Store, endpoint_id: uuid.UUID, *, lock: bool = False) -> WebhookEndpoint:
    """The endpoint, if this person may change it; raises NotFound. The caller has checked the right in the store."""
    rows = _reachable(user, store).filter(id=endpoint_id)
    row: WebhookEndpoint | None = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound("There is no such endpoint.")
    return row


def _reachable(user: User, store: Store) -> QuerySet[WebhookEndpoint]:
    mine = Q(store_id=store.pk)
    if may_reach_all(user, store):
        mine |= Q(store=None)
    return WebhookEndpoint.objects.filter(mine, retailer_id=store.retailer_id)
