"""Lots: which deals are left out because they can't bring anything, what joins lots, and how parts are solved."""

from inventory.pricing import (
    AmountOff,
    CheapestFree,
    Item,
    MixAndMatch,
    NForPrice,
    Part,
    Percent,
    Promotion,
    Promotions,
)
from inventory.pricing.goods import Live, solve
from inventory.pricing.lots import Lot, reduced, split
from inventory.pricing.search import Budget
from tests.inventory.pricing.cast import ALL, goods, on, terms

PAIR = NForPrice(id="pair", name="P", on=ALL, take=2, price_minor=150)


def _live(*promotions: Promotion, **more: object) -> Live:
    store = terms(*promotions, **more)
    return Live(store, Promotions(promotions), {})


def _lots(items: list[Item], *promotions: Promotion) -> tuple[list[Lot], Live]:
    live = _live(*promotions)
    return live.lots(items), live


def _left(items: list[Item], *promotions: Promotion) -> list[set[str]]:
    lots, live = _lots(items, *promotions)
    return [set(lot.deals) for lot in reduced(lots, live.limits)]


def _set(**more: object) -> MixAndMatch:
    two = (Part(on=on("a")), Part(on=on("b")))
    return MixAndMatch(**({"id": "set", "name": "S", "parts": two, "amount_minor": 30} | more))  # type: ignore[arg-type]


def test_a_deal_with_fewer_pieces_than_a_set_needs_is_left_out_and_its_lots_too() -> None:
    three = NForPrice(id="three", name="T", on=on("a", "b"), take=3, price_minor=10)
    half = Percent(id="half", name="H", on=on("b"), percent_bp=5000)

    lots, _ = _lots(goods(100, 100), three, half)
    assert [(lot.unit.item, set(lot.deals)) for lot in lots] == [(1, {"half"})]

    lots, _ = _lots(goods(100, 100, quantity=2), three, half)
    assert [set(lot.deals) for lot in lots] == [{"three"}, {"half", "three"}]
    assert [lot.size for lot in lots] == [2, 2]


def test_a_deal_with_just_enough_pieces_stays() -> None:
    lots, _ = _lots(goods(100, 100), PAIR)

    assert [set(lot.deals) for lot in lots] == [{"pair"}, {"pair"}]


def test_a_set_that_its_pieces_beat_alone_is_left_out_of_a_part() -> None:
    dear = [AmountOff(id=name, name=name, on=on(name), amount_minor=30) for name in "ab"]

    assert _left(goods(100, 100), PAIR, *dear) == [{"a"}, {"b"}]
    assert _left(goods(110, 110), PAIR, *dear) == [{"pair", "a"}, {"pair", "b"}]


def test_a_set_that_saves_exactly_what_its_pieces_save_alone_is_left_out() -> None:
    even = [AmountOff(id=name, name=name, on=on(name), amount_minor=25) for name in "ab"]

    assert _left(goods(100, 100), PAIR, *even) == [{"a"}, {"b"}]


def test_with_several_groups_nothing_is_known_beforehand() -> None:
    dear = [AmountOff(id=name, name=name, on=on(name), amount_minor=60, group="later") for name in "ab"]

    assert _left(goods(100, 100), PAIR, *dear) == [{"pair", "a"}, {"pair", "b"}]


def test_the_best_pieces_decide_whether_a_set_can_gain() -> None:
    assert _left(goods(100, 60, 60), PAIR) == [{"pair"}] * 3
    assert _left(goods(70, 60, 60), PAIR) == [set()] * 3


def test_a_set_of_which_a_slot_stays_empty_is_left_out() -> None:
    either = AmountOff(id="x", name="X", on=ALL, amount_minor=1)

    assert _left(goods(100, quantity=2), _set(), either) == [{"x"}]
    assert _left(goods(100, 100), _set(), either) == [{"set", "x"}, {"set", "x"}]
    two = _set(parts=(Part(on=on("a"), count=2), Part(on=on("b"))))
    one_of_a = [goods(100)[0], Item(line=2, product="b", unit_price_minor=100, quantity=2)]
    assert _left(one_of_a, two, either) == [{"x"}, {"x"}]


def test_lots_without_a_common_joint_deal_are_parts_of_their_own() -> None:
    first = NForPrice(id="1", name="1", on=on("a", "c"), take=2, price_minor=10)
    second = NForPrice(id="2", name="2", on=on("b", "d"), take=2, price_minor=10)
    alone = Percent(id="p", name="P", on=ALL, percent_bp=1000)

    lots, live = _lots(goods(100, 100, 100, 100), first, second, alone)
    assert [[lot.unit.item for lot in part] for part in split(lots, live.limits)] == [[0, 2], [1, 3]]

    bridge = NForPrice(id="3", name="3", on=on("c", "d"), take=2, price_minor=10)
    lots, live = _lots(goods(100, 100, 100, 100), first, second, bridge)
    assert [[lot.unit.item for lot in part] for part in split(lots, live.limits)] == [[0, 1, 2, 3]]


def test_a_lot_that_only_deals_alone_are_left_for_is_solved_once_for_all_its_pieces() -> None:
    half = Percent(id="half", name="H", on=on("a"), percent_bp=5000)
    dear = NForPrice(id="pair", name="P", on=on("a"), take=2, price_minor=190)
    lots, live = _lots(goods(100, quantity=4), half, dear)

    (part,) = solve(lots, live, Budget(1000))

    assert (part.repeat, part.saved, part.exact) == (4, 50, True)
    assert [use.deal.id for use in part.uses] == ["half"]


def test_one_deal_without_rivals_is_settled_without_a_search() -> None:
    lots, live = _lots(goods(100, 100, 100), PAIR)
    budget = Budget(1000)

    (part,) = solve(lots, live, budget)

    assert (part.saved, part.exact, budget.steps) == (50, True, 1000)


def test_rivals_are_searched() -> None:
    other = NForPrice(id="q", name="Q", on=ALL, take=3, price_minor=190)
    lots, live = _lots(goods(100, 100, 100, 100), PAIR, other)
    budget = Budget(1000)

    (part,) = solve(lots, live, budget)

    assert (part.saved, part.exact) == (110, True)
    assert budget.steps < 1000


def test_what_is_free_of_others_takes_two_slots_and_of_the_same_one() -> None:
    same = CheapestFree(id="f", name="F", on=on("a"), buy=2)
    others = CheapestFree(id="g", name="G", on=on("a"), buy=2, free_on=on("b"))

    assert [slot.size for slot in same.slots] == [3]
    assert same.dearest_first
    assert [(slot.target, slot.size) for slot in others.slots] == [(on("a"), 2), (on("b"), 1)]
    assert not others.dearest_first
