"""Second thoughts on a review: taken back within 30 seconds, handed to a supervisor, kept for a court, counted."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from carts.errors import IllegalTransition
from carts.services.settlement import discrepancies_reopen, trip_transition
from checkout.errors import CheckoutMoved, EscalationResolved, HoldNeedsReason, NotYours, TooLateToUndo
from checkout.models import CheckoutState, Conclusion, Escalation, EscalationState
from checkout.models.below import TripState
from checkout.services.escalations import CLAIM, NO_REVIEW, OPEN_CLAIM
from checkout.services.moves import checkout_move
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.services.audit import audit_record

UNDO = timedelta(seconds=30)


@transaction.atomic
def escalation_undo(*, escalation_id: uuid.UUID, staff: User, now: datetime) -> Escalation:
    """Takes this person's own clearing back within 30 s, while nothing is being paid: the review is theirs again.

    A refusal ends the trip and a correction was shown to the shopper: those are not undone. Raises NotFound, NotYours
    or TooLateToUndo, and then nothing has changed.
    """
    escalation = _of(escalation_id, staff, Action.REVIEW)
    if escalation.resolved_by_id != staff.pk:
        raise NotYours
    late = escalation.resolved_at is None or now > escalation.resolved_at + UNDO
    if late or escalation.conclusion != Conclusion.CLEARED:
        raise TooLateToUndo
    try:
        with transaction.atomic():
            # The checkout's own table lets only a cleared one back into review: one that is being paid stays.
            trip_transition(trip_id=escalation.checkout.trip_id, to=TripState.IN_REVIEW, now=now)
            one_more = F("open_escalations") + 1
            checkout_move(escalation.checkout_id, CheckoutState.IN_REVIEW, open_escalations=one_more)
            rows = Escalation.objects.filter(id=escalation_id, state=EscalationState.RESOLVED)
            back: dict[str, Any] = {"conclusion": "", "resolved_at": None, "resolved_by": None, "reason_code": ""}
            held = {"state": EscalationState.CLAIMED, "claimed_by": staff, "claim_until": now + CLAIM}
            if rows.update(**back, **held, undone=F("undone") + 1, wrong=False) != 1:
                raise CheckoutMoved
            discrepancies_reopen(trip_id=escalation.checkout.trip_id)
    except (IllegalTransition, CheckoutMoved):
        raise TooLateToUndo from None
    _note("review.undo", escalation, staff, {}, now)
    escalation.refresh_from_db()
    return escalation


@transaction.atomic
def escalation_raise(*, escalation_id: uuid.UUID, staff: User, note: str = "", now: datetime) -> None:
    """Hands a review that this person holds to a supervisor; raises NotFound, NotYours or EscalationResolved."""
    escalation = _of(escalation_id, staff, Action.REVIEW)
    if escalation.state == EscalationState.RESOLVED:
        raise EscalationResolved
    rows = Escalation.objects.filter(id=escalation_id, state=EscalationState.CLAIMED, claimed_by=staff)
    if rows.update(state=EscalationState.WAITING, supervisor=True, note=note[:500], **OPEN_CLAIM) != 1:
        raise NotYours
    _note("review.raise", escalation, staff, {"note": note[:500]}, now)


@transaction.atomic
def pictures_hold(*, escalation_id: uuid.UUID, staff: User, reason: str, now: datetime) -> None:
    """Keeps a review's pictures past their date: a legal hold, by managers only, with a reason of 10 letters or more.

    Raises NotFound or HoldNeedsReason. What has gone already stays gone.
    """
    escalation = _of(escalation_id, staff, Action.MANAGE_POLICY)
    if len(reason.strip()) < 10:
        raise HoldNeedsReason
    fields = {"hold_reason": reason.strip()[:300], "held_at": now, "held_by": staff}
    Escalation.objects.filter(id=escalation_id).update(**fields)
    _note("pictures.hold", escalation, staff, {"reason": reason.strip()[:300]}, now)


@transaction.atomic
def pictures_release(*, escalation_id: uuid.UUID, staff: User, now: datetime) -> None:
    """Ends a legal hold: what is past its date goes with the next sweep. Raises NotFound."""
    escalation = _of(escalation_id, staff, Action.MANAGE_POLICY)
    Escalation.objects.filter(id=escalation_id).update(held_at=None, held_by=None)
    _note("pictures.release", escalation, staff, {}, now)


def _of(escalation_id: uuid.UUID, staff: User, action: Action) -> Escalation:
    found: Escalation | None = Escalation.objects.select_related("checkout", "store").filter(id=escalation_id).first()
    if found is None:
        raise NotFound(NO_REVIEW)
    require(staff, action, found.store_id, told=NO_REVIEW)
    return found


def _note(action: str, escalation: Escalation, staff: User, detail: dict[str, Any], now: datetime) -> None:
    subject = f"escalation:{escalation.id}"
    audit_record(action=action, subject=subject, actor=staff, store=escalation.store, detail=detail, now=now)
