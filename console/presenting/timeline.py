"""A trip as a time line: what the shopper did, what the scale said, what the server believed, what staff did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.presenting.formats import clock_ms, grams
from console.presenting.words import DISCREPANCY_STATES, EVENTS, KINDS, OUTCOMES, Mark, told

# Levels that moved less than this tell a reader nothing.
WORTH_TELLING_G = 3.0


@dataclass(frozen=True)
class Moment:
    """A row of the time line. `at_ms` is the cart's own; `until_ms` is set for what lasted."""

    at_ms: int
    clock: str
    kind: str
    mark: Mark
    text: str
    detail: str = ""
    until_ms: int | None = None
    origin: str = "cart"
    line: int | None = None


def timeline(start_ms: int, journal: Iterable[Any], discrepancies: Iterable[Any]) -> Sequence[Moment]:
    """All moments of a trip in the order of the cart's clock."""
    moments = [moment for entry in journal if (moment := _moment(entry, start_ms)) is not None]
    moments += [_discrepancy(row, start_ms) for row in discrepancies]
    return sorted(moments, key=lambda moment: moment.at_ms)


def _moment(entry: Any, start_ms: int) -> Moment | None:
    data, detail = entry.data or {}, entry.detail or {}
    if entry.kind in {"opened", "changed", "cleared"}:
        return None  # the discrepancy's own row tells it, with how it ended
    if entry.kind == "level":
        return _level(entry, data, start_ms)
    mark = EVENTS.get(entry.kind, Mark(entry.kind.capitalize()))
    if entry.kind == "weighed":
        mark, text = Mark("Weighed", "good", "scale"), f"line {data.get('line')}: {grams(data.get('grams'))}"
    else:
        text = _event_text(entry.kind, data, detail)
    refused = entry.origin == "cart" and entry.outcome in OUTCOMES
    line = detail.get("line")
    return Moment(
        at_ms=entry.at_ms,
        clock=clock_ms(entry.at_ms, start_ms),
        kind=entry.kind,
        mark=mark._replace(tone="warn") if refused else mark,
        text=text,
        detail=OUTCOMES[entry.outcome].capitalize() + "." if refused else "",
        origin=entry.origin,
        line=line if isinstance(line, int) else None,
    )


def _level(entry: Any, data: dict[str, Any], start_ms: int) -> Moment | None:
    step = float(data.get("after_g", 0)) - float(data.get("before_g", 0))
    if abs(step) < WORTH_TELLING_G:
        return None
    sign = "+" if step > 0 else ""
    return Moment(
        at_ms=entry.at_ms,
        clock=clock_ms(entry.at_ms, start_ms),
        kind="level",
        mark=Mark(f"{sign}{grams(step)}", "", "scale"),
        text=f"now {grams(data.get('after_g'))}",
        detail=str(data.get("explanation", "")),
        origin="server",
    )


def _event_text(kind: str, data: dict[str, Any], detail: dict[str, Any]) -> str:
    name = str(detail.get("name") or data.get("code") or "")
    quantity = int(detail.get("quantity") or data.get("quantity") or 1)
    texts = {
        "scan": f"{quantity} × {name}" if quantity > 1 else name,
        "remove": f"{quantity} × {name}" if quantity > 1 else name or f"line {data.get('line', '')}",
        "assist": str(data.get("reason", "")),
        "dispute": str(data.get("reason", "")),
        "cancel": str(data.get("reason", "")),
        "skip": f"{data.get('from', '?')} to {data.get('to', '?')}: {data.get('why', '')}",
        "correct": f"by {data.get('by', 'staff')}, {len(data.get('lines', []))} lines",
        "command": f"{data.get('name', '')} by {data.get('by', 'staff')}",
    }
    return texts.get(kind, "")


def _discrepancy(row: Any, start_ms: int) -> Moment:
    state = DISCREPANCY_STATES.get(row.state, Mark(row.state))
    ended = f" {state.word} after {clock_ms(row.cleared_ms, row.opened_ms)}." if row.cleared_ms else f" {state.word}."
    disputed = " The shopper disagrees." if row.disputed else ""
    return Moment(
        at_ms=row.opened_ms,
        clock=clock_ms(row.opened_ms, start_ms),
        kind="discrepancy",
        mark=Mark(KINDS.get(row.kind, row.kind), state.tone, "warn"),
        text=told(row),
        detail=f"{ended.strip()}{disputed}",
        until_ms=row.cleared_ms,
        origin="server",
        line=row.line,
    )
