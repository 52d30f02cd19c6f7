"""What the checkout does when a trip leaves it; in the transaction that moved the trip."""

import uuid
from datetime import datetime
from typing import Any

from checkout.services.checkouts import checkout_leave


def abandon_checkout(sender: Any, *, trip_id: uuid.UUID, now: datetime, **kwargs: Any) -> None:
    """The shopper goes on, or gives up: the unpaid checkout is over."""
    checkout_leave(trip_id=trip_id, now=now)
