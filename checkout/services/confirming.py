"""A second word: what one person proposed a second one confirms, and what staff corrected the shopper confirms."""

import uuid
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from carts.services.settlement import Correction
from checkout.errors import CheckoutMoved, EscalationResolved, NoProposal, NotYours, OwnProposal
from checkout.models import Checkout, Conclusion, Escalation, EscalationState
from checkout.services.agreeing import correction_agreed
from checkout.services.escalations import NO_REVIEW, Decision, decision_carry_out
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require


@transaction.atomic
def escalation_confirm(*, escalation_id: uuid.UUID, staff: User, now: datetime) -> Escalation:
    """Carries out what somebody else proposed, by a person who holds the review and may decide so.

    Raises NotFound, EscalationResolved, NotYours, NoProposal (also when the basket changed since), OwnProposal, and
    what the correction raises; then nothing has changed. Who disagrees decides anew, and that is a proposal again.
    """
    # Locked: the proposal that was read is the one that is carried out.
    rows = Escalation.objects.select_for_update(of=("self",)).select_related("checkout", "store")
    escalation: Escalation | None = rows.filter(id=escalation_id).first()
    if escalation is None:
        raise NotFound(NO_REVIEW)
    require(staff, Action.REVIEW, escalation.store_id, told=NO_REVIEW)
    if escalation.state == EscalationState.RESOLVED:
        raise EscalationResolved
    proposal = escalation.proposal
    if not proposal or proposal["revision"] != escalation.checkout.revision:
        raise NoProposal
    if proposal["by"] == staff.pk:
        raise OwnProposal
    conclusion = Conclusion(proposal["conclusion"])
    if conclusion == Conclusion.REFUSED:
        require(staff, Action.REFUSE, escalation.store_id)
    if escalation.claimed_by_id != staff.pk:
        raise NotYours
    decision = Decision(
        conclusion, tuple(Correction(**row) for row in proposal["corrections"]), proposal["reason_code"],
        proposal["note"],
    )  # fmt: skip
    return decision_carry_out(escalation, decision, staff=staff, proposed_by=proposal["by_name"], now=now)


@transaction.atomic
def correction_confirm(*, checkout_id: uuid.UUID, cart_id: uuid.UUID, revision: int, now: datetime) -> None:
    """The shopper has seen the corrected basket of this revision and agrees. Said twice, it is the same.

    Raises NotFound for another cart's, CheckoutMoved when the basket is another by now: show that one first.
    """
    rows = Checkout.objects.filter(id=checkout_id, trip__cart_id=cart_id)
    checkout: Checkout | None = rows.select_related("store").first()
    if checkout is None:
        raise NotFound("There is no such checkout of this cart.")
    if checkout.revision != revision:
        raise CheckoutMoved
    correction_agreed(checkout, how="screen", now=now)
