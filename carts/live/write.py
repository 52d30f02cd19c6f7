"""What one step of a connection wants on disk, all or nothing."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from carts.models import Discrepancy, JournalEntry, Snapshot, TraceBlock, Trip, TripLine, TripState


@dataclass(slots=True)
class Move:
    """A step of the trip's state, taken only from where the table allows it: somebody else may have moved it."""

    trip_id: uuid.UUID
    to: TripState
    fields: dict[str, Any]


@dataclass(slots=True)
class Projection:
    """The trip's own columns that follow each event."""

    trip_id: uuid.UUID
    revision: int
    last_ms: int
    totals: dict[str, Any]
    open_discrepancies: int


@dataclass(slots=True)
class Write:
    """Rows of one cart. They are written only while `epoch` is the cart's; a Move that finds the trip elsewhere turns
    the event's outcome into `ignored` and drops the rest, but the event itself is kept."""

    cart_id: uuid.UUID
    epoch: int
    entries: list[JournalEntry] = field(default_factory=list)
    new_trip: Trip | None = None
    move: Move | None = None
    projection: Projection | None = None
    lines: Sequence[TripLine] = ()
    discrepancies: Sequence[Discrepancy] = ()
    trace: Sequence[TraceBlock] = ()
    snapshot: Snapshot | None = None
    assist: tuple[uuid.UUID, str] | None = None
    moved: bool = True

    @property
    def awaited(self) -> bool:
        """Whether a cart waits for it: it has an event to be acknowledged."""
        return bool(self.entries) and self.entries[0].seq is not None
