"""Many carts' writes as few statements, inside the journal's transaction."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.utils import timezone

from carts.live.tables import Table, sqlite_json
from carts.live.write import Move, Projection, Write
from carts.models import Discrepancy, JournalEntry, Snapshot, TraceBlock, Trip, TripLine, TripState
from carts.services.projection import LINE_FIELDS
from carts.signals import trip_left
from carts.transitions import sources

DISCREPANCY_FIELDS = [
    "kind", "state", "cleared_ms", "line", "products", "expected_g", "observed_g", "tolerance_g", "probability",
    "candidates", "advice", "explanation", "disputed",
]  # fmt: skip
TRIPS, ENTRIES = Table(Trip), Table(JournalEntry)
LINES = Table(TripLine, key=("trip", "line"), update=LINE_FIELDS)
DISCREPANCIES = Table(Discrepancy, key=("trip", "number"), update=DISCREPANCY_FIELDS)
TRACES = Table(TraceBlock, key=("trip", "from_ms"))
SNAPSHOTS = Table(Snapshot, key=("trip",), update=("after_id", "at_ms", "state"))
PROJECT_SQLITE = (
    "UPDATE carts_trip SET revision=%s, last_ms=%s, totals=%s, due_minor=%s, items=%s, open_discrepancies=%s"
    " WHERE id=%s"
)
PROJECT_POSTGRES = (
    "UPDATE carts_trip SET revision=b, last_ms=c, totals=d, due_minor=e, items=f, open_discrepancies=g"
    " FROM json_to_recordset(%s) AS x(a uuid, b integer, c bigint, d jsonb, e bigint, f integer, g integer) WHERE id=a"
)
LEAVING = {TripState.SHOPPING, TripState.CANCELLED}


def fenced(writes: Sequence[Write]) -> tuple[list[Write], list[Write]]:
    """The writes whose connection is still the newest of its cart, and those that were superseded.

    The carts' rows stay locked to the end of the transaction, so no newer connection can open in between.
    """
    epochs = _epochs_locked({write.cart_id for write in writes})
    standing = [write for write in writes if epochs.get(write.cart_id) == write.epoch]
    return standing, [write for write in writes if epochs.get(write.cart_id) != write.epoch]


def _epochs_locked(cart_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # In one order always, so that two groups never wait for each other in a ring.
            lock = "SELECT id, epoch FROM carts_cart WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
            cursor.execute(lock, [list(cart_ids)])
            return dict(cursor.fetchall())
        ids = sqlite_json([cart_id.hex for cart_id in cart_ids])
        cursor.execute("SELECT id, epoch FROM carts_cart WHERE id IN (SELECT value FROM json_each(%s))", [ids])
        return {uuid.UUID(found): epoch for found, epoch in cursor.fetchall()}


def save(writes: Sequence[Write]) -> None:
    """Put the rows of all these writes down, in their order."""
    now = timezone.now()
    TRIPS.insert([write.new_trip for write in writes if write.new_trip is not None])
    for write in writes:
        if write.move is not None:
            _move(write, write.move, now)
    ENTRIES.insert([entry for write in writes for entry in write.entries])
    kept = [write for write in writes if write.moved]
    _save_projections([write.projection for write in kept if write.projection is not None])
    LINES.insert(list({(row.trip_id, row.line): row for write in kept for row in write.lines}.values()))
    _save_discrepancies(row for write in kept for row in write.discrepancies)
    TRACES.insert([row for write in kept for row in write.trace])
    _save_snapshots(kept)
    for write in kept:
        if write.assist is not None:
            trip_id, reason = write.assist
            Trip.objects.filter(id=trip_id).update(assist_reason=reason or "help", assist_at=now)


def _move(write: Write, move: Move, now: datetime) -> None:
    fields = {"state": move.to, **move.fields}
    rows = Trip.objects.filter(id=move.trip_id, state__in=sources(move.to))
    write.moved = rows.update(**fields) == 1
    if not write.moved:
        entry = write.entries[0]
        entry.outcome, entry.detail = "ignored", {"text": "The trip has moved on meanwhile."}
        del write.entries[1:]
    elif move.to in LEAVING:
        trip_left.send(sender=Trip, trip_id=move.trip_id, to=move.to, now=now)


def _save_projections(rows: Sequence[Projection]) -> None:
    newest = {row.trip_id: row for row in rows}.values()
    if not newest:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            bodies = [
                (str(row.trip_id), row.revision, row.last_ms, row.totals, row.totals["due"], row.totals["items"],
                 row.open_discrepancies)
                for row in newest
            ]  # fmt: skip
            cursor.execute(
                PROJECT_POSTGRES, [sqlite_json([dict(zip("abcdefg", body, strict=True)) for body in bodies])]
            )
        else:
            cursor.executemany(
                PROJECT_SQLITE,
                [
                    (row.revision, row.last_ms, sqlite_json(row.totals), row.totals["due"], row.totals["items"],
                     row.open_discrepancies, row.trip_id.hex)
                    for row in newest
                ],
            )  # fmt: skip


def _save_discrepancies(rows: Iterable[Discrepancy]) -> None:
    DISCREPANCIES.insert(list({(row.trip_id, row.number): row for row in rows}.values()))


def _save_snapshots(writes: Sequence[Write]) -> None:
    newest: dict[uuid.UUID, Snapshot] = {}
    for write in writes:
        if write.snapshot is not None:
            if write.entries:
                write.snapshot.after_id = write.entries[-1].id
            newest[write.snapshot.trip_id] = write.snapshot
    SNAPSHOTS.insert(list(newest.values()))
