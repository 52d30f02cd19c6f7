"""The trips of a store, and one trip: time line, plot, basket, journal, commands to its cart."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import uuid
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from carts.nudges import nudge_cart
from carts.selectors.trips import TripDetail, trace, trip_detail
from carts.services.settlement import assist_done, cart_command
from console.access import StaffRequest, in_store, staff_page
from console.forms import MessageForm
from console.presenting.board import AWAY_AFTER
from console.presenting.decisions import decisions, verdict_stories
from console.presenting.plot import plot_body
from console.presenting.timeline import timeline
from console.presenting.words import CONCLUSIONS, ESCALATION_STATES, LINE_STATES, TRIP_STATES
from console.selectors.trips import is_away, links_of, trips_of
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError, NotFound
from inventory.selectors.access import require

COMMANDS = {"locate", "message", "done"}


class BadMessage(DomainError):
    code = "message_invalid"
    status = 422
    detail = "Write a message of 1 to 140 characters."


def reachable_trip(request: StaffRequest, trip_id: uuid.UUID, action: Action = Action.SEE_TRIP) -> TripDetail:
    """The trip, if this person may do this in its store; raises NotFound for absent and foreign alike."""
    detail = trip_detail(trip_id)
    require(request.user, action, detail.trip.store_id, told=NotFound.detail)
    return detail


@require_GET
@staff_page
def trips(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The list of a store's trips, newest first, by state and cart."""
    store = require(request.user, Action.SEE_TRIP, store_id)
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()[:40]
    rows, more = trips_of(store, state=state, text=text, before=_moment(request.GET.get("before", "")))
    choices = [
        ("", "All"),
        ("live", "Running"),
        ("review", "With a review"),
        ("paid", "Paid"),
        ("cancelled", "Cancelled"),
    ]
    page = {"rows": rows, "more": more, "state": state, "text": text, "choices": choices, "states": TRIP_STATES}
    return render(request, "console/trips.html", shell(request, store, "trips") | page)


@require_GET
@staff_page
def trip(request: StaffRequest, trip_id: uuid.UUID) -> HttpResponseBase:
    """The trip's page; for htmx only what lives, and nothing (204) when it is as the page has it."""
    detail = reachable_trip(request, trip_id)
    page = trip_page(detail)
    if not request.htmx:
        return render(request, "console/trip.html", shell(request, detail.trip.store, "trips") | page)
    if request.headers.get("X-Seen") == page["digest"]:
        return HttpResponse(status=204)
    return render(request, "console/_trip.html", in_store(request.user, detail.trip.store) | page)


def trip_page(detail: TripDetail) -> dict[str, Any]:
    """What the trip's page shows, and a digest that tells whether it has changed."""
    found, now = detail.trip, timezone.now()
    links = links_of(found)
    marks = [
        found.state,
        found.revision,
        found.open_discrepancies,
        found.assist_at,
        found.risk,
        is_away(found.cart, now, AWAY_AFTER),
    ]
    marks += [len(detail.journal), [(row.state, row.disputed, row.probability) for row in detail.discrepancies]]
    marks += [[(line.line, line.quantity, line.status, line.amount_minor) for line in detail.lines]]
    marks += [[(review.state, review.conclusion) for review in links.reviews]]
    return {
        "trip": found,
        "short_id": str(found.pk)[:8],
        "state": TRIP_STATES[found.state],
        "moments": timeline(found.start_ms, detail.journal, detail.discrepancies)[::-1],
        "lines": detail.lines,
        "decisions": decisions(found.start_ms, detail.discrepancies, detail.lines),
        "sealed_stories": verdict_stories(found.verdict),
        "line_states": LINE_STATES,
        "standing": [row for row in detail.discrepancies if row.state in {"open", "escalated"}],
        "total_discrepancies": len(detail.discrepancies),
        "links": links,
        "review_states": ESCALATION_STATES,
        "conclusions": CONCLUSIONS,
        "away": is_away(found.cart, now, AWAY_AFTER),
        "digest": hashlib.sha1(repr(marks).encode(), usedforsecurity=False).hexdigest()[:16],
    }


@require_GET
@staff_page
def plot(request: StaffRequest, trip_id: uuid.UUID) -> HttpResponseBase:
    """The numbers of the weight plot. Its newest part may lie in the cart's server still: the next look has it."""
    detail = reachable_trip(request, trip_id)
    if detail.trip.state == "shopping":
        nudge_cart(cart_id=detail.trip.cart_id, what="trace")
    return JsonResponse(plot_body(detail.trip, detail.journal, detail.discrepancies, trace(trip_id)))


@require_GET
@staff_page
def journal(request: StaffRequest, trip_id: uuid.UUID) -> HttpResponseBase:
    """The trip's journal as a file: `?as=jsonl` (default) or `?as=csv`."""
    detail = reachable_trip(request, trip_id)
    rows = [
        {
            "at_ms": entry.at_ms, "arrived_at": entry.arrived_at.isoformat(), "origin": entry.origin,
            "kind": entry.kind,
            "stream": str(entry.stream or ""), "seq": entry.seq, "outcome": entry.outcome, "data": entry.data,
            "detail": entry.detail,
        }
        for entry in detail.journal
    ]  # fmt: skip
    if request.GET.get("as") == "csv":
        body, kind, ending = _csv(rows), "text/csv; charset=utf-8", "csv"
    else:
        body, kind, ending = "".join(json.dumps(row) + "\n" for row in rows), "application/x-ndjson", "jsonl"
    name = f"trip-{str(trip_id)[:8]}-journal.{ending}"
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_POST
@staff_page
def command(request: StaffRequest, trip_id: uuid.UUID, name: str) -> HttpResponseBase:
    """Asks the trip's cart to do something, or notes that staff came."""
    detail = reachable_trip(request, trip_id, Action.COMMAND_CART)
    if name not in COMMANDS:
        raise NotFound("There is no such command.")
    now, cart = timezone.now(), detail.trip.cart
    if name == "done":
        assist_done(trip_id=trip_id, now=now)
        return _done(request, trip_id, "The call is answered.")
    data: dict[str, Any] = {}
    if name == "message":
        form = MessageForm(request.POST)
        if not form.is_valid():
            raise BadMessage
        data = {"text": form.cleaned_data["text"]}
    cart_command(cart_id=cart.pk, name=name, data=data, staff_name=request.user.get_username(), now=now)
    said = f"{cart.label} shows itself." if name == "locate" else f"{cart.label} shows your message."
    return _done(
        request,
        trip_id,
        said if not is_away(cart, now, AWAY_AFTER) else f"{cart.label} is out of reach and got nothing.",
    )


def _done(request: HttpRequest, trip_id: uuid.UUID, text: str) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"said": {"text": text}})})
    messages.info(request, text)
    return redirect("console:trip", trip_id)


def _csv(rows: list[dict[str, Any]]) -> str:
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]) if rows else ["at_ms"])
    writer.writeheader()
    for row in rows:
        cells = {key: json.dumps(value) if isinstance(value, dict) else value for key, value in row.items()}
        # A cell that begins like a formula would be run by a spreadsheet.
        writer.writerow({key: f"'{value}" if str(value)[:1] in "=+-@\t\r" else value for key, value in cells.items()})
    return file.getvalue()


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
