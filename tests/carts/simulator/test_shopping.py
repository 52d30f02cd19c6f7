"""Simulated shoppers go the whole way against a store that weighs and doubts."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from carts.client import EnrolmentNeeded
from carts.simulator.pace import Pace
from carts.simulator.scripts import SCRIPTS
from carts.simulator.shopping import shop_once
from carts.simulator.truth import CartPlan, Truth
from carts.simulator.world import World

from .fake_store import CODES, GRAMS, FakeStore

PLAN = CartPlan("C1", enrolment_code="GOOD-CODE")


class Notes:
    """A teller that keeps what it hears."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, who: str, text: str) -> None:
        self.lines.append(f"{who}: {text}")

    def __contains__(self, part: object) -> bool:
        return any(str(part) in line for line in self.lines)


def trip(
    store: FakeStore, script: str, folder: Path, *, minutes: float = 1.0, gate_code: str | None = "GATE-CODE"
) -> tuple[str, Notes]:
    notes = Notes()

    async def go() -> str:
        async with store.running() as address:
            world = World(
                server=address,
                truth=replace(Truth.of_weights(GRAMS), gate_code=gate_code),
                folder=folder,
                pace=Pace(100),
                review_minutes=minutes,
                teller=lambda name: notes,
            )
            return await shop_once(PLAN, SCRIPTS[script], world)

    return asyncio.run(go()), notes


def test_an_honest_shopper_is_never_doubted_and_leaves_through_the_gate(tmp_path: Path) -> None:
    store = FakeStore()

    end, notes = trip(store, "honest", tmp_path)

    assert end == "paid"
    assert store.opened == []
    assert len(store.paid) == len(store.gates) == 1
    assert "remove" in [event["kind"] for event in store.events]
    assert "receipt: /r/1" in notes


def test_a_forgetful_shopper_reads_the_advice_scans_and_is_cleared(tmp_path: Path) -> None:
    store = FakeStore()

    end, notes = trip(store, "forgetful", tmp_path)

    assert end == "paid"
    assert store.opened == store.cleared == ["unscanned"]
    assert "reads: Please scan what you placed last." in notes


def test_a_shopper_who_ignores_the_advice_waits_for_staff_and_then_pays(tmp_path: Path) -> None:
    store = FakeStore()

    end, notes = trip(store, "review", tmp_path)

    assert end == "paid"
    assert (store.opened, store.cleared) == (["unscanned"], [])
    assert "checkout in_review" in notes


def test_a_refused_shopper_puts_everything_back_and_pays_nothing(tmp_path: Path) -> None:
    store = FakeStore()
    store.staff = "refused"

    end, _ = trip(store, "review", tmp_path)

    assert end == "refused"
    assert store.paid == []
    assert store.events[-1]["kind"] == "cancel"


def test_a_shopper_whom_nobody_comes_to_cancels_after_the_agreed_minutes(tmp_path: Path) -> None:
    store = FakeStore()
    store.staff = None

    end, _ = trip(store, "review", tmp_path, minutes=0.01)

    assert end == "cancelled"
    assert store.paid == []


def test_a_phone_sends_no_weight(tmp_path: Path) -> None:
    store = FakeStore()

    end, _ = trip(store, "phone", tmp_path)

    assert end == "paid"
    assert store.weights == 0
    assert store.events[0]["data"] == {"mode": "phone"}
    assert {event["data"]["source"] for event in store.events if event["kind"] == "scan"} == {"camera"}


def test_a_store_without_a_gate_lets_the_trip_end_all_the_same(tmp_path: Path) -> None:
    store = FakeStore()

    end, notes = trip(store, "phone", tmp_path, gate_code=None)

    assert end == "paid"
    assert store.gates == []
    assert "gate: is out of order" in notes


def test_what_may_not_be_sold_goes_back_on_the_shelf(tmp_path: Path) -> None:
    store = FakeStore()
    store.refused_codes = set(CODES[:2])

    end, notes = trip(store, "honest", tmp_path)

    assert end == "paid"
    assert store.opened == []
    assert "back on the shelf" in notes


def test_a_shopper_goes_on_without_an_answer_and_takes_out_what_was_refused_meanwhile(tmp_path: Path) -> None:
    store = FakeStore()
    store.refuses_late = True

    end, notes = trip(store, "honest", tmp_path)

    assert end == "paid"
    assert "gets no answer, and goes on" in notes
    assert "takes Thing" in notes
    assert "out again: sale_refused" in notes
    assert store.opened == store.cleared


def test_a_trip_left_behind_is_cancelled_before_the_next_begins(tmp_path: Path) -> None:
    store = FakeStore()
    store.trip = {"id": "old", "state": "in_review", "mode": "cart"}

    end, _ = trip(store, "phone", tmp_path)

    assert end == "paid"
    assert [event["kind"] for event in store.events[:2]] == ["cancel", "start"]


def test_the_second_trip_keeps_the_token_and_goes_on_numbering(tmp_path: Path) -> None:
    store = FakeStore()
    trip(store, "phone", tmp_path)
    count = len(store.events)

    end, _ = trip(store, "phone", tmp_path)

    assert end == "paid"
    assert [event["seq"] for event in store.events] == list(range(1, len(store.events) + 1))
    assert len(store.events) > count


def test_a_cart_without_a_good_code_says_so(tmp_path: Path) -> None:
    async def go() -> None:
        async with FakeStore().running() as address:
            world = World(server=address, truth=Truth.of_weights(GRAMS), folder=tmp_path, pace=Pace(100))
            with pytest.raises(EnrolmentNeeded, match="enrolment_code_invalid"):
                await shop_once(CartPlan("C1", enrolment_code="OLD"), SCRIPTS["phone"], world)

    asyncio.run(go())
