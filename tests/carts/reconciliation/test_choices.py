"""However much was scanned and never placed: the work of a standstill is bounded, and no way of it is lost by that."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carts.reconciliation import choices
from carts.reconciliation.moves import Move, Moves
from carts.reconciliation.signal import Standstill
from carts.reconciliation.state import Hypothesis, Leaving, Placed, Unit
from carts.reconciliation.sums import Sums
from carts.reconciliation.types import Policy, ProductFacts
from carts.reconciliation.weights import WeightBook

GOODS = [ProductFacts(key=f"p{n}", name=f"p{n}", net_g=40.0 + 45.0 * n) for n in range(30)]
MOST_SUMS_A_STORY = 2_000


def ways(units: list[Unit], placed: tuple[Placed, ...] = (), leavings: tuple[Leaving, ...] = ()) -> Moves:
    register = {unit.id: unit for unit in units}
    return Moves(WeightBook(GOODS), Policy(), register, {leaving.id: leaving for leaving in leavings})


def found(moves: Moves, story: Hypothesis, change: float, hole_ms: int) -> list[Move]:
    new = Standstill(60_000, 59_000, story.load + change, 1.0, False, hole_ms)
    moves.sums.forget()
    return sorted(moves.known(story, change, 2.0, new), key=repr)


@given(
    scanned=st.lists(st.integers(0, 11), min_size=2, max_size=7),
    placed=st.lists(st.integers(0, 11), max_size=3),
    leaves=st.integers(0, 2),
    change=st.floats(-900, 1800),
    hole=st.booleans(),
)
def test_what_is_left_out_was_out_of_reach(
    scanned: list[int], placed: list[int], leaves: int, change: float, hole: bool
) -> None:
    units = [Unit(n, n, f"p{product}", 1000 * n) for n, product in enumerate(scanned + placed)]
    lying = tuple(Placed(u.id, GOODS[int(u.product[1:])].net_g or 0.0, 4.0, 0.0, 1e6) for u in units[len(scanned) :])
    leavings = tuple(Leaving(100 + n, -1, units[p.unit].product, 50_000) for n, p in enumerate(lying[:leaves]))
    story = Hypothesis(
        load=3000.0, waiting=tuple(range(len(scanned))), placed=lying, leaving=tuple(x.id for x in leavings)
    )
    moves = ways(units, lying, leavings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choices, "FEW_CHOICES", 1 << 40)
        all_of_them = found(moves, story, change, 5000 * hole)
        patch.setattr(choices, "FEW_CHOICES", 0)
        bounded = found(moves, story, change, 5000 * hole)

    assert bounded == all_of_them


def sums_added(change: float, hole_ms: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many sums one standstill adds up for one story, after a hundred units were scanned and none came."""
    draw = random.Random(5)
    units = [Unit(n, n, f"p{draw.randrange(30)}", 1000 * n) for n in range(120)]
    lying = tuple(Placed(u.id, 40.0 + 45.0 * int(u.product[1:]), 4.0, 0.0, 1e6) for u in units[100:])
    story = Hypothesis(load=3000.0, waiting=tuple(range(100)), placed=lying)
    added: list[int] = []
    add = Sums._add

    def counted(*args: Any) -> Any:
        added.append(1)
        return add(*args)

    monkeypatch.setattr(Sums, "_add", counted)
    found(ways(units), story, change, hole_ms)
    return len(added)


@pytest.mark.parametrize("hole_ms", [0, 5000])
@pytest.mark.parametrize("change", [0.0, 700.0, 2400.0])
def test_a_hundred_units_that_never_came_cost_a_bounded_number_of_sums(
    change: float, hole_ms: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sums_added(change, hole_ms, monkeypatch) < MOST_SUMS_A_STORY


def test_without_coarser_steps_they_would_cost_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choices, "MOST_CHOICES", 20_000)

    assert sums_added(2400.0, 0, monkeypatch) > MOST_SUMS_A_STORY
