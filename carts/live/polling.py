"""What the database says of the carts that are connected here: the net under lost nudges."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from carts.models import Cart, Device, Trip, TripState
from carts.protocol import Close
from carts.protocol.inbound import Health

if TYPE_CHECKING:
    from carts.live.connection import CartConnection

CHUNK = 500  # ids in one query
NOTED = 100  # carts in one commit


@dataclass(frozen=True, slots=True)
class Facts:
    """A cart's epoch, the device whose credential holds (None if none may), and its trip."""

    epoch: int
    device_id: uuid.UUID | None
    trip_id: uuid.UUID | None
    state: str
    revision: int


def look(trips: Mapping[uuid.UUID, uuid.UUID | None]) -> dict[uuid.UUID, Facts]:
    """Facts of these carts, each with the trip that memory has of it."""
    facts: dict[uuid.UUID, Facts] = {}
    cart_ids = list(trips)
    for start in range(0, len(cart_ids), CHUNK):
        chunk = cart_ids[start : start + CHUNK]
        live = dict(Device.objects.filter(cart__in=chunk, revoked_at=None).values_list("cart_id", "id"))
        known = Trip.objects.filter(id__in=[trips[cart_id] for cart_id in chunk if trips[cart_id] is not None])
        found = {row[0]: row for row in known.values_list("id", "state", "revision")}
        rows = Cart.objects.filter(id__in=chunk).values_list("id", "epoch", "active", "quarantined_at")
        for cart_id, epoch, active, quarantined_at in rows:
            trip_id, state, revision = found.get(trips[cart_id], (None, "", 0))
            trusted = active and quarantined_at is None
            facts[cart_id] = Facts(epoch, live.get(cart_id) if trusted else None, trip_id, state, revision)
    return facts


def noted_together(cart_ids: Iterable[uuid.UUID]) -> list[list[uuid.UUID]]:
    """In what pieces to write carts down: each so small that no event waits long behind it."""
    wanted = sorted(cart_ids)
    return [wanted[start : start + NOTED] for start in range(0, len(wanted), NOTED)]


def note(cart_ids: Sequence[uuid.UUID], health: Mapping[uuid.UUID, Health], now: datetime) -> None:
    """Write down that these carts were seen, and the telemetry of those that have sent some; one commit for all.

    The rows are locked in the journal's order: in any other the two could wait for each other in a ring.
    """
    with transaction.atomic():
        wanted = Cart.objects.select_for_update(no_key=True).filter(id__in=cart_ids).order_by("id")
        there = list(wanted.values_list("id", flat=True))
        Cart.objects.filter(id__in=there).update(last_seen_at=now)
        reported = [
            Cart(id=id_, battery=found.battery, charging=found.charging, temperature_c=found.temperature_c)
            for id_ in there
            if (found := health.get(id_)) is not None
        ]
        if reported:
            Cart.objects.bulk_update(reported, ["battery", "charging", "temperature_c"])


def judge(connection: "CartConnection", facts: Facts | None) -> None:
    """End a connection that is no longer the cart's, let one look whose trip has moved."""
    shopping = connection.shopping
    if shopping is None:
        return
    if facts is None or facts.device_id != connection.device_id:
        connection.end(Close.UNAUTHENTICATED, "the credential was revoked")
    elif facts.epoch > shopping.epoch:
        connection.end(Close.SUPERSEDED, "a newer connection of this cart has opened")
    elif shopping.trip is not None and facts.trip_id == shopping.trip.id:
        moved = facts.state != shopping.trip.state or facts.revision != shopping.trip.basket.revision
        if moved and (facts.state != TripState.SHOPPING or shopping.trip.state != TripState.SHOPPING):
            connection.look()
