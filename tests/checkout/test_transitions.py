"""States move by the tables, and a step that is not in them changes nothing."""

import pytest

from carts.models import Trip
from checkout.errors import CheckoutMoved
from checkout.models import Checkout, CheckoutState, EscalationState
from checkout.services.moves import checkout_move, escalation_move
from checkout.transitions import ATTEMPT, CHECKOUT, ESCALATION, REFUND, sources
from tests.checkout.world import NOW, Shop, in_review, make_trip, open_checkout

STEPS = [(start, to) for start in CheckoutState for to in CheckoutState]


def test_every_state_stands_in_its_table_and_ends_lead_nowhere() -> None:
    for table in (CHECKOUT, ESCALATION, ATTEMPT, REFUND):
        assert set(table) == set(type(next(iter(table))))
    assert [state for state, targets in CHECKOUT.items() if not targets] == ["paid", "refused", "abandoned"]
    assert [state for state, targets in ATTEMPT.items() if not targets] == ["captured", "declined", "voided"]
    assert sources(ESCALATION, EscalationState.CLAIMED) == ["looking", "waiting"]


@pytest.mark.parametrize(("start", "to"), STEPS)
def test_a_checkout_moves_exactly_as_the_table_says(shop: Shop, start: CheckoutState, to: CheckoutState) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    # The database lets nobody be paid without money: it is there, so that only the table is asked.
    enough = {"reserved_minor": checkout.amount_minor, "captured_minor": checkout.amount_minor}
    Checkout.objects.filter(id=checkout.id).update(state=start, **enough)

    if to in CHECKOUT[start]:
        checkout_move(checkout.id, to)
    else:
        with pytest.raises(CheckoutMoved):
            checkout_move(checkout.id, to)

    checkout.refresh_from_db()
    assert checkout.state == (to if to in CHECKOUT[start] else start)


def test_an_escalation_that_was_resolved_stays_so(shop: Shop) -> None:
    escalation = in_review(shop)
    assert escalation_move(escalation.id, EscalationState.RESOLVED, only={}, resolved_at=NOW)

    moved = [escalation_move(escalation.id, state, only={}) for state in EscalationState]

    assert moved == [False] * len(EscalationState)


def test_opening_a_clear_trip_moves_trip_and_checkout_together(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    assert checkout.state == "cleared"
    assert Trip.objects.get(id=checkout.trip_id).state == "cleared"
