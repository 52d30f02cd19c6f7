"""What the cart shows follows the server's messages, whole or by delta."""

from random import Random

import pytest

from carts.client import BEHAVIOURS, CartState, Unknown
from carts.client.closing import RECONNECT, after_close, delay_s
from carts.client.incoming import Basket, Discrepancy, Line, Totals, Trip, Welcome, decode
from carts.client.state import ResyncNeeded

TOTALS = Totals(subtotal=0, discount=0, deposit=0, tax=0, due=0, currency="EUR", exponent=2, items=0)


def line(number: int, quantity: int = 1, status: str = "verified") -> Line:
    return Line(
        line=number, code=str(number), name="Oats", quantity=quantity, unit_price=100, amount=100, status=status
    )


def welcome(trip: Trip | None, basket: Basket | None, mode: str) -> Welcome:
    return Welcome(epoch=2, acked=0, credits=64, trip=trip, basket=basket, mode=mode)


def test_a_delta_changes_the_lines_it_names_and_keeps_the_others() -> None:
    state = CartState()
    state.apply(Basket(revision=3, lines=(line(1), line(2), line(3)), totals=TOTALS))

    state.apply(Basket(revision=5, since=3, lines=(line(1, 2), line(2, 0, "removed"), line(4)), totals=TOTALS))

    assert {number: entry.quantity for number, entry in state.lines.items()} == {1: 2, 3: 1, 4: 1}
    assert state.seen == 5


def test_a_whole_basket_replaces_what_was_shown() -> None:
    state = CartState()
    state.apply(Basket(revision=3, lines=(line(1), line(2)), totals=TOTALS))

    state.apply(Basket(revision=4, lines=(line(2),), totals=TOTALS))

    assert list(state.lines) == [2]


def test_a_delta_over_a_revision_that_was_never_shown_is_not_guessed_at() -> None:
    state = CartState()
    state.apply(Basket(revision=3, lines=(line(1),), totals=TOTALS))

    with pytest.raises(ResyncNeeded):
        state.apply(Basket(revision=6, since=5, lines=(), totals=TOTALS))

    assert list(state.lines) == [1]
    assert state.seen == 3


def test_another_trips_delta_is_not_merged_into_this_trips_basket() -> None:
    state = CartState()
    state.apply(
        welcome(Trip(id="a", state="shopping"), Basket(revision=7, lines=(line(1),), totals=TOTALS), "snapshot")
    )
    delta = Basket(revision=9, since=7, lines=(line(2),), totals=TOTALS)

    with pytest.raises(ResyncNeeded):
        state.apply(welcome(Trip(id="b", state="shopping"), delta, "delta"))


def test_a_welcome_says_which_discrepancies_are_still_open() -> None:
    state = CartState()
    state.apply(Discrepancy(id="1", kind="unscanned", state="open", at=5))
    state.apply(Discrepancy(id="2", kind="mismatch", state="open", at=9))

    state.apply(Discrepancy(id="2", kind="mismatch", state="cleared", at=9))
    assert [discrepancy.id for discrepancy in state.open_discrepancies] == ["1"]

    state.apply(welcome(None, None, "snapshot"))
    assert state.open_discrepancies == []


def test_a_new_trip_begins_with_nothing_shown() -> None:
    state = CartState()
    state.apply(Trip(id="a", state="paid"))
    state.apply(Basket(revision=3, lines=(line(1),), totals=TOTALS))

    state.apply(Trip(id="b", state="shopping"))

    assert (state.lines, state.seen) == ({}, None)


def test_a_trip_message_keeps_the_mode_that_the_welcome_told() -> None:
    state = CartState()
    state.apply(welcome(Trip(id="a", state="shopping", mode="phone"), None, "snapshot"))

    state.apply(Trip(id="a", state="sealed"))

    assert state.trip == Trip(id="a", state="sealed", mode="phone")


@pytest.mark.parametrize("frame", ["nonsense", "[]", '{"type":"later"}', '{"type":"ack"}', '{"type":"trip","state":1}'])
def test_what_cannot_be_understood_is_a_value_that_changes_nothing(frame: str) -> None:
    state = CartState()

    message = decode(frame)
    state.apply(message)

    assert isinstance(message, Unknown)
    assert message.raw == frame
    assert state.trip is None


def test_a_flood_waits_thirty_seconds_or_more_and_a_restart_is_spread_out() -> None:
    random = Random(3)

    floods = [delay_s(BEHAVIOURS[4429], attempt, random) for attempt in range(20)]
    restarts = {delay_s(BEHAVIOURS[1012], 0, random) for _ in range(20)}

    assert min(floods) > 30
    assert len(restarts) == 20
    assert max(restarts) <= 0.5
    assert delay_s(RECONNECT, 10_000, random) <= 30


def test_every_close_code_of_the_contract_has_a_behaviour() -> None:
    assert set(BEHAVIOURS) == {1012, 4400, 4401, 4403, 4406, 4408, 4409, 4422, 4429}
    assert after_close(None) is RECONNECT
    assert after_close(1006) is RECONNECT
