"""A store's own trips as recorded ones, from journal, settled levels and the thinned weight; for replay and what-if."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
from django.utils import timezone

from carts.models import Discrepancy, JournalEntry, TraceBlock, Trip, TripMode
from carts.reconciliation import Level, Scale
from carts.replay import Event, Frame, Recorded, Weight, thickened
from carts.replay.whatif import Finding
from carts.selectors.trips import trace

# Outcomes of what took effect, and the kind of event that tells an engine of it.
TOLD = {
    "started": "start", "added": "scan", "removed": "remove", "bag_noted": "bag", "paused": "pause",
    "resumed": "resume", "disputed": "dispute", "sealed": "seal", "reopened": "reopen",
}  # fmt: skip


def last_trips(store_id: int, most: int) -> list[uuid.UUID]:
    """The newest sealed trips of carts with a scale whose weight is still kept, the oldest of them first."""
    kept = TraceBlock.objects.filter(delete_after__gt=timezone.now()).values("trip_id")
    rows = Trip.objects.filter(store_id=store_id, mode=TripMode.CART, sealed_at__isnull=False, id__in=kept)
    return list(rows.order_by("-started_at").values_list("id", flat=True)[:most])[::-1]


def find_trip(text: str) -> Trip | None:
    """The trip of an id or of the first eight or more letters of one, if exactly one has it."""
    bare = text.replace("-", "").lower()
    if not 8 <= len(bare) <= 32 or not set(bare) <= set("0123456789abcdef"):
        return None
    least, most = uuid.UUID(bare.ljust(32, "0")), uuid.UUID(bare.ljust(32, "f"))
    found = list(Trip.objects.filter(id__gte=least, id__lte=most)[:2])
    return found[0] if len(found) == 1 else None


def recorded_trip(trip_id: uuid.UUID) -> Recorded:
    """The trip as a recorded one; without weight where its trace has expired."""
    trip = Trip.objects.select_related("cart").get(id=trip_id)
    entries = list(JournalEntry.objects.filter(trip=trip).order_by("id"))
    levels = [msgspec.convert(entry.data, Level) for entry in entries if entry.kind == "level"]
    events = list(_events(entries))
    weights = [w for w in thickened(trip.start_ms, trace(trip_id), levels) if not _sealed(w.at, events)]
    scale = Scale(trip.cart.scale_division_g, float(trip.cart.scale_capacity_g))
    told: list[Event | Weight] = [*events, *weights]
    frames: list[Frame] = [*sorted(told, key=lambda frame: frame.at)]
    return Recorded(str(trip.id), frames, scale)


def findings_of(trip_id: uuid.UUID) -> list[Finding]:
    """The trip's alarms that were looked into."""
    rows = Discrepancy.objects.filter(trip_id=trip_id, found_true__isnull=False)
    return [Finding(row.opened_ms, row.kind, tuple(row.products), bool(row.found_true)) for row in rows]


def _events(entries: Iterable[JournalEntry]) -> Iterator[Event]:
    for entry in entries:
        kind = TOLD.get(entry.outcome)
        if kind is None:
            continue
        data: dict[str, Any] = {}
        if kind in {"scan", "remove"}:
            detail = entry.detail
            code = detail.get("product") or entry.data.get("code", "")
            data = {"code": code, "quantity": detail.get("quantity", 1), "label_g": detail.get("label_g")}
        elif kind == "dispute":
            data = {"discrepancy": str(entry.data.get("discrepancy", "")).removeprefix("d")}
        yield Event(at=entry.at_ms, kind=kind, data=data)


def _sealed(at: int, events: Sequence[Event]) -> bool:
    """Whether the basket was sealed at that time."""
    last = next((e.kind for e in reversed(events) if e.at <= at and e.kind in {"seal", "reopen"}), "")
    return last == "seal"
