"""A doubt and the people who settle it: opened, taken, given back, decided. One person at a time."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from carts.errors import IllegalTransition
from carts.nudges import nudge_cart, nudge_store
from carts.services.findings import trip_found
from carts.services.settlement import Correction, discrepancies_settle, trip_correct, trip_transition
from checkout.errors import CheckoutMoved, EscalationResolved, EscalationTaken, NothingLeft, NotYours
from checkout.models import Checkout, CheckoutState, Conclusion, Escalation, EscalationState
from checkout.models.below import DiscrepancyState, Lane, Trip, TripLine, TripState
from checkout.services.moves import checkout_move, escalation_move
from checkout.services.problems import checkout_ready, problems_leave
from checkout.services.tenders import checkout_lock, tenders_fit, tenders_release
from checkout.tendering import review_rules
from checkout.transitions import ESCALATION, sources
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.services.audit import audit_record

CLAIM = timedelta(minutes=3)
NO_REVIEW = "There is no such review."  # also for a foreign one
# What the shopper did and the person put right at the cart: no false alarm, although the basket was cleared.
SHOPPERS_OWN = frozenset({"forgot_scan", "wrong_product"})
OPEN_CLAIM: dict[str, Any] = {"claimed_by": None, "claim_until": None}


def escalation_open(*, checkout: Checkout, lane: Lane | None, look: bool, now: datetime) -> Escalation:
    """Opens a doubt in the caller's transaction; the counter on the checkout goes up with it."""
    Checkout.objects.filter(id=checkout.id).update(open_escalations=F("open_escalations") + 1)
    escalation = Escalation.objects.create(
        store_id=checkout.store_id,
        checkout=checkout,
        lane=lane,
        state=EscalationState.LOOKING if look else EscalationState.WAITING,
        reasons=checkout.reasons,
        opened_at=now,
    )
    if look:
        transaction.on_commit(partial(_send_look, escalation.id))
    nudge_store(store_id=checkout.store_id, what="review", id=str(escalation.id))
    return escalation


@transaction.atomic
def escalation_claim(*, escalation_id: uuid.UUID, staff: User, now: datetime) -> Escalation:
    """Takes a review, or holds it for another 3 minutes; raises NotFound, EscalationTaken or EscalationResolved."""
    escalation = _reachable(escalation_id, staff, Action.REVIEW)
    if escalation.supervisor:
        # It was handed up: only who may refuse may take it.
        require(staff, Action.REFUSE, escalation.store_id)
    free = Q(state__in=sources(ESCALATION, EscalationState.CLAIMED))
    mine = Q(state=EscalationState.CLAIMED) & (Q(claimed_by=staff) | Q(claim_until__lt=now))
    rows = Escalation.objects.filter(id=escalation_id).filter(free | mine)
    if rows.update(state=EscalationState.CLAIMED, claimed_by=staff, claim_until=now + CLAIM) != 1:
        escalation.refresh_from_db(fields=["state"])
        raise EscalationResolved if escalation.state == EscalationState.RESOLVED else EscalationTaken
    if escalation.claimed_by_id != staff.pk:
        _note("review.claim", escalation, staff, {}, now)
    escalation.refresh_from_db()
    return escalation


@transaction.atomic
def escalation_release(*, escalation_id: uuid.UUID, staff: User, now: datetime) -> None:
    """Gives a review back to the queue; raises NotFound, or NotYours when it is not this person's."""
    escalation = _reachable(escalation_id, staff, Action.REVIEW)
    if not escalation_move(escalation_id, EscalationState.WAITING, only={"claimed_by": staff}, **OPEN_CLAIM):
        raise NotYours
    _note("review.release", escalation, staff, {}, now)


def claims_expire(*, now: datetime) -> int:
    """Claims of people who went away go back to the queue; says how many."""
    rows = Escalation.objects.filter(state=EscalationState.CLAIMED, claim_until__lt=now)
    stale = list(rows.values_list("id", "store_id"))
    count = 0
    for escalation_id, store_id in stale:
        if escalation_move(escalation_id, EscalationState.WAITING, only={"claim_until__lt": now}, **OPEN_CLAIM):
            nudge_store(store_id=store_id, what="review", id=str(escalation_id))
            count += 1
    return count


@transaction.atomic
def escalation_decide(
    *,
    escalation_id: uuid.UUID,
    staff: User,
    conclusion: Conclusion,
    corrections: Sequence[Correction] = (),
    reason_code: str = "",
    note: str = "",
    now: datetime,
) -> Escalation:
    """Ends a review that this person holds: `cleared`, `corrected` (with corrections) or `refused`.

    Where the store wants four eyes it is proposed instead: the review comes back waiting for a second person
    (`escalation_confirm`). Raises NotFound, NotYours, EscalationResolved, NothingLeft or CorrectionInvalid; then
    nothing has changed.
    """
    conclusion = Conclusion(conclusion)
    action = Action.REFUSE if conclusion == Conclusion.REFUSED else Action.REVIEW
    escalation = _reachable(escalation_id, staff, action)
    if conclusion not in {Conclusion.CLEARED, Conclusion.CORRECTED, Conclusion.REFUSED}:
        raise ValueError(f"people don't conclude {conclusion}")
    if escalation.state == EscalationState.RESOLVED:
        raise EscalationResolved
    if bool(corrections) != (conclusion == Conclusion.CORRECTED):
        raise ValueError("corrections come with the conclusion corrected, and only with it")
    decision = Decision(conclusion, tuple(corrections), reason_code, note)
    refusal, amount = conclusion == Conclusion.REFUSED, escalation.checkout.amount_minor
    if review_rules(escalation.store.policy).needs_second(refusal=refusal, amount_minor=amount):
        return _propose(escalation, decision, staff, now)
    return decision_carry_out(escalation, decision, staff=staff, now=now)


class Decision(NamedTuple):
    """What a person wants done with a review."""

    conclusion: Conclusion
    corrections: tuple[Correction, ...] = ()
    reason_code: str = ""
    note: str = ""

    def told(self) -> dict[str, Any]:
        """For the audit and the proposal, as JSON."""
        rows = [{"line": c.line, "code": c.code, "quantity": c.quantity} for c in self.corrections]
        return {"reason_code": self.reason_code, "note": self.note, "corrections": rows}


@transaction.atomic
def decision_carry_out(
    escalation: Escalation, decision: Decision, *, staff: User, proposed_by: str = "", now: datetime
) -> Escalation:
    """Does what was decided with a review that this person holds; raises NotYours and what a correction raises."""
    conclusion = decision.conclusion
    if conclusion == Conclusion.CORRECTED:
        _correct(escalation, decision.corrections, staff, now)
    wrong = _is_wrong(escalation, conclusion, decision.reason_code)
    fields = {"resolved_by": staff, "reason_code": decision.reason_code, "note": decision.note, "wrong": wrong}
    held = {"claimed_by": staff, "state": EscalationState.CLAIMED}
    done = escalation_conclude(
        escalation, conclusion, only=held, corrections=decision.corrections, now=now, **fields
    )  # fmt: skip
    if not done:
        raise NotYours
    detail = {"checkout": str(escalation.checkout_id), **decision.told()}
    if proposed_by:
        detail["proposed_by"] = proposed_by
    _note(f"review.{conclusion}", escalation, staff, detail, now)
    escalation.refresh_from_db()
    return escalation


def _propose(escalation: Escalation, decision: Decision, staff: User, now: datetime) -> Escalation:
    """Writes the decision down for a second person, and gives the review back to the queue."""
    if decision.conclusion == Conclusion.CORRECTED:
        # Tried and taken back: who proposes learns at once that a correction does not fit.
        with transaction.atomic():
            _correct(escalation, decision.corrections, staff, now)
            transaction.set_rollback(True)
    proposal = {
        "conclusion": str(decision.conclusion), **decision.told(), "revision": escalation.checkout.revision,
        "by": staff.pk, "by_name": staff.get_full_name() or staff.get_username(), "at": now.isoformat(),
    }  # fmt: skip
    if not escalation_move(
        escalation.id, EscalationState.WAITING, only={"claimed_by": staff}, proposal=proposal, **OPEN_CLAIM
    ):
        raise NotYours
    _note("review.propose", escalation, staff, {"conclusion": str(decision.conclusion), **decision.told()}, now)
    escalation.refresh_from_db()
    return escalation


def _is_wrong(escalation: Escalation, conclusion: Conclusion, reason_code: str) -> bool:
    """Stopped for nothing: cleared as it was, though it was a doubt and no random check. It costs the shopper's trust,
    and the policy's budget of false alarms counts it."""
    audit = bool(escalation.checkout.judgement.get("audit"))
    return conclusion == Conclusion.CLEARED and not audit and reason_code not in SHOPPERS_OWN


@transaction.atomic
def escalation_conclude(
    escalation: Escalation,
    conclusion: Conclusion,
    *,
    only: dict[str, Any],
    corrections: Sequence[Correction] = (),
    now: datetime,
    **fields: Any,
) -> bool:
    """Trip, checkout, counter, escalation and discrepancies move together, or not at all (False: `only` was lost)."""
    refused = conclusion == Conclusion.REFUSED
    checkout = escalation.checkout
    try:
        with transaction.atomic():
            changes: dict[str, Any] = {"open_escalations": F("open_escalations") - 1}
            if refused:
                trip_transition(trip_id=checkout.trip_id, to=TripState.CANCELLED, reason="refused", now=now)
                checkout_move(checkout.id, CheckoutState.REFUSED, ended_at=now, open_problems=0, **changes)
                tenders_release(checkout_id=checkout.id, now=now)
                problems_leave(checkout.id, now=now)
            else:
                checkout_lock(checkout.id)
                if Checkout.objects.filter(id=checkout.id, state=CheckoutState.IN_REVIEW).update(**changes) != 1:
                    raise CheckoutMoved
                checkout_ready(checkout.id, now=now)
            fields |= {"conclusion": conclusion, "resolved_at": now, "claim_until": None}
            if not escalation_move(escalation.id, EscalationState.RESOLVED, only=only, **fields):
                raise CheckoutMoved
    except (IllegalTransition, CheckoutMoved):
        return False
    trip_found(
        trip_id=checkout.trip_id,
        by_staff=conclusion != Conclusion.SEEN,
        refused=refused,
        lines={c.line for c in corrections if c.line is not None},
        added=any(c.code for c in corrections),
    )
    discrepancies_settle(trip_id=checkout.trip_id, state=DiscrepancyState.RESOLVED, now=now)
    nudge_store(store_id=escalation.store_id, what="review", id=str(escalation.id))
    return True


def _correct(escalation: Escalation, corrections: Sequence[Correction], staff: User, now: datetime) -> None:
    trip_id = escalation.checkout.trip_id
    before = _pieces(trip_id)
    revision = trip_correct(trip_id=trip_id, corrections=corrections, staff_name=staff.get_username(), now=now)
    trip = Trip.objects.get(id=trip_id)
    if not trip.items:
        raise NothingLeft
    tenders_fit(checkout_id=escalation.checkout_id, amount_minor=trip.due_minor)
    after = _pieces(trip_id)
    told = [
        {"name": after[line][0], "before": before.get(line, ("", 0))[1], "after": pieces}
        for line, (_, pieces) in after.items()
        if before.get(line, ("", 0))[1] != pieces
    ]
    # The shopper sees what was changed and confirms it before anything is paid.
    Checkout.objects.filter(id=escalation.checkout_id).update(
        revision=revision, amount_minor=trip.due_minor, corrected=told, unconfirmed=True
    )


def _pieces(trip_id: uuid.UUID) -> dict[int, tuple[str, int]]:
    """Name and pieces of each line; a line taken out has 0."""
    rows = TripLine.objects.filter(trip_id=trip_id).order_by("line")
    return {line: (name, quantity) for line, name, quantity in rows.values_list("line", "name", "quantity")}


def _reachable(escalation_id: uuid.UUID, staff: User, action: Action) -> Escalation:
    rows = Escalation.objects.select_related("checkout", "store")
    escalation: Escalation | None = rows.filter(id=escalation_id).first()
    if escalation is None:
        raise NotFound(NO_REVIEW)
    require(staff, action, escalation.store_id, told=NO_REVIEW)
    return escalation


def _note(action: str, escalation: Escalation, staff: User, detail: dict[str, Any], now: datetime) -> None:
    nudge_store(store_id=escalation.store_id, what="review", id=str(escalation.id))
    nudge_cart(cart_id=escalation.checkout.trip.cart_id, what="trip")
    subject = f"escalation:{escalation.id}"
    audit_record(action=action, subject=subject, actor=staff, store=escalation.store, detail=detail, now=now)


def _send_look(escalation_id: uuid.UUID) -> None:
    from checkout.tasks import look  # the task's module imports the services

    look.delay(str(escalation_id))
