"""Nudges: "look again", and no more. They may be lost; whoever is nudged reads the database, and polls besides.

`nudge_store` reaches the staff consoles of a store, `nudge_cart` the server process that holds the cart's connection.
Both are sent when the running transaction has committed.
"""

import logging
import uuid
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from carts import metrics

logger = logging.getLogger(__name__)
# One group for all carts: every server process listens once and looks whether the cart is its own.
CARTS_GROUP = "carts"


def store_group(store_id: int) -> str:
    """The group of a store's consoles."""
    return f"store.{store_id}"


def nudge_store(*, store_id: int, what: str, id: str) -> None:
    """Tell the consoles of a store to look again at the `board`, a `trip` or a `review`."""
    _send_on_commit(store_group(store_id), {"type": "look", "what": what, "id": id})


def nudge_cart(*, cart_id: uuid.UUID, what: str, data: dict[str, Any] | None = None) -> None:
    """Tell the connection of a cart to look again: `trip`, `device`, `trace` (somebody looks at the
    weight), or a `command` with its data."""
    _send_on_commit(CARTS_GROUP, {"type": "look", "what": what, "id": str(cart_id), "data": data or {}})


def _send_on_commit(group: str, message: dict[str, Any]) -> None:
    transaction.on_commit(partial(_send, group, message))


def _send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(group, message)
    except Exception:  # a nudge is never worth failing for: its reader polls
        metrics.NUDGES_LOST.inc()
        logger.warning("nudge to %s lost", group, exc_info=True)
