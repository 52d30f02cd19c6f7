"""Pictures that no row speaks of, and rows whose picture is missing: the sweep that compares both ways."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import Storage

from checkout.models import Frame
from inventory.services.audit import audit_record

logger = logging.getLogger(__name__)
YOUNG = timedelta(minutes=5)


class Compared(NamedTuple):
    """How many pictures without a row were deleted, and how many rows without a picture were closed."""

    files: int
    rows: int


def frames_compare(*, now: datetime) -> Compared:
    """Storage against rows. A picture without a row, 5 minutes old, is deleted; a row without its picture is closed."""
    storage: Storage = Frame._meta.get_field("image").storage
    known = set(Frame.objects.exclude(image="").values_list("image", flat=True))
    lost = [name for name in _files(storage, "") if name not in known and _is_old(storage, name, now)]
    deleted = [name for name in lost if _delete(storage, name)]
    missing = []
    for frame in Frame.objects.filter(deleted_at=None, taken_at__lt=now - YOUNG).exclude(image="").iterator():
        if not storage.exists(str(frame.image.name)):
            missing.append(frame.id)
    Frame.objects.filter(id__in=missing, deleted_at=None).update(deleted_at=now, image="", marks=[], packs=[])
    if deleted or missing:
        detail = {"files": len(deleted), "rows": [str(frame_id) for frame_id in missing]}
        audit_record(action="frames.compare", subject="storage:frames", detail=detail, now=now)
    return Compared(len(deleted), len(missing))


def stored_names() -> list[str]:
    """The names of all pictures in storage."""
    return list(_files(Frame._meta.get_field("image").storage, ""))


def _files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}" if folder else name
    for name in folders:
        yield from _files(storage, f"{folder}/{name}" if folder else name)


def _is_old(storage: Storage, name: str, now: datetime) -> bool:
    # A picture is written a moment after its row: what is young may belong to one that we have not read.
    try:
        return storage.get_modified_time(name) < now - YOUNG
    except FileNotFoundError:
        return False


def _delete(storage: Storage, name: str) -> bool:
    try:
        storage.delete(name)
        return not storage.exists(name)
    except OSError:
        logger.exception("a picture without a row could not be deleted")
        return False
