"""What carts leave behind, and when it goes: engines' snapshots, weight traces, old journal rows.

The journal can't be partitioned by date: PostgreSQL wants the partition's key in every unique constraint, and "an event
once per stream" would become "once per stream and month". So old rows are moved off instead, on any database: written
to gzipped JSON lines under their month, forced to the disk, and only then deleted.
"""

import gzip
import json
import os
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Max, Q

from carts.models import JournalEntry, Snapshot, TraceBlock, Trip, TripState
from inventory.services.audit import audit_record

BATCH = 5_000  # rows in one transaction, and in one file
ENDED = [TripState.PAID, TripState.CANCELLED]
Row = dict[str, Any]


def snapshot_forget(*, trip_id: uuid.UUID) -> None:
    """The trip was cancelled, or has been paid and has taught: nobody asks for its engine any more."""
    Snapshot.objects.filter(trip_id=trip_id).delete()


def forget_cancelled(sender: Any, *, trip_id: uuid.UUID, to: TripState, **_: Any) -> None:
    """The cart itself has ended its trip; a trip that goes back to shopping keeps its snapshot."""
    if to == TripState.CANCELLED:
        snapshot_forget(trip_id=trip_id)


def snapshots_expire(*, now: datetime, batch: int = BATCH) -> int:
    """Deletes snapshots of ended trips that a connection wrote while it went; says how many."""
    over = Q(trip__state=TripState.CANCELLED) | Q(trip__state=TripState.PAID, trip__taught_at__isnull=False)
    ids = list(Snapshot.objects.filter(over, trip__ended_at__lte=now).values_list("pk", flat=True))
    return sum(Snapshot.objects.filter(pk__in=part).delete()[0] for part in _parts(ids, batch))


def traces_expire(*, now: datetime, batch: int = BATCH) -> int:
    """Deletes weight traces past their date, a batch to a transaction; says how many blocks."""
    count = 0
    while ids := list(
        TraceBlock.objects.filter(delete_after__lte=now).order_by("delete_after").values_list("pk", flat=True)[:batch]
    ):
        count += TraceBlock.objects.filter(pk__in=ids).delete()[0]
    return count


def journal_archive(*, now: datetime, keep: timedelta, folder: Path, batch: int = BATCH, most: int = 20) -> bool:
    """Moves ended trips' entries older than `keep` into `folder`/YYYY-MM/; says whether there may be more.

    At most `most` batches at a time. A crash between file and deletion leaves rows both here and in a file; the next
    run writes them again, so a reader of the archive takes each `id` once. The newest event of a stream always stays:
    by it a cart that comes back after years is told what is kept.
    """
    before = now - keep
    cursor = 0
    for _ in range(most):
        rows = list(JournalEntry.objects.filter(id__gt=cursor).order_by("id").values()[:batch])
        # Ids grow with arrival, so the old ones stand first; no index on the date is needed.
        old = [row for row in rows if row["arrived_at"] < before]
        if not old:
            return False
        cursor = rows[-1]["id"]
        for month, of_month in groupby(_movable(old), key=_month):
            _move_off(list(of_month), folder / month, now)
    return True


def _movable(rows: Sequence[Row]) -> list[Row]:
    """Those whose trip has ended, and that are not the last of their stream; by month, then by id."""
    trips = {row["trip_id"] for row in rows if row["trip_id"] is not None}
    live = set(Trip.objects.filter(id__in=trips).exclude(state__in=ENDED).values_list("id", flat=True))
    streams = {row["stream"] for row in rows if row["stream"] is not None}
    newest = JournalEntry.objects.filter(stream__in=streams).order_by().values_list("stream").annotate(Max("seq"))
    last = dict(newest)
    free = [
        row
        for row in rows
        if row["trip_id"] not in live and (row["stream"] is None or row["seq"] != last[row["stream"]])
    ]
    return sorted(free, key=lambda row: (_month(row), row["id"]))


def _move_off(rows: Sequence[Row], folder: Path, now: datetime) -> None:
    name = f"journal-{rows[0]['id']}-{rows[-1]['id']}.jsonl.gz"
    _write(folder / name, rows)
    with transaction.atomic():
        JournalEntry.objects.filter(id__in=[row["id"] for row in rows]).delete()
        audit_record(
            action="journal.archive",
            subject=f"{folder.name}/{name}",
            actor_name="server",
            detail={"rows": len(rows)},
            now=now,
        )


def _write(path: Path, rows: Iterable[Row]) -> None:
    """The file whole or not at all, and on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex}.part")
    with part.open("wb") as file:
        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
            for row in rows:
                packed.write(json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    """A file's name is on the disk only once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _month(row: Row) -> str:
    arrived: datetime = row["arrived_at"]
    return arrived.astimezone(UTC).strftime("%Y-%m")


def _parts(ids: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
