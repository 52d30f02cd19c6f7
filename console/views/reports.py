"""Reports of a store: figures by day or month, each defined on the page, as plots, tables and files."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from checkout.policy import rules_for
from console.access import StaffRequest, staff_page
from console.figures import added
from console.presenting.board import REVIEW_TARGET_S
from console.presenting.reports import EXPORTED, estimates, exported, rows_of, totals, worst
from console.selectors.reports import losses_kept, product_names, span_of, today_of
from console.shell import shell
from inventory.access import Action
from inventory.selectors.access import require

SPANS = {1: "Today", 7: "7 days", 28: "28 days", 365: "12 months"}


@require_GET
@staff_page
def reports(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The report for whole days of the store's own time, today included: `?days=1`, 7 (default), 28 or 365."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    now, days = timezone.now(), _days(request)
    first = _first(today_of(store, now), days)
    span = span_of(store, first=first, now=now)
    rules = rules_for(store.venue, store.policy.get("checkout", {}), store.currency_exponent)
    rows = rows_of(span.days, rules, monthly=days == 365)
    whole = added(row.figures for row in rows)
    judged = worst(whole.products)
    names = product_names(store, [code for code, _, _ in judged])
    page = {
        "whole": whole, "rows": rows, "since": first, "days": days, "spans": SPANS, "missing": span.missing,
        "rules": rules, "plotted": len(rows) > 1, "target_s": REVIEW_TARGET_S,
        "products": [(names.get(code, code), right, wrong) for code, right, wrong in judged],
    }  # fmt: skip
    page["months"] = estimates(losses_kept(store, first))
    page |= totals(whole, rules, REVIEW_TARGET_S)
    return render(request, "console/reports.html", shell(request, store, "reports") | page)


@require_GET
@staff_page
def export(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The same days as a file, a row a day: `?as=csv` (default) or `?as=json`."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    now = timezone.now()
    first = _first(today_of(store, now), _days(request))
    rules = rules_for(store.venue, store.policy.get("checkout", {}), store.currency_exponent)
    rows = exported(span_of(store, first=first, now=now).days, rules)
    if request.GET.get("as") == "json":
        answer: HttpResponse = JsonResponse({"store": store.code, "currency": store.currency, "days": rows})
        ending = "json"
    else:
        answer, ending = HttpResponse(_csv(rows), content_type="text/csv; charset=utf-8"), "csv"
    answer["Content-Disposition"] = f'attachment; filename="{store.code}-report-{first}.{ending}"'
    return answer


def _days(request: StaffRequest) -> int:
    asked = request.GET.get("days", "7")
    return int(asked) if asked.isascii() and asked.isdigit() and int(asked) in SPANS else 7


def _first(today: date, days: int) -> date:
    """Twelve months begin with the first of a month, so that months can be compared."""
    if days == 365:
        return date(today.year - (today.month < 12), today.month % 12 + 1, 1)
    return today - timedelta(days=days - 1)


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, EXPORTED)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
