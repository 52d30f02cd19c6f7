"""Frames that an edge agent brings: only while a look asks for one, in memory only, sealed, gone once they are read.

The cache holds them (Redis where there are several servers), 10 s at most: nothing of them is written to storage before
the look has blackened what lies outside the zone. A frame belongs to one cart at one camera, never to the next one.
"""

import hashlib
import time
import uuid
from typing import Final

from django.conf import settings
from django.core.cache import cache

from checkout.cameras import CameraAway, PictureRefused
from checkout.errors import FrameInvalid, FrameNotWanted
from checkout.models import Adapter, Camera, Escalation, EscalationState
from checkout.pictures.keeping import picture_seal, picture_unseal
from inventory.errors import NotFound

MOST_BYTES: Final = 8 * 1024 * 1024
KEPT_S: Final = 10
WAIT_S: Final = 2.0
_BEGINS: Final = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n"}
KINDS: Final = tuple(_BEGINS)


def frame_wanted(*, camera_id: uuid.UUID, store_id: int) -> bool:
    """Whether a look waits for a frame of this camera; raises NotFound for one that is not this store's to bring."""
    return _asking(_camera(camera_id, store_id)) is not None


def frame_bring(*, camera_id: uuid.UUID, store_id: int, picture: bytes, kind: str) -> None:
    """Keeps the frame for the look that waits for it, instead of an earlier one.

    Raises NotFound, FrameNotWanted (nothing is kept then) or FrameInvalid; the picture is not decoded here.
    """
    camera = _camera(camera_id, store_id)
    asking = _asking(camera)
    if asking is None:
        raise FrameNotWanted
    if not 0 < len(picture) <= MOST_BYTES or not picture.startswith(_BEGINS.get(kind, b"\0none")):
        raise FrameInvalid
    name = _name(camera, asking.checkout.trip.cart.label)
    sealed = picture_seal(picture, name=name, tenant=camera.store.retailer_id, secret=settings.SECRET_KEY)
    cache.set(name, sealed, KEPT_S)


def brought_pictures(camera: Camera, cart_label: str, *, wait_s: float = WAIT_S) -> list[bytes]:
    """The frame that was brought for this cart, waited for up to `wait_s`; it is gone then. Raises CameraAway."""
    name, ends = _name(camera, cart_label), time.monotonic() + (wait_s if cart_label else 0)
    while True:
        sealed = cache.get(name)
        if sealed is not None:
            cache.delete(name)
            return [_unsealed(sealed, name, camera)]
        if time.monotonic() >= ends:
            raise CameraAway("camera_slow", "the edge agent brought no picture; it brings one only while a cart waits")
        time.sleep(0.05)


def _unsealed(sealed: bytes, name: str, camera: Camera) -> bytes:
    try:
        return picture_unseal(sealed, name=name, tenant=camera.store.retailer_id, secret=settings.SECRET_KEY)
    except PictureRefused as error:
        raise CameraAway("camera_wrong", "what was brought can't be read") from error


def _camera(camera_id: uuid.UUID, store_id: int) -> Camera:
    rows = Camera.objects.select_related("store").filter(store_id=store_id, adapter=Adapter.UPLOAD, active=True)
    camera: Camera | None = rows.filter(id=camera_id).first()
    if camera is None:
        raise NotFound("There is no such camera in this store that frames are brought for.")
    return camera


def _asking(camera: Camera) -> Escalation | None:
    rows = Escalation.objects.select_related("checkout__trip__cart").filter(
        store_id=camera.store_id, lane_id=camera.lane_id, state=EscalationState.LOOKING
    )
    found: Escalation | None = rows.order_by("-opened_at").first()
    return found


def _name(camera: Camera, cart_label: str) -> str:
    return f"brought:{camera.id.hex}:{hashlib.sha256(cart_label.encode()).hexdigest()[:16]}"
