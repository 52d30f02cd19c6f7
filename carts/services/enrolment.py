"""How a device gets its credential, changes it and loses it."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from carts.errors import CredentialInvalid, EnrolmentCodeInvalid
from carts.models import Cart, Device, DeviceKind, EnrolmentCode, Ticket
from carts.nudges import nudge_cart

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
TICKET_SECONDS = 30


@dataclass(frozen=True)
class Enrolled:
    """A new credential: `token` is shown once and kept by nobody but the device."""

    device: Device
    token: str


def digest(secret: str) -> str:
    """SHA-256 of a random secret, in hex: what the database keeps of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def enrolment_code_create(
    *,
    store_id: int,
    kind: str = DeviceKind.CART,
    cart_id: uuid.UUID | None = None,
    staff: AbstractBaseUser | None = None,
    now: datetime,
    lifetime: timedelta = timedelta(hours=24),
) -> str:
    """Make a one-time code such as K7QD-M2XR and return it; only its digest is kept."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    EnrolmentCode.objects.create(
        store_id=store_id,
        kind=kind,
        cart_id=cart_id,
        code_hash=digest(letters),
        created_by_id=staff.pk if staff else None,
        expires_at=now + lifetime,
    )
    return f"{letters[:4]}-{letters[4:]}"


def device_enrol(*, code: str, now: datetime) -> Enrolled:
    """Trade a one-time code for a token; an earlier credential of the cart ends. Raises EnrolmentCodeInvalid."""
    letters = code.upper().replace("-", "").replace(" ", "")
    with transaction.atomic():
        used = EnrolmentCode.objects.filter(code_hash=digest(letters), used_at=None, expires_at__gt=now)
        if used.update(used_at=now) != 1:
            raise EnrolmentCodeInvalid
        row = EnrolmentCode.objects.get(code_hash=digest(letters))
        if row.cart_id:
            devices_revoke(cart_id=row.cart_id, now=now)
            Cart.objects.filter(id=row.cart_id).update(quarantined_at=None)
        return _issue(store_id=row.store_id, kind=row.kind, cart_id=row.cart_id)


def device_roll(*, device: Device, now: datetime) -> Enrolled:
    """Give a device a new token; the old one ends at once. Raises CredentialInvalid if it had ended before."""
    with transaction.atomic():
        if Device.objects.filter(id=device.id, revoked_at=None).update(revoked_at=now) != 1:
            raise CredentialInvalid
        enrolled = _issue(store_id=device.store_id, kind=device.kind, cart_id=device.cart_id)
        if device.cart_id:
            nudge_cart(cart_id=device.cart_id, what="device")
        return enrolled


def devices_revoke(*, cart_id: uuid.UUID, now: datetime) -> int:
    """End every credential of a cart; its connection is closed within seconds. Returns how many there were."""
    count: int = Device.objects.filter(cart_id=cart_id, revoked_at=None).update(revoked_at=now)
    nudge_cart(cart_id=cart_id, what="device")
    return count


def device_revoke(*, device_id: uuid.UUID, now: datetime) -> None:
    """End one credential."""
    Device.objects.filter(id=device_id, revoked_at=None).update(revoked_at=now)
    device = Device.objects.get(id=device_id)
    if device.cart_id:
        nudge_cart(cart_id=device.cart_id, what="device")


def ticket_create(*, device: Device, now: datetime) -> str:
    """A one-use ticket into the stream, for 30 s; tickets that ended are swept along."""
    ticket = secrets.token_urlsafe(32)
    Ticket.objects.filter(device=device, expires_at__lt=now).delete()
    Ticket.objects.create(device=device, ticket_hash=digest(ticket), expires_at=now + timedelta(seconds=TICKET_SECONDS))
    return ticket


def ticket_redeem(*, ticket: str, now: datetime) -> Device:
    """Use a ticket up. Raises CredentialInvalid if it is unknown, used, expired, or its device was revoked."""
    rows = Ticket.objects.filter(ticket_hash=digest(ticket), used_at=None, expires_at__gt=now, device__revoked_at=None)
    if rows.update(used_at=now) != 1:
        raise CredentialInvalid
    device: Device = Device.objects.select_related("cart", "store__retailer").get(tickets__ticket_hash=digest(ticket))
    return device


def _issue(*, store_id: int, kind: str, cart_id: uuid.UUID | None) -> Enrolled:
    token = secrets.token_urlsafe(32)
    device = Device.objects.create(store_id=store_id, kind=kind, cart_id=cart_id, token_hash=digest(token))
    return Enrolled(device=device, token=token)
