"""The live board, its fragment, and the way to the next review."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.errors import EscalationResolved, EscalationTaken
from checkout.services.escalations import escalation_claim
from console.access import StaffRequest, in_store, staff_page
from console.presenting.board import board_view
from console.selectors.queue import queue_of
from console.shell import shell
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require, stores_for


@require_GET
@staff_page
def home(request: StaffRequest) -> HttpResponseBase:
    """The board of the store that this person last looked at, or of their first."""
    stores = stores_for(request.user, Action.SEE_BOARD)
    last = stores.filter(pk=int(request.session.get("console_store", 0))).first()
    store = last or stores.order_by("retailer__name", "name").first()
    if store is None:
        raise NotFound(
            "You have no role in any store yet. Ask your manager to add you to a store, then reload this page."
        )
    return redirect("console:board", store.pk)


@require_GET
@staff_page
def board(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The whole page; for htmx only what lives, and nothing (204) when it is as the page has it."""
    store = require(request.user, Action.SEE_BOARD, store_id)
    view = board_view(store, timezone.now())
    if not request.htmx:
        return render(request, "console/board.html", shell(request, store, "board") | {"board": view})
    if request.headers.get("X-Seen") == view.digest:
        return HttpResponse(status=204)
    return render(request, "console/_board.html", in_store(request.user, store) | {"board": view})


@require_POST
@staff_page
def next_review(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Takes the review that has waited longest; when another was faster, the one after it."""
    store = require(request.user, Action.REVIEW, store_id)
    for row in queue_of(store):
        if row.state == "claimed":
            continue
        try:
            escalation_claim(escalation_id=uuid.UUID(row.id), staff=request.user, now=timezone.now())
        except (EscalationTaken, EscalationResolved, NotFound):
            # NotFound: handed to a supervisor, and this person is none.
            continue
        return redirect("console:review", row.id)
    messages.info(request, "Nobody is waiting for a review.", extra_tags="good")
    return redirect("console:board", store.pk)
