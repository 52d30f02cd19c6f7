"""The session's rules, in the contract's words."""

import json
from typing import Any

import pytest

from carts.protocol import Apply, ApplySkip, Close, Open, Recall, Refuse, Repeat, Session, Shut, State, Weigh
from carts.protocol.outbound import Result

STREAM = "0b3f4a52-5a43-4d0a-9d1c-0a1b2c3d4e5f"
HELLO = {"type": "hello", "stream": STREAM, "first": None, "last": None, "seen": None,
         "clock": "2026-03-02T09:00:00Z", "firmware": "1.0", "scale": None}  # fmt: skip


def event(seq: int, **data: Any) -> str:
    return json.dumps({"type": "event", "seq": seq, "at": seq * 10, "kind": "assist", "data": data})


def settled(seq: int, outcome: str = "called") -> Result:
    return Result(seq=seq, outcome=outcome, event="assist")


@pytest.fixture
def session() -> Session:
    """Open, with nothing on disk."""
    fresh = Session()
    fresh.receive(json.dumps(HELLO), 0)
    fresh.opened(0)
    return fresh


def applied(actions: list[Any]) -> list[int]:
    return [action.event.seq for action in actions if isinstance(action, Apply)]


def test_hello_is_the_first_message() -> None:
    session = Session()

    early = session.receive(event(1), 0)
    hello = session.receive(json.dumps(HELLO), 0)

    assert [type(action) for action in early] == [Refuse]
    assert [type(action) for action in hello] == [Open]


def test_hello_comes_once(session: Session) -> None:
    assert [type(action) for action in session.receive(json.dumps(HELLO), 0)] == [Refuse]


def test_events_in_order_are_applied_as_they_come(session: Session) -> None:
    assert applied(session.receive(event(1), 0)) == [1]
    assert applied(session.receive(event(2), 0)) == [2]


def test_an_event_ahead_is_held_until_those_before_it_are_in(session: Session) -> None:
    ahead = session.receive(event(2), 0)
    missing = session.receive(event(1), 0)

    assert ahead == []
    assert applied(missing) == [1, 2]


def test_past_64_ahead_the_gap_is_refused_with_the_seq_expected(session: Session) -> None:
    within = session.receive(event(64), 0)
    past = session.receive(event(65), 0)

    assert within == []
    assert isinstance(past[0], Refuse)
    assert (past[0].code, past[0].seq, past[0].retry) == ("gap", 1, True)


def test_the_same_seq_again_is_acknowledged_again_with_the_first_outcome(session: Session) -> None:
    session.receive(event(1), 0)
    session.settled(settled(1, "called"))

    again = session.receive(event(1), 0)

    assert again == [Repeat(settled(1, "called"))]


def test_an_event_that_is_not_on_disk_yet_is_not_acknowledged_by_sending_it_again(session: Session) -> None:
    session.receive(event(1), 0)

    assert session.receive(event(1), 0) == []


def test_the_same_seq_with_other_content_is_a_conflict_and_closes(session: Session) -> None:
    session.receive(event(1, reason="a"), 0)

    actions = session.receive(event(1, reason="b"), 0)

    assert isinstance(actions[0], Refuse)
    assert actions[0].code == "conflict"
    assert actions[1] == Shut(Close.CONFLICT, "same seq, other content")
    assert session.receive(event(2), 0) == []


def test_a_held_event_with_other_content_is_a_conflict_too(session: Session) -> None:
    session.receive(event(3, reason="a"), 0)

    actions = session.receive(event(3, reason="b"), 0)

    assert isinstance(actions[-1], Shut)


def test_an_event_from_before_this_connection_is_looked_up() -> None:
    session = Session()
    session.receive(json.dumps(HELLO), 0)
    session.opened(10)

    old = session.receive(event(4), 0)
    new = session.receive(event(11), 0)

    assert [type(action) for action in old] == [Recall]
    assert applied(new) == [11]


def test_a_skip_fills_the_hole_it_names_and_lets_on_what_was_held(session: Session) -> None:
    session.receive(event(4), 0)

    actions = session.receive('{"type":"skip","from":1,"to":3,"why":"storage was lost"}', 0)

    assert actions[0] == ApplySkip(1, 3, "storage was lost")
    assert applied(actions) == [4]


def test_a_skip_of_what_is_in_already_changes_nothing(session: Session) -> None:
    session.receive(event(1), 0)

    assert session.receive('{"type":"skip","from":1,"to":1,"why":"x"}', 0) == []


def test_weight_is_passed_on_and_never_counted(session: Session) -> None:
    actions = session.receive('{"type":"weight","at":1,"step":100,"grams":[1]}', 0)

    assert [type(action) for action in actions] == [Weigh]
    assert session.credits == 64


def test_over_its_credits_for_two_seconds_a_cart_is_closed_for_flooding(session: Session) -> None:
    for seq in range(1, 66):
        session.receive(event(seq), 0)

    at_once = session.overdue(1_999)
    after = session.overdue(2_000)

    assert at_once == []
    assert isinstance(after[0], Shut)
    assert after[0].close == Close.FLOOD


def test_a_cart_that_comes_back_under_its_credits_in_time_goes_on(session: Session) -> None:
    for seq in range(1, 66):
        session.receive(event(seq), 0)
    session.settled(settled(1))
    session.overdue(1_000)

    session.receive(event(66), 3_000)

    assert session.overdue(4_999) == []
    assert session.state is State.OPEN


def test_ten_malformed_messages_in_a_minute_close_the_connection(session: Session) -> None:
    nine = [session.receive("{", 1_000 * i) for i in range(9)]
    tenth = session.receive("{", 9_000)

    assert all([type(action) for action in actions] == [Refuse] for actions in nine)
    assert isinstance(tenth[-1], Shut)
    assert tenth[-1].close == Close.MALFORMED


def test_ten_malformed_messages_over_more_than_a_minute_do_not(session: Session) -> None:
    actions = [session.receive("{", 7_000 * i) for i in range(10)]

    assert not any(isinstance(action, Shut) for batch in actions for action in batch)
