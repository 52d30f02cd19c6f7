"""The carts of a store as devices."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from console.access import StaffRequest, in_store, staff_page
from console.selectors.fleet import fleet_of
from console.shell import shell
from inventory.access import Action
from inventory.selectors.access import require


@require_GET
@staff_page
def fleet(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """The list, what needs hands first; for htmx only the table."""
    store = require(request.user, Action.SEE_BOARD, store_id)
    rows = fleet_of(store, timezone.now())
    page = {
        "rows": rows,
        "counts": {kind: sum(row.state == kind for row in rows) for kind in ("ready", "away", "care")},
    }
    if request.htmx:
        return render(request, "console/_fleet.html", in_store(request.user, store) | page)
    return render(request, "console/fleet.html", shell(request, store, "fleet") | page)
