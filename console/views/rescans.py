"""Lines scanned again: a page for the store's handheld or a phone. A scanner types a code and Enter."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.services.rescans import differences, rescan_end, rescan_open, rescan_scan
from console.access import StaffRequest, staff_page
from console.selectors.reviews import escalation_for
from console.shell import shell
from console.views.reviews import to
from inventory.access import Action
from inventory.errors import DomainError, NotFound
from inventory.selectors.access import stores_for


class NoLineChosen(DomainError):
    code = "no_line_chosen"
    status = 422
    detail = "Choose at least one line to scan again."


@require_POST
@staff_page
def ask(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Asks for the chosen lines and goes to their page."""
    escalation = escalation_for(request.user, escalation_id, Action.REVIEW)
    lines = [int(line) for line in request.POST.getlist("line") if line.isdecimal()]
    if not lines:
        raise NoLineChosen
    rescan = rescan_open(escalation=escalation, lines=lines, staff=request.user, now=timezone.now())
    return to(request, reverse("console:rescan", args=[rescan.pk]))


@require_GET
@staff_page
def rescan(request: StaffRequest, rescan_id: uuid.UUID) -> HttpResponseBase:
    """What is to be scanned, and what was."""
    return _page(request, _rescan_for(request, rescan_id), "")


@require_POST
@staff_page
def scan(request: StaffRequest, rescan_id: uuid.UUID) -> HttpResponseBase:
    """One scan; a code that the store does not sell is said on the page."""
    found = _rescan_for(request, rescan_id)
    code = request.POST.get("code", "").strip()[:80]
    try:
        found = rescan_scan(rescan_id=rescan_id, staff=request.user, code=code, now=timezone.now())
    except DomainError as error:
        return _page(request, found, error.detail)
    return redirect("console:rescan", found.pk)


@require_POST
@staff_page
def end(request: StaffRequest, rescan_id: uuid.UUID) -> HttpResponseBase:
    """Ends it, and goes back to the review."""
    found = rescan_end(rescan_id=rescan_id, staff=request.user, now=timezone.now())
    return redirect("console:review", found.escalation_id)


def _rescan_for(request: StaffRequest, rescan_id: uuid.UUID) -> Any:
    store = stores_for(request.user, Action.REVIEW).filter(rescans__id=rescan_id).first()
    if store is None:
        raise NotFound("There is no such rescan, or your role does not reach it.")
    return store.rescans.select_related("store", "escalation__checkout__trip__cart").get(id=rescan_id)


def _page(request: StaffRequest, rescan: Any, problem: str) -> HttpResponseBase:
    off = differences(rescan)
    counts: dict[int, int] = {}
    for item in rescan.scanned:
        counts[item["product"]] = counts.get(item["product"], 0) + 1
    wanted = {line["product"] for line in rescan.wanted}
    lines = [
        line | {"scanned": counts.get(line["product"], 0), "good": line["product"] not in off} for line in rescan.wanted
    ]
    strangers = [item["name"] for item in rescan.scanned if item["product"] not in wanted]
    page = {
        "rescan": rescan, "lines": lines, "strangers": strangers, "problem": problem, "agrees": not off,
        "cart": rescan.escalation.checkout.trip.cart,
    }  # fmt: skip
    return render(request, "console/rescan.html", shell(request, rescan.store, "board") | page)
