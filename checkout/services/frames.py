"""Pictures of carts: kept for an escalation only, and gone on the day that was set when they were taken.

Deletion is a tombstone (from then on nobody is shown the picture), unlink, verify, and a note in the audit log. Each
step may be the last one of a process that dies: the next sweep goes on from there.
"""

import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q

from checkout.evidence import SURE, FrameSeen
from checkout.models import Camera, Escalation, Frame
from checkout.models.below import Store
from checkout.pictures import Opened, PictureRefused, picture_redact
from checkout.pictures.keeping import picture_seal, picture_unseal
from checkout.seeing import Region
from inventory.errors import NotFound
from inventory.services.audit import audit_record

logger = logging.getLogger(__name__)
BATCH = 200


def frame_store(
    *,
    escalation: Escalation,
    camera: Camera,
    opened: Opened,
    seen: FrameSeen,
    unknown: Sequence[Region] = (),
    now: datetime,
) -> Frame:
    """Keeps a picture, pixelated but for what was verified in it, encrypted, with its date of deletion.

    The row comes before the file: a process that dies between them leaves a row without a picture, never the reverse.
    """
    packs = [pack for pack in seen.packs if pack.confidence >= SURE]
    clear = [list(pack.quad) for pack in packs] + [list(mark.corners) for mark in seen.marks]
    redacted = picture_redact(opened.picture, clear=clear)
    store = escalation.store
    frame = Frame.objects.create(
        escalation=escalation,
        camera=camera,
        image=f"{store.retailer_id}/{store.pk}/{secrets.token_urlsafe(24)}",
        width=opened.width,
        height=opened.height,
        sharpness=opened.sharpness,
        marks=msgspec.to_builtins(seen.marks),
        packs=msgspec.to_builtins(packs),
        unknown=msgspec.to_builtins(list(unknown)),
        taken_at=now,
        delete_after=now + timedelta(hours=store.frame_hours),
    )
    name = str(frame.image.name)
    sealed = picture_seal(redacted.picture, name=name, tenant=store.retailer_id, secret=settings.SECRET_KEY)
    frame.image.storage.save(name, ContentFile(sealed))
    return frame


def frame_read(frame: Frame, *, now: datetime) -> bytes:
    """The JPEG; raises NotFound when it is gone, due, or can't be opened. Whoever calls notes who looked."""
    absent = NotFound("This picture is gone.")
    store = frame.escalation.store
    over = frame.delete_after <= now and frame.escalation.held_at is None
    if frame.deleted_at is not None or frame.deleting_at is not None or not frame.image or over:
        raise absent
    try:
        with frame.image.storage.open(str(frame.image.name), "rb") as file:
            sealed = file.read()
        name = str(frame.image.name)
        return picture_unseal(sealed, name=name, tenant=store.retailer_id, secret=settings.SECRET_KEY)
    except (OSError, PictureRefused):
        raise absent from None


def frames_expire(*, now: datetime) -> int:
    """Deletes what is past its date, makes sure that it is gone, and notes it; says how many pictures went.

    What is under legal hold stays. One that can't be deleted stays due and is tried again by the next sweep.
    """
    past = Q(delete_after__lte=now, escalation__held_at=None) | Q(deleting_at__isnull=False)
    due = Frame.objects.select_related("escalation__store").filter(past, deleted_at=None).order_by("delete_after")
    gone: dict[int, list[Frame]] = {}
    for frame in due[:BATCH]:
        # Under a hold that came this very moment it must stay.
        held = {"escalation__held_at": None} if frame.deleting_at is None else {}
        rows = Frame.objects.filter(id=frame.id, deleted_at=None, **held)
        if rows.update(deleting_at=frame.deleting_at or now) == 1 and _delete_file(frame):
            gone.setdefault(frame.escalation.store_id, []).append(frame)
    for store_id, frames in gone.items():
        _gone(store_id, frames, now)
    return sum(len(frames) for frames in gone.values())


@transaction.atomic
def _gone(store_id: int, frames: list[Frame], now: datetime) -> None:
    """The rows lose their pictures' names, and the audit log says so: both or neither."""
    ids = [frame.id for frame in frames]
    Frame.objects.filter(id__in=ids).update(deleted_at=now, image="", marks=[], packs=[], unknown=[])
    store = Store.objects.get(id=store_id)
    detail = {"frames": [str(frame_id) for frame_id in ids]}
    audit_record(action="frames.delete", subject=f"store:{store_id}", store=store, detail=detail, now=now)


def _delete_file(frame: Frame) -> bool:
    name = frame.image.name
    if not name:
        return True
    storage = frame.image.storage
    try:
        storage.delete(name)
        return not storage.exists(name)
    except OSError:
        logger.exception("frame %s could not be deleted", frame.id)
        return False
