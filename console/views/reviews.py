"""One review: look at it, take it, give it back, decide."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_POST

from carts.selectors.trips import sealed_trip
from carts.services.settlement import Correction
from checkout.services.escalations import escalation_claim, escalation_decide, escalation_release
from checkout.services.undoing import UNDO
from console.access import StaffRequest, in_store, staff_page
from console.presenting.board import REVIEW_TARGET_S
from console.presenting.review import CAUSES, REASONS, review_view
from console.selectors.reviews import escalation_for
from console.shell import shell
from inventory.access import Action
from inventory.errors import DomainError

if TYPE_CHECKING:
    from checkout.models import Conclusion

MOST_ADDED = 20


class BasketMoved(DomainError):
    code = "basket_moved"
    detail = "The basket has changed since you looked. Check the lines again, then decide."


class DecisionInvalid(DomainError):
    code = "decision_invalid"
    status = 422
    detail = "This decision is incomplete."


@require_GET
@staff_page
def review(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """The review's page; for htmx only what lives, and nothing (204) when it is as the page has it."""
    escalation = escalation_for(request.user, escalation_id, Action.SEE_TRIP)
    context = in_store(request.user, escalation.store)
    view = review_view(escalation, request.user, pictures=context["can"]["see_pictures"], now=timezone.now())
    trip = escalation.checkout.trip
    page = {
        "escalation": escalation, "trip": trip, "review": view, "reasons": REASONS, "causes": CAUSES,
        "target_s": REVIEW_TARGET_S,
    }  # fmt: skip
    if not request.htmx:
        return render(request, "console/review.html", shell(request, escalation.store, "board") | page)
    if request.headers.get("X-Seen") == view.digest:
        return HttpResponse(status=204)
    return render(request, "console/_review.html", context | page)


@require_POST
@staff_page
def claim(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Takes the review, or holds it longer."""
    escalation_claim(escalation_id=escalation_id, staff=request.user, now=timezone.now())
    return _back(request, escalation_id)


@require_POST
@staff_page
def release(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Gives the review back to the queue and goes back to the board."""
    escalation = escalation_for(request.user, escalation_id, Action.REVIEW)
    escalation_release(escalation_id=escalation_id, staff=request.user, now=timezone.now())
    return to(request, reverse("console:board", args=[escalation.store_id]))


@require_POST
@staff_page
def decide(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    """Ends the review; what is wrong with the decision comes back as a sentence, and nothing has changed then."""
    escalation = escalation_for(request.user, escalation_id, Action.REVIEW)
    form = request.POST
    conclusion = form.get("conclusion", "")
    if conclusion not in {"cleared", "corrected", "refused"}:
        raise DecisionInvalid("Choose what to do: clear, correct or refuse.")
    reason = form.get("reason_code" if conclusion == "refused" else "cause", "")
    note = form.get("note", "").strip()[:500]
    if conclusion == "refused":
        _check_refusal(reason, note)
    elif reason not in dict(CAUSES):
        raise DecisionInvalid("Choose one of the causes.")
    corrections = _corrections(form, escalation) if conclusion == "corrected" else ()
    decided = escalation_decide(
        escalation_id=escalation_id,
        staff=request.user,
        conclusion=cast("Conclusion", conclusion),
        corrections=corrections,
        reason_code=reason,
        note=note,
        now=timezone.now(),
    )
    return ended(request, decided)


def ended(request: StaffRequest, escalation: Any) -> HttpResponseBase:
    """To the board, which says what was decided; a clearing can be undone from there, without any script or socket."""
    label, url = escalation.checkout.trip.cart.label, reverse("console:board", args=[escalation.store_id])
    words = {"cleared": "is cleared and can pay", "corrected": "is corrected and can pay", "refused": "is refused"}
    if escalation.state != "resolved":
        messages.info(request, f"{label} waits for a second person, who must confirm your decision.")
        return to(request, url)
    said: Any = f"{label} {words[escalation.conclusion]}."
    if escalation.conclusion == "cleared":
        said = format_html(
            '{} <button class="button small" type="submit" form="next" formaction="{}" data-key="z" data-until="{}">'
            "Undo <span data-left>{}</span> s <kbd>z</kbd></button>",
            said, reverse("console:undo", args=[escalation.pk]), (escalation.resolved_at + UNDO).isoformat(),
            int(UNDO.total_seconds()),
        )  # fmt: skip
    messages.info(request, said, extra_tags="warn" if escalation.conclusion == "refused" else "good")
    return to(request, url)


def _check_refusal(reason: str, note: str) -> None:
    if reason not in dict(REASONS):
        raise DecisionInvalid("Choose a reason for the refusal.")
    if reason == "other" and not note:
        raise DecisionInvalid("Write in the note why the sale is refused.")


def _corrections(form: QueryDict, escalation: Any) -> Sequence[Correction]:
    """What the form changes against the basket as it stands; raises if the basket is not the one that was shown."""
    sealed = sealed_trip(escalation.checkout.trip_id)
    if form.get("revision") != str(sealed.trip.revision):
        raise BasketMoved
    found = []
    for line in sealed.lines:
        asked = form.get(f"quantity_{line.line}")
        if asked is not None and _quantity(asked) != line.quantity:
            found.append(Correction(line=line.line, quantity=_quantity(asked)))
    codes, quantities = form.getlist("add_code")[:MOST_ADDED], form.getlist("add_quantity")[:MOST_ADDED]
    for code, quantity in zip(codes, quantities, strict=False):
        if code.strip() and _quantity(quantity):
            found.append(Correction(code=code.strip()[:48], quantity=_quantity(quantity)))
    if not found:
        raise DecisionInvalid("No line was changed. Change a line first, or clear the basket as it is.")
    return found


def _quantity(text: str) -> int:
    if not text.strip().isdecimal() or int(text) > 999:
        raise DecisionInvalid("A quantity is a whole number from 0 to 999.")
    return int(text)


def _back(request: StaffRequest, escalation_id: uuid.UUID) -> HttpResponseBase:
    if request.htmx:
        # Not a reload: what the person does next must not be lost to one that comes a moment later.
        return HttpResponse(status=204, headers={"HX-Trigger": "fresh"})
    return redirect("console:review", escalation_id)


def to(request: StaffRequest, url: str) -> HttpResponseBase:
    """Goes to another page, also from htmx."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
