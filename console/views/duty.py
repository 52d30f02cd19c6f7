"""On duty, off duty: one button in the account menu."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from console.access import StaffRequest, staff_page
from console.services.duty import duty_set
from inventory.access import Action
from inventory.selectors.access import require


@require_POST
@staff_page
def duty(request: StaffRequest, store_id: int) -> HttpResponseBase:
    """Sets what the button says, so that pressing it twice changes nothing twice; then the board."""
    store = require(request.user, Action.REVIEW, store_id)
    duty_set(user=request.user, store=store, on=request.POST.get("on") == "1", now=timezone.now())
    return redirect("console:board", store.pk)
