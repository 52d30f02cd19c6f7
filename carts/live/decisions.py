"""The engine's outputs as rows and as words: journal entries, discrepancies, messages to the cart."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from carts.live.context import StoreContext
from carts.models import Discrepancy, DiscrepancyState, JournalEntry, Origin
from carts.protocol import outbound
from carts.reconciliation import Changed, Cleared, Engine, Level, Opened, Output, Weighed, account, advice, told
from carts.reconciliation import Discrepancy as Finding

KEPT = (Opened, Changed, Cleared, Level, Weighed)


class Decisions:
    """The discrepancies of one trip as they stand."""

    __slots__ = ("context", "engine", "language", "rows", "trip_id")

    def __init__(self, trip_id: uuid.UUID, context: StoreContext, engine: Engine, language: str) -> None:
        self.trip_id = trip_id
        self.context = context
        self.engine = engine
        self.language = language
        self.rows: dict[int, Discrepancy] = {}

    @property
    def standing(self) -> list[Discrepancy]:
        """Those that are neither cleared nor resolved."""
        return [row for row in self.rows.values() if row.state in {DiscrepancyState.OPEN, DiscrepancyState.ESCALATED}]

    def take(self, outputs: Iterable[Output]) -> list[Discrepancy]:
        """Bring the rows up to what the engine said; returns those that changed."""
        changed: dict[int, Discrepancy] = {}
        for output in outputs:
            if isinstance(output, (Opened, Changed)):
                row = self.rows[output.discrepancy.id] = self._row(output.discrepancy)
                changed[row.number] = row
            elif isinstance(output, Cleared) and output.id in self.rows:
                row = self.rows[output.id]
                row.state, row.cleared_ms = DiscrepancyState.CLEARED, output.at
                changed[row.number] = row
        return list(changed.values())

    def dispute(self, number: int, reason: str) -> Discrepancy | None:
        """Note that the shopper disagrees; None if there is no such discrepancy."""
        row = self.rows.get(number)
        if row is not None:
            row.disputed = reason or "disputed"
        return row

    def _row(self, finding: Finding) -> Discrepancy:
        known = self.rows.get(finding.id)
        name = self.context.book.name
        why = account(self.engine, finding, name)
        return Discrepancy(
            trip_id=self.trip_id,
            number=finding.id,
            kind=finding.kind,
            state=DiscrepancyState.OPEN if finding.cleared_at is None else DiscrepancyState.CLEARED,
            opened_ms=finding.opened_at,
            cleared_ms=finding.cleared_at,
            line=finding.line if finding.line and finding.line > 0 else None,
            products=list(finding.products),
            expected_g=round(finding.expected_g, 1),
            observed_g=round(finding.observed_g, 1),
            tolerance_g=round(finding.tolerance_g, 1),
            probability=round(finding.probability, 4),
            candidates=[msgspec.to_builtins(candidate) for candidate in finding.candidates],
            advice=advice(finding, name, self.language),
            explanation={"text": told(why.stories), **msgspec.to_builtins(why)},
            disputed=known.disputed if known else "",
        )


def discrepancy_body(row: Discrepancy) -> dict[str, Any]:
    """A discrepancy as the wire shows it."""
    body: dict[str, Any] = {
        "id": f"d{row.number}",
        "kind": row.kind,
        "state": row.state,
        "at": row.cleared_ms if row.cleared_ms is not None else row.opened_ms,
        "expected_g": row.expected_g,
        "observed_g": row.observed_g,
        "tolerance_g": row.tolerance_g,
        "probability": row.probability,
        "candidates": row.candidates,
        "advice": row.advice,
    }
    if row.line is not None:
        body["line"] = row.line
    return body


def discrepancy_message(row: Discrepancy) -> outbound.DiscrepancyMessage:
    """The same as a message."""
    return msgspec.convert(discrepancy_body(row), outbound.DiscrepancyMessage)


def entries(
    outputs: Iterable[Output], *, cart_id: uuid.UUID, trip_id: uuid.UUID, epoch: int, at_ms: int, now: datetime
) -> list[JournalEntry]:
    """What the journal keeps of the engine's outputs: settled levels, weighings and decisions."""
    return [
        JournalEntry(
            cart_id=cart_id,
            trip_id=trip_id,
            origin=Origin.SERVER,
            epoch=epoch,
            kind=type(output).__name__.lower(),
            at_ms=getattr(output, "at", at_ms),
            arrived_at=now,
            data=msgspec.to_builtins(output),
        )
        for output in outputs
        if isinstance(output, KEPT)
    ]


def discrepancy_number(name: str) -> int:
    """The engine's number behind the wire's opaque id; 0, which none has, for anything else."""
    return int(name[1:]) if name[:1] == "d" and name[1:].isdecimal() and len(name) < 10 else 0


def trip_message(trip_id: uuid.UUID, state: str, reason: str = "") -> outbound.TripMessage:
    """The trip's state as the wire says it."""
    return msgspec.convert(
        {"id": str(trip_id), "state": str(state), **({"reason": reason} if reason else {})}, outbound.TripMessage
    )


def copied(row: Discrepancy) -> Discrepancy:
    """A row as it is now: the journal's thread reads it later, while the trip goes on changing its own."""
    return Discrepancy(**{field.attname: getattr(row, field.attname) for field in Discrepancy._meta.concrete_fields})
