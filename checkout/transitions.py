"""Every transition of a checkout, an escalation and a payment attempt: one table each.

    checkout     in_review -> cleared -> paying -> paid        paying -> unknown -> asked again with the same key
    escalation   looking -> waiting -> claimed -> resolved     claimed -> waiting again when the person goes away
    attempt      created -> authorised -> captured             any live one -> unknown, and back when the answer comes;
                                                               authorised -> voided when another way to pay is taken
    refund       waiting -> pending -> done                    refused by the second person, failed at the provider

A step that is not here changes nothing. Locks are taken in one order: trip, checkout, escalation, attempt, receipts.
"""

from collections.abc import Mapping
from typing import TypeVar

from checkout.models import AttemptState, CheckoutState, EscalationState, RefundState

State = TypeVar("State", CheckoutState, EscalationState, AttemptState, RefundState)

CHECKOUT: Mapping[CheckoutState, frozenset[CheckoutState]] = {
    CheckoutState.IN_REVIEW: frozenset({CheckoutState.CLEARED, CheckoutState.REFUSED, CheckoutState.ABANDONED}),
    CheckoutState.CLEARED: frozenset({CheckoutState.IN_REVIEW, CheckoutState.PAYING, CheckoutState.ABANDONED}),
    CheckoutState.PAYING: frozenset({CheckoutState.CLEARED, CheckoutState.UNKNOWN, CheckoutState.PAID}),
    # Asked again and still unknown: it moves to itself.
    CheckoutState.UNKNOWN: frozenset({CheckoutState.CLEARED, CheckoutState.UNKNOWN, CheckoutState.PAID}),
    CheckoutState.PAID: frozenset(),
    CheckoutState.REFUSED: frozenset(),
    CheckoutState.ABANDONED: frozenset(),
}

ESCALATION: Mapping[EscalationState, frozenset[EscalationState]] = {
    EscalationState.LOOKING: frozenset({EscalationState.WAITING, EscalationState.CLAIMED, EscalationState.RESOLVED}),
    EscalationState.WAITING: frozenset({EscalationState.CLAIMED, EscalationState.RESOLVED}),
    EscalationState.CLAIMED: frozenset({EscalationState.WAITING, EscalationState.RESOLVED}),
    EscalationState.RESOLVED: frozenset(),
}

ANSWERS = frozenset({AttemptState.CAPTURED, AttemptState.DECLINED, AttemptState.VOIDED})
ATTEMPT: Mapping[AttemptState, frozenset[AttemptState]] = {
    # One that is pending over there stays where it is, with a later date to ask.
    AttemptState.CREATED: ANSWERS | {AttemptState.CREATED, AttemptState.AUTHORISED, AttemptState.UNKNOWN},
    # An unknown one that is still unknown when asked again moves to itself, with a later date to ask.
    AttemptState.UNKNOWN: ANSWERS | {AttemptState.AUTHORISED, AttemptState.UNKNOWN},
    # Who died between authorising and capturing leaves it here; the next one hears "authorised" once more.
    AttemptState.AUTHORISED: ANSWERS | {AttemptState.AUTHORISED, AttemptState.UNKNOWN},
    AttemptState.CAPTURED: frozenset(),
    AttemptState.DECLINED: frozenset(),
    AttemptState.VOIDED: frozenset(),
}


REFUND: Mapping[RefundState, frozenset[RefundState]] = {
    RefundState.WAITING: frozenset({RefundState.PENDING, RefundState.REFUSED}),
    RefundState.PENDING: frozenset({RefundState.DONE, RefundState.FAILED}),
    RefundState.DONE: frozenset(),
    RefundState.FAILED: frozenset(),
    RefundState.REFUSED: frozenset(),
}


def sources(table: Mapping[State, frozenset[State]], to: State) -> list[str]:
    """The states from which this table leads to `to`."""
    return [str(state) for state, targets in table.items() if to in targets]
