"""Trips whose connection has ended: kept a little while, since carts come back, mostly to where they were.

What is not kept is rebuilt from the journal, so forgetting costs some milliseconds and never an event.
"""

import uuid

from carts.live.shopping import Shopping

LONGEST_S = 180.0  # a cart that was away for longer comes back rarely, and by then maybe elsewhere
MOST = 1_000


class Parking:
    """The oldest first. `now_s` is a monotonic clock."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[uuid.UUID, tuple[Shopping, int, float]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def put(self, shopping: Shopping, acked: int, now_s: float) -> None:
        """Keep a trip whose stream is on disk to `acked`."""
        self._kept.pop(shopping.cart_id, None)
        self._kept[shopping.cart_id] = (shopping, acked, now_s)
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]

    def take(self, cart_id: uuid.UUID) -> tuple[Shopping | None, int]:
        """What was kept of the cart, and how far its stream was on disk; (None, 0) if nothing was."""
        shopping, acked, _ = self._kept.pop(cart_id, (None, 0, 0.0))
        return shopping, acked

    def expire(self, now_s: float) -> None:
        """Forget what has been here for too long."""
        old = [cart_id for cart_id, (_, _, since_s) in self._kept.items() if now_s - since_s > LONGEST_S]
        for cart_id in old:
            del self._kept[cart_id]
