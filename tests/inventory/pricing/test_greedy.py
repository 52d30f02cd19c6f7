"""The greedy combination by itself, before any search puts it right: what beyond forty pieces is the answer."""

from inventory.pricing import AmountOff, MixAndMatch, NForPrice, Part, Percent
from inventory.pricing.greedy import greedy
from inventory.pricing.kinds import Deal, Piece
from inventory.pricing.limits import Limits
from inventory.pricing.state import Problem, State, Unit
from tests.inventory.pricing.cast import ALL, on


def _problem(pieces: str, prices: list[int], *layers: list[Deal], times: dict[str, int] | None = None) -> Problem:
    limits = Limits()
    for deal in (deal for layer in layers for deal in layer):
        limits.note(deal, (times or {}).get(deal.id, deal.limit))
    names = [deal for layer in layers for deal in layer]
    units = [
        Unit(
            place, Piece(price, product), (),
            frozenset(deal.id for deal in names if any(slot.target.holds(product, ()) for slot in deal.slots)),
        )
        for place, (product, price) in enumerate(zip(pieces, prices, strict=True))
    ]  # fmt: skip
    return Problem(units, layers, limits)


def _uses(state: State) -> list[tuple[str, tuple[int, ...], int]]:
    return [(use.deal.id, use.units, sum(use.parts)) for use in state.uses]


def _off(name: str, amount: int, target: str = "", **more: object) -> AmountOff:
    return AmountOff(id=name, name=name, on=on(*target) if target else ALL, amount_minor=amount, **more)  # type: ignore[arg-type]


PAIR = NForPrice(id="pair", name="P", on=ALL, take=2, price_minor=100)


def test_sets_are_taken_dearest_first_and_what_is_left_has_its_deal_alone() -> None:
    state = greedy(_problem("aaa", [90, 80, 70], [PAIR, _off("one", 5)]))

    assert _uses(state) == [("pair", (0, 1), 70), ("one", (2,), 5)]
    assert state.saved == 75


def test_a_set_is_not_taken_where_its_pieces_save_as_much_alone() -> None:
    state = greedy(_problem("aa", [60, 60], [PAIR, _off("one", 10)]))

    assert _uses(state) == [("one", (0,), 10), ("one", (1,), 10)]


def test_of_deals_alone_the_one_that_saves_most_is_taken_and_the_first_among_equals() -> None:
    for layers in ([[_off("a", 5), _off("b", 7), _off("c", 7)]], [[_off("a", 5), _off("b", 7), _off("c", 7)], [PAIR]]):
        state = greedy(_problem("x", [60], *layers))

        assert _uses(state) == [("b", (0,), 7)]


def test_a_deal_that_saves_nothing_is_no_use() -> None:
    for layers in ([[_off("a", 0)]], [[_off("a", 0)], [PAIR]]):
        assert greedy(_problem("x", [60], *layers)).uses == []


def test_deals_alone_are_for_their_own_goods_in_every_layer() -> None:
    state = greedy(_problem("xy", [60, 50], [_off("x", 5, "x"), _off("y", 9, "y")], [_off("later", 1)]))

    assert sorted(_uses(state)) == [("later", (0,), 1), ("later", (1,), 1), ("x", (0,), 5), ("y", (1,), 9)]


def test_a_limited_deal_goes_to_the_dearest_as_often_as_it_may() -> None:
    half = Percent(id="half", name="H", on=ALL, percent_bp=5000)

    state = greedy(_problem("abc", [10, 40, 20], [half], times={"half": 2}))

    assert _uses(state) == [("half", (1,), 20), ("half", (2,), 10)]
    assert state.left["half"] == 0


def test_the_set_that_gains_most_a_piece_comes_first() -> None:
    three = NForPrice(id="three", name="T", on=ALL, take=3, price_minor=100)

    assert _uses(greedy(_problem("aaa", [100, 90, 90], [PAIR, three]))) == [("three", (0, 1, 2), 180)]
    assert _uses(greedy(_problem("aaa", [100, 90, 10], [PAIR, three]))) == [("pair", (0, 1), 90)]


def test_a_set_of_parts_takes_the_scarcest_first_and_no_piece_twice() -> None:
    parts = (Part(on=on("a", "b"), count=1), Part(on=on("b"), count=1))
    meal = MixAndMatch(id="meal", name="M", parts=parts, amount_minor=30)

    assert _uses(greedy(_problem("ab", [50, 60], [meal]))) == [("meal", (0, 1), 30)]
    assert _uses(greedy(_problem("bb", [50, 60], [meal]))) == [("meal", (1, 0), 30)]
    assert greedy(_problem("b", [60], [meal])).uses == []
    assert greedy(_problem("a", [60], [meal])).uses == []


def test_a_part_of_several_pieces_waits_for_all_of_them() -> None:
    parts = (Part(on=on("a"), count=2), Part(on=on("b", "c", "d"), count=1))
    meal = MixAndMatch(id="meal", name="M", parts=parts, amount_minor=30)

    assert greedy(_problem("ab", [50, 60], [meal])).uses == []
    assert _uses(greedy(_problem("aab", [50, 40, 60], [meal]))) == [("meal", (0, 1, 2), 30)]
    assert len(greedy(_problem("aaaabb", [50, 40, 30, 20, 60, 10], [meal])).uses) == 2


def test_pieces_under_an_exclusive_deal_are_closed_to_later_layers() -> None:
    shut = _off("shut", 20, "a", exclusive=True)

    state = greedy(_problem("ab", [60, 50], [shut], [_off("late", 5)]))

    assert sorted(_uses(state)) == [("late", (1,), 5), ("shut", (0,), 20)]


def test_an_exclusive_deal_does_not_follow_another() -> None:
    state = greedy(_problem("a", [60], [_off("first", 5)], [_off("shut", 20, exclusive=True)]))

    assert _uses(state) == [("first", (0,), 5)]


def test_a_state_taken_back_is_as_it_was() -> None:
    problem = _problem("aab", [90, 80, 70], [PAIR], times={"pair": 1})
    state = State(problem)
    state.apply(PAIR, (0, 1), 70)
    assert (state.saved, state.left["pair"], state.served, state.pieces[0].price) == (70, 0, [1, 1, 0], 53)

    state.undo()

    assert (state.saved, state.left["pair"], state.served, state.locked) == (0, 1, [0, 0, 0], [False] * 3)
    assert [piece.price for piece in state.pieces] == [90, 80, 70]
    assert state.order() == [0, 1, 2]


def test_a_problems_worth_is_what_its_units_save_alone() -> None:
    problem = _problem("aab", [90, 80, 70], [PAIR, _off("a", 5, "a"), _off("b", 7, "b"), _off("c", 9, "b")])

    assert [alone and (alone[0], alone[1].id) for alone in problem.alone] == [(5, "a"), (5, "a"), (9, "c")]
    assert problem.worth((0, 2)) == 14
    assert problem.flat
    assert _problem("a", [9], [_off("a", 5)], [_off("b", 5)]).worth((0,)) == 0
