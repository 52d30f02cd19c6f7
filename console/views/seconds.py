"""Second thoughts on a review: undo, confirm, hand to a supervisor, keep the pictures."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from checkout.services.confirming import escalation_confirm
from checkout.services.undoing import escalation_raise, escalation_undo, pictures_hold, pictures_release
from console.access import StaffRequest, staff_page
from console.selectors.reviews import escalation_for
from console.views.reviews import ended, to
from inventory.access import Action


@require_POST
@staff_page
def undo(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Takes a clearing back: the review is this person's again."""
    escalation_for(request.user, escalation_id, Action.REVIEW)
    escalation_undo(escalation_id=escalation_id, staff=request.user, now=timezone.now())
    messages.info(request, "Taken back: the review is yours again, and the cart can't pay.", extra_tags="good")
    return to(request, reverse("console:review", args=[escalation_id]))


@require_POST
@staff_page
def confirm(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Carries out what somebody else proposed."""
    escalation_for(request.user, escalation_id, Action.REVIEW)
    return ended(request, escalation_confirm(escalation_id=escalation_id, staff=request.user, now=timezone.now()))


@require_POST
@staff_page
def hand_up(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Hands the review to a supervisor and goes back to the board."""
    escalation = escalation_for(request.user, escalation_id, Action.REVIEW)
    note = request.POST.get("note", "").strip()[:500]
    escalation_raise(escalation_id=escalation_id, staff=request.user, note=note, now=timezone.now())
    label = escalation.checkout.trip.cart.label
    messages.info(request, f"{label} waits for a supervisor now. Stay with the shopper until they come.")
    return to(request, reverse("console:board", args=[escalation.store_id]))


@require_POST
@staff_page
def keep(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Keeps the pictures past their date, with a reason."""
    escalation_for(request.user, escalation_id, Action.MANAGE_POLICY)
    reason = request.POST.get("reason", "")
    pictures_hold(escalation_id=escalation_id, staff=request.user, reason=reason, now=timezone.now())
    return to(request, reverse("console:review", args=[escalation_id]))


@require_POST
@staff_page
def let_go(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Ends the keeping: what is past its date goes with the next sweep."""
    escalation_for(request.user, escalation_id, Action.MANAGE_POLICY)
    pictures_release(escalation_id=escalation_id, staff=request.user, now=timezone.now())
    return to(request, reverse("console:review", args=[escalation_id]))
