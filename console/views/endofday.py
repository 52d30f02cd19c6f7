"""The end of a store's day: cash-up, the providers' lists, differences as work, files for accounting."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from checkout.selectors.days import DayView, day_file, day_view, difference_of
from checkout.services.business_days import DayInvalid, day_close, day_of, day_open
from checkout.services.settlement_lists import difference_explain, list_ask, list_take
from console.access import StaffRequest, staff_page
from console.presenting.words import Mark
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError, NotFound
from inventory.selectors.access import require

KINDS = {
    "missing_there": "Not in the provider's list",
    "missing_here": "Not in our books",
    "amount": "Another sum",
    "twice": "Listed more than once",
}
STATES = {
    "open": Mark("To explain", "bad", "warn"),
    "explained": Mark("Explained", "good", "check"),
    "gone": Mark("Gone by itself", "", "check"),
}
LARGEST = 8 * 1024 * 1024


class FileMissing(DomainError):
    code = "settlement_file_missing"
    status = 422
    detail = "Choose the provider's file, of at most 8 MB."


@require_GET
@staff_page
def endofday(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """A day of the store: `?day=2026-03-02`, yesterday without it. A day that is not closed shows its sums so far."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    now = timezone.now()
    today = day_of(store, now)
    day = _date(request.GET.get("day", "")) or today - timedelta(days=1)
    view: DayView = day_view(store, day, now=now)
    page = {
        "day": day,
        "view": view,
        "kinds": KINDS,
        "states": STATES,
        "today": today,
        "earlier": day - timedelta(days=1),
        "later": day + timedelta(days=1) if day < today else None,
        "may_close": view.over and not view.closed,
    }
    return render(request, "console/endofday.html", shell(request, store, "endofday") | page)


@require_POST
@staff_page
def close(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Closes the day."""
    store = require(request.user, Action.REFUND, store_id)
    day = _day(request)
    day_close(store=store, day=day, staff=request.user, now=timezone.now())
    messages.info(request, f"{day:%-d %B} is closed.", extra_tags="good")
    return _back(store_id, day)


@require_POST
@staff_page
def settlement(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Takes a provider's file, or asks the provider for its list."""
    store = require(request.user, Action.REFUND, store_id)
    day, now = _day(request), timezone.now()
    row = day_open(store=store, day=day, now=now)
    provider = request.POST.get("provider", "")[:12]
    if request.POST.get("ask"):
        kept = list_ask(business_day=row, provider=provider, now=now)
    else:
        file: Any = request.FILES.get("file")
        if file is None or file.size > LARGEST:
            raise FileMissing
        kept = list_take(business_day=row, provider=provider, data=file.read(), name=file.name or "", now=now)
    left = row.differences.filter(state="open").count()
    messages.info(
        request, f"{len(kept.rows)} entries compared; {left or 'no'} difference{'' if left == 1 else 's'} to explain.",
        extra_tags="good" if not left else "warn",
    )  # fmt: skip
    return _back(store_id, day)


@require_POST
@staff_page
def explain(request: StaffRequest, difference_id: uuid.UUID) -> HttpResponseBase:
    """A person says why it differs."""
    found = difference_of(difference_id)
    require(request.user, Action.REFUND, found.business_day.store_id, told=NotFound.detail)
    difference_explain(
        difference_id=difference_id, staff=request.user, note=request.POST.get("note", ""), now=timezone.now()
    )
    return _back(found.business_day.store_id, found.business_day.day)


@require_GET
@staff_page
def export(request: StaffRequest, store_id: int, day: str, form: str) -> HttpResponseBase:
    """A closed day's file: `csv`, or `poslog` (JSON)."""
    store = require(request.user, Action.SEE_REPORTS, store_id)
    found = _date(day)
    if found is None:
        raise DayInvalid
    body = day_file(store, found, form)
    if isinstance(body, str):
        answer = HttpResponse(body, content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(json.dumps(body, ensure_ascii=False, indent=1), content_type="application/json")
    ending = "csv" if form == "csv" else "json"
    answer["Content-Disposition"] = f'attachment; filename="{store.code}-{found}-{form}.{ending}"'
    return answer


def _day(request: StaffRequest) -> date:
    found = _date(request.POST.get("day", ""))
    if found is None:
        raise DayInvalid
    return found


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _back(store_id: int, day: date) -> HttpResponseBase:
    answer = redirect("console:endofday", store_id)
    answer["Location"] += f"?day={day}"
    return answer
