"""Disputes from receipts: the list, and one of them beside the weight evidence of its line."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from carts.selectors.trips import trip_detail
from checkout.services.disputes import dispute_decide
from console.access import StaffRequest, staff_page
from console.presenting.evidence import evidence
from console.presenting.words import LINE_STATES, Mark
from console.selectors.disputes import FILTERS, dispute_for, disputes_of, figures, line_body
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError
from inventory.selectors.access import require

SPAN = timedelta(days=28)
STATES = {
    "open": Mark("To answer", "bad", "message"),
    "accepted": Mark("Refund to be made", "warn", "clock"),
    "refunded": Mark("Refunded", "good", "check"),
    "refused": Mark("Not accepted", "", "cross"),
    "withdrawn": Mark("Withdrawn", "", "left"),
}
COSTS = {"refund": "a refund", "wrong_accusation": "a wrong accusation"}
CHECKED = {
    "scanned_and_weighed": "scanned, and its weight came",
    "weighed": "weighed by the cart",
    "staff": "put or confirmed by staff",
    "camera": "seen by a camera",
    "scanned": "scanned only: its weight was not confirmed",
}


class AnswerMissing(DomainError):
    code = "answer_missing"
    status = 422
    detail = "Write the shopper why it is not accepted."


@require_GET
@staff_page
def disputes(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Those to answer first, with what disputes came to in four weeks."""
    store = require(request.user, Action.SEE_TRIP, store_id)
    state = request.GET.get("state", "open")
    state = state if state in dict(FILTERS) else "open"
    rows = [(row, line_body(row)) for row in disputes_of(store, state)]
    page = {
        "rows": rows,
        "state": state,
        "filters": FILTERS,
        "states": STATES,
        "figures": figures(store, timezone.now() - SPAN),
    }
    return render(request, "console/disputes.html", shell(request, store, "disputes") | page)


@require_GET
@staff_page
def dispute(request: StaffRequest, dispute_id: uuid.UUID) -> HttpResponseBase:
    """One dispute: what the shopper says, what the receipt has, what the scale saw."""
    found = dispute_for(request.user, dispute_id, Action.SEE_TRIP)
    detail = trip_detail(found.receipt.checkout.trip_id)
    line = line_body(found)
    page = {
        "dispute": found,
        "line": line,
        "checked": CHECKED.get(line["checked"], line["checked"]),
        "evidence": evidence(detail, found.line),
        "trip": detail.trip,
        "states": STATES,
        "line_states": LINE_STATES,
        "cost": COSTS.get(found.cost, ""),
    }
    return render(request, "console/dispute.html", shell(request, found.store, "disputes") | page)


@require_POST
@staff_page
def decide(request: StaffRequest, dispute_id: uuid.UUID) -> HttpResponseBase:
    """Accepts it (the refund follows by itself), or says why not."""
    found = dispute_for(request.user, dispute_id, Action.REVIEW)
    accept = request.POST.get("accept") == "yes"
    answer = request.POST.get("answer", "").strip()
    if not accept and not answer:
        raise AnswerMissing
    dispute_decide(dispute_id=found.id, staff=request.user, accept=accept, answer=answer, now=timezone.now())
    said = "Accepted: the money goes back." if accept else "The shopper is told why not."
    messages.info(request, said, extra_tags="good" if accept else "")
    return redirect("console:dispute", dispute_id)
