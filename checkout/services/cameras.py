"""Cameras as the store keeps them, asked for pictures, and looked after."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from carts.nudges import nudge_store
from checkout.cameras import CameraAway, CameraError, Connection, PictureRefused, pictures_taken, seal, unseal
from checkout.errors import ZoneInvalid
from checkout.models import Adapter, Camera
from checkout.models.below import Cart
from checkout.pictures import ANY, Opened, picture_open, zone_in_tag
from checkout.services.uploads import brought_pictures
from inventory.services.audit import audit_record

__all__ = [
    "CameraError",
    "camera_password_set",
    "camera_pictures",
    "camera_tag_zone_set",
    "camera_test",
    "camera_zone_set",
    "cameras_check",
    "cart_picture",
    "sharpest",
]
MOST_LABELS = 2_000
CHECK_EVERY = timedelta(minutes=5)


def camera_password_set(*, camera: Camera, password: str) -> None:
    """Keeps the password encrypted; an empty one takes it away. It is never shown again."""
    Camera.objects.filter(id=camera.id).update(password_sealed=seal(password))


def camera_pictures(camera: Camera, cart_label: str, *, most: int = 3) -> list[bytes]:
    """Pictures of this camera in a row, or the one that was brought for this cart; raises CameraError."""
    if camera.adapter == Adapter.UPLOAD:
        return brought_pictures(camera, cart_label)
    connection = Connection(
        adapter=camera.adapter, url=camera.url, username=camera.username,
        password=unseal(bytes(camera.password_sealed)), loopback=settings.CAMERAS_ON_LOOPBACK,
    )  # fmt: skip
    return pictures_taken(connection, cart_label=cart_label, most=most, now=timezone.now())


def sharpest(
    pictures: Sequence[bytes],
    zone: Sequence[Sequence[float]],
    *,
    labels: Sequence[str] = (),
    tag_zone: Sequence[Sequence[float]] = (),
) -> Opened:
    """The sharpest that can be opened; raises PictureRefused when none can.

    Those in which the cart's own tag was found come before those without it.
    """
    opened, refused = [], PictureRefused("picture_broken", "there is no picture")
    for picture in pictures:
        try:
            opened.append(picture_open(picture, zone=zone, labels=labels, tag_zone=tag_zone))
        except PictureRefused as error:
            refused = error
    if not opened:
        raise refused
    return max(opened, key=lambda picture: (bool(picture.tag), picture.sharpness))


def cart_picture(pictures: Sequence[bytes], camera: Camera, cart_label: str) -> Opened:
    """The sharpest picture of this cart, black outside the camera's zone and the cart's own, where its tag tells it.

    Raises PictureRefused, or CameraAway `other_cart` when only another cart of the store stands there.
    """
    if not camera.tag_zone:
        return sharpest(pictures, camera.zone)
    others = Cart.objects.filter(store_id=camera.store_id).exclude(label=cart_label)
    labels = [cart_label, *others.values_list("label", flat=True)[:MOST_LABELS]]
    opened = sharpest(pictures, camera.zone, labels=labels, tag_zone=camera.tag_zone)
    if opened.other:
        raise CameraAway("other_cart", "another cart stands under the camera")
    return opened


def camera_test(*, camera: Camera, staff: User, whole: bool, now: datetime) -> Opened:
    """A picture for the person who sets the camera up, kept nowhere; `whole` shows what lies outside the zone too.

    Raises CameraError. Noted in the audit log, as every look through a camera is.
    """
    detail = {"camera": str(camera.id), "whole": whole}
    audit_record(
        action="camera.test", subject=f"camera:{camera.id}", actor=staff, store=camera.store, detail=detail, now=now
    )
    try:
        labels = [ANY, *Cart.objects.filter(store_id=camera.store_id).values_list("label", flat=True)[:MOST_LABELS]]
        opened = sharpest(camera_pictures(camera, ""), () if whole else camera.zone, labels=labels)
    except CameraError as error:
        Camera.objects.filter(id=camera.id).update(last_error=str(error)[:200], checked_at=now)
        raise
    Camera.objects.filter(id=camera.id).update(last_error="", last_good_at=now, checked_at=now)
    return opened


def camera_zone_set(*, camera: Camera, zone: Sequence[Sequence[float]], staff: User, now: datetime) -> None:
    """The cart's polygon: 3 to 12 corners in fractions of the picture, or none. Raises ZoneInvalid."""
    corners = [[round(float(x), 4), round(float(y), 4)] for x, y in zone]
    inside = all(0 <= x <= 1 and 0 <= y <= 1 for x, y in corners)
    if not inside or (corners and not 3 <= len(corners) <= 12) or (corners and _area(corners) < 0.01):
        raise ZoneInvalid
    before = camera.zone
    Camera.objects.filter(id=camera.id).update(zone=corners)
    audit_record(
        action="camera.zone", subject=f"camera:{camera.id}", actor=staff, store=camera.store,
        detail={"from": before, "to": corners}, now=now,
    )  # fmt: skip


def camera_tag_zone_set(
    *, camera: Camera, zone: Sequence[Sequence[float]], tag: Sequence[Sequence[float]], staff: User, now: datetime
) -> None:
    """The cart's polygon as it was drawn in a picture in which its tag has these corners: from now on it moves with the
    tag. Without corners it no longer does. Raises ZoneInvalid."""
    kept = zone_in_tag(tag, zone) if zone else []
    if zone and (len(tag) != 4 or not 3 <= len(kept) <= 12 or _area(kept) < 1):
        raise ZoneInvalid("Draw the cart's zone around its tag with 3 to 12 corners; it is larger than the tag.")
    before = camera.tag_zone
    Camera.objects.filter(id=camera.id).update(tag_zone=kept)
    audit_record(
        action="camera.tag_zone", subject=f"camera:{camera.id}", actor=staff, store=camera.store,
        detail={"from": before, "to": kept}, now=now,
    )  # fmt: skip


def cameras_check(*, now: datetime, limit: int = 20) -> int:
    """Asks cameras that nobody has asked for 5 minutes; says how many failed. The pictures are dropped."""
    due = Camera.objects.filter(active=True).exclude(adapter=Adapter.UPLOAD).exclude(checked_at__gt=now - CHECK_EVERY)
    failed = 0
    for camera in due.order_by("checked_at")[:limit]:
        try:
            sharpest(camera_pictures(camera, "", most=1), camera.zone)
        except CameraError as error:
            failed += 1
            if not camera.last_error:
                nudge_store(store_id=camera.store_id, what="camera", id=str(camera.id))
            Camera.objects.filter(id=camera.id).update(last_error=str(error)[:200], checked_at=now)
            continue
        Camera.objects.filter(id=camera.id).update(last_error="", last_good_at=now, checked_at=now)
    return failed


def _area(corners: Sequence[Sequence[float]]) -> float:
    """Of a polygon (shoelace)."""
    following = [*corners[1:], corners[0]]
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(corners, following, strict=True))) / 2
