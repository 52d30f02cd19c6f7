"""Going on duty and off: the policy counts who is there, and the board shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from carts.nudges import nudge_store
from inventory.services.audit import audit_record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from inventory.models import Store


def memberships_here(user: User, store: Store) -> Any:
    """The roles of a person that reach this store."""
    return user.memberships.filter(Q(store=store) | Q(store=None, retailer_id=store.retailer_id))


def is_on_duty(user: User, store: Store) -> bool:
    """Whether this person is on duty in this store."""
    return bool(memberships_here(user, store).filter(on_duty_since__isnull=False).exists())


@transaction.atomic
def duty_set(*, user: User, store: Store, on: bool, now: datetime) -> bool:
    """Puts a person on or off duty; False when nothing changed. A role over all stores is on duty in all of them."""
    wanted = memberships_here(user, store).filter(on_duty_since__isnull=on)
    if not wanted.update(on_duty_since=now if on else None):
        return False
    action = "duty.start" if on else "duty.end"
    audit_record(action=action, subject=f"user:{user.get_username()}", actor=user, store=store, now=now)
    nudge_store(store_id=store.pk, what="board", id=str(user.pk))
    return True
