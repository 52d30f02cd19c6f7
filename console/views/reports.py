"""Reports of a store: few figures, each counted from rows and defined on the page."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.access import StaffRequest, staff_page
from console.presenting.board import REVIEW_TARGET_S
from console.presenting.words import KINDS
from console.selectors.reports import report
from console.shell import shell
from inventory.access import Action
from inventory.selectors.access import require

SPANS = {1: "Today", 7: "7 days", 28: "28 days"}


@require_GET
@staff_page
def reports(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The report for whole days of the store's own time, today included."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    asked = request.GET.get("days", "7")
    days = int(asked) if asked in {"1", "7", "28"} else 7
    now = timezone.now()
    local = now.astimezone(ZoneInfo(store.timezone))
    today = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    since = today - timedelta(days=days - 1)
    found = report(store, since=since, until=now, target_s=REVIEW_TARGET_S)
    kinds = [(KINDS.get(kind, kind), count, own) for kind, count, own in found.kinds]
    page = {"report": found, "kinds": kinds, "since": since, "days": days, "spans": SPANS, "target_s": REVIEW_TARGET_S}
    return render(request, "console/reports.html", shell(request, store, "reports") | page)
