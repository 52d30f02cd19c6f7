"""The database's part of a hello: who it is, the new epoch, what is on disk of its stream."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db import transaction
from django.db.models import F

from carts.errors import CredentialInvalid
from carts.live.context import StoreContext
from carts.live.rebuild import rebuild_to
from carts.live.trip import LiveTrip
from carts.models import Cart, Device, DeviceKind, JournalEntry, Trip
from carts.protocol import Close
from carts.protocol.inbound import Event, Hello, ScaleInfo
from carts.reconciliation import Scale
from carts.selectors.devices import device_by_token
from carts.selectors.trips import live_trip
from carts.services.enrolment import ticket_redeem
from inventory.errors import DomainError
from inventory.services.audit import audit_record

SKEW_LIMIT_S = 120
CLOSE_CODES: dict[Close, str] = {
    Close.UNAUTHENTICATED: "credential_invalid",
    Close.NOT_THIS_CART: "not_this_cart",
    Close.CONFLICT: "quarantined",
}


class Turned(DomainError):
    """The hello is refused; `close` says how."""

    def __init__(self, close: Close, detail: str) -> None:
        super().__init__(detail)
        self.close = close


@dataclass(frozen=True, slots=True)
class Opening:
    """A connection's place in its cart's history: its epoch, the one before, and the last event kept of its stream."""

    cart_id: uuid.UUID
    store_id: int
    epoch: int
    acked: int
    stream: uuid.UUID


def authenticate(*, token: str, ticket: str | None, now: datetime) -> Device:
    """The cart's device behind a token or a ticket; raises Turned."""
    try:
        device = ticket_redeem(ticket=ticket, now=now) if ticket else device_by_token(token) if token else None
    except CredentialInvalid:
        device = None
    if device is None or device.kind != DeviceKind.CART or device.cart is None or not device.cart.active:
        raise Turned(Close.UNAUTHENTICATED, "This device is not enrolled, or its credential was revoked.")
    if device.cart.quarantined_at is not None:
        raise Turned(Close.CONFLICT, "This cart is quarantined until staff enrol it again.")
    return device


def open_stream(*, device: Device, hello: Hello, now: datetime) -> Opening:
    """Raise the cart's epoch: from here on older connections' writes take no effect. Raises Turned."""
    stream, cart_id = uuid.UUID(hello.stream), cast(uuid.UUID, device.cart_id)
    _newest(stream, cart_id)
    scale = hello.scale or ScaleInfo()
    with transaction.atomic():
        # The device again, under the cart's lock: a revocation that came in between must not be overtaken.
        live = Cart.objects.filter(id=cart_id, devices=device.id, devices__revoked_at=None, active=True)
        fields = {
            "epoch": F("epoch") + 1,
            "connected_at": now,
            "last_seen_at": now,
            "firmware": hello.firmware,
            "clock_skew_s": clock_skew(hello.clock, now),
            "scale_division_g": scale.division_g,
            "scale_capacity_g": int(scale.capacity_g),
        }
        if Cart.objects.filter(id__in=live.values("id")).update(**fields) != 1:
            raise Turned(Close.UNAUTHENTICATED, "The credential was revoked.")
        epoch = Cart.objects.values_list("epoch", flat=True).get(id=cart_id)
    # Only now, under the new epoch: until it stood, the connection before could still write.
    newest = _newest(stream, cart_id)
    acked = 0
    if newest is not None:
        acked = int(newest.data["to"]) if newest.kind == "skip" else int(newest.seq or 0)
    return Opening(cart_id, device.store_id, epoch, acked, stream)


def _newest(stream: uuid.UUID, cart_id: uuid.UUID) -> JournalEntry | None:
    """The stream's last entry on disk; raises Turned if the stream is another cart's."""
    newest = JournalEntry.objects.filter(stream=stream).order_by("-seq").first()
    if newest is not None and newest.cart_id != cart_id:
        raise Turned(Close.NOT_THIS_CART, "This stream belongs to another cart.")
    return newest


def reload_trip(*, cart_id: uuid.UUID, context: StoreContext, scale: Scale) -> tuple[Trip, LiveTrip, int] | None:
    """The cart's live trip from its rows, with the id of its newest journal entry; or None."""
    trip = live_trip(cart_id)
    return (trip, *rebuild_to(trip, context, scale)) if trip else None


def recall(*, stream: uuid.UUID, event: Event) -> JournalEntry | None:
    """The journal's entry for an event from before the session's memory; None if it lies in a skipped hole."""
    entry: JournalEntry | None = JournalEntry.objects.filter(stream=stream, seq=event.seq).first()
    return entry


def quarantine(*, cart_id: uuid.UUID, stream: uuid.UUID, reason: str, now: datetime) -> None:
    """A cart that sent other content under a kept seq: its word can't be trusted until staff enrol it anew."""
    Cart.objects.filter(id=cart_id).update(quarantined_at=now)
    cart = Cart.objects.select_related("store").get(id=cart_id)
    audit_record(
        action="cart.quarantined",
        subject=f"cart {cart.label}",
        actor_name="server",
        store=cart.store,
        detail={"stream": str(stream), "reason": reason},
        now=now,
    )


def clock_skew(clock: str, now: datetime) -> float:
    """Seconds that the cart's wall clock is ahead: flagged, never refused. One that can't be read counts as right."""
    try:
        told = datetime.fromisoformat(clock.replace("Z", "+00:00"))
    except ValueError:
        return 0.0
    return round((told - now).total_seconds(), 1) if told.tzinfo else 0.0
