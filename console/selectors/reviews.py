"""Escalations for the review page, reached only through the stores of the person who asks."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import stores_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def escalation_for(user: User, escalation_id: uuid.UUID, action: Action) -> Any:
    """The escalation with checkout, trip and cart, if this person may do this in its store; else NotFound."""
    store = stores_for(user, action).filter(escalations__id=escalation_id).first()
    if store is None:
        raise NotFound("There is no such review, or your role does not reach it.")
    related = ("checkout__trip__cart", "lane", "claimed_by", "resolved_by", "store")
    return store.escalations.select_related(*related).get(id=escalation_id)


def frames_of(escalation: Any) -> list[Any]:
    """The pictures of an escalation in the order they were taken, deleted ones too."""
    return list(escalation.frames.select_related("camera").order_by("taken_at"))
