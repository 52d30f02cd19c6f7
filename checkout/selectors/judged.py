"""How a past trip stood at its checkout, so that it can be judged again."""

import uuid

import msgspec

from checkout.models import Checkout
from checkout.policy import Situation


def situation_at_checkout(trip_id: uuid.UUID) -> Situation | None:
    """The newest checkout's situation as the policy weighed it; None where the trip had none, or it can't be read."""
    body = Checkout.objects.filter(trip_id=trip_id).order_by("-created_at").values_list("judgement", flat=True).first()
    try:
        return msgspec.convert(body["situation"], Situation) if body else None
    except (msgspec.ValidationError, KeyError, TypeError):
        return None
