"""What the policy page shows: the versions, and the newest what-if replay."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from inventory.errors import NotFound

if TYPE_CHECKING:
    from inventory.models import Store


def newest_preview(store: Store) -> Any:
    """The store's last what-if replay, or None."""
    return store.policy_previews.order_by("-asked_at").first()


def preview_of(store: Store, preview_id: uuid.UUID) -> Any:
    """One replay of this store; raises NotFound."""
    preview = store.policy_previews.filter(id=preview_id).first()
    if preview is None:
        raise NotFound("There is no such replay in this store.")
    return preview
