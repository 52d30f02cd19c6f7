"""What the search may rely on: chains on one piece, ceilings, and the most that thresholds can add."""

from collections.abc import Sequence
from typing import Any

import pytest

from inventory.pricing import AmountOff, BasketThreshold, Item, NForM, Percent, price
from inventory.pricing.alone import chain
from inventory.pricing.basket import Thresholds
from inventory.pricing.goods import Part, ranks
from inventory.pricing.kinds import Piece
from inventory.pricing.limits import Limits
from inventory.pricing.search import Budget, Search
from inventory.pricing.state import Problem, State, Unit, Use
from tests.inventory.pricing.cast import ALL, goods, on, saved, terms


def _off(name: str, amount: int, **more: Any) -> AmountOff:
    return AmountOff(id=name, name=name, on=ALL, amount_minor=amount, **more)


def test_a_chain_takes_the_best_of_each_layer_at_the_price_so_far() -> None:
    half = Percent(id="h", name="H", on=ALL, percent_bp=5000)

    assert chain(Piece(100, "a"), [[_off("a", 10), _off("b", 20)], [half]]) == (
        60,
        (Use(_off("b", 20), (0,), (20,)), Use(half, (0,), (40,))),
    )
    assert chain(Piece(100, "a"), []) == (0, ())
    assert chain(Piece(1, "a"), [[_off("a", 10)]])[0] == 1


def test_a_chain_passes_over_what_may_not_follow_to_what_may() -> None:
    first, shut, other = _off("f", 30), _off("g", 20, exclusive=True), _off("h", 10)

    assert chain(Piece(100, "a"), [[first], [shut, other]])[0] == 40
    assert chain(Piece(100, "a"), [[_off("a", 0), first]])[0] == 30


def test_an_exclusive_deal_ends_a_chain() -> None:
    assert chain(Piece(100, "a"), [[_off("a", 30, exclusive=True)], [_off("b", 20)]])[0] == 30
    assert chain(Piece(100, "a"), [[_off("a", 10, exclusive=True)], [_off("b", 20)]])[0] == 20


def _thresholds(items: Sequence[Item], *rules: BasketThreshold, dealt: frozenset[int]) -> Thresholds:
    gross = [item.gross_minor for item in items]
    return Thresholds(items, gross, [(rule, rule.limit) for rule in rules], ranks(("basket",)), dealt)


def _total(minimum: int, name: str = "t", **more: Any) -> BasketThreshold:
    return BasketThreshold(id=name, name="T", minimum_minor=minimum, **more)


def test_a_percentage_on_all_goods_with_deals_is_bounded_by_what_deals_leave() -> None:
    found = _thresholds(goods(600, 400), _total(0, percent_bp=1000), dealt=frozenset({0}))

    assert [found.ceiling(saving) for saving in (0, 100, 1000, 1100)] == [100, 90, 0, 0]
    assert found.most(100) == 190


def test_a_percentage_on_other_goods_is_bounded_by_their_price() -> None:
    found = _thresholds(goods(600, 400), _total(0, percent_bp=1000, on=on("b")), dealt=frozenset({0}))

    assert (found.ceiling(0), found.ceiling(500), found.most(500)) == (40, 40, 540)


def test_thresholds_that_exclude_each_other_are_bounded_by_the_greatest_others_by_the_sum() -> None:
    a, b = _total(0, "a", amount_minor=50, on=on("a")), _total(0, "b", amount_minor=60, on=on("b"))
    wide = _total(0, "w", amount_minor=70)
    other = _total(0, "o", amount_minor=5, group="coupons")

    assert _thresholds(goods(600, 400), a, wide, dealt=frozenset()).ceiling(0) == 70
    assert _thresholds(goods(600, 400), a, b, dealt=frozenset()).ceiling(0) == 110
    assert _thresholds(goods(600, 400), a, wide, other, dealt=frozenset()).ceiling(0) == 75


def test_only_one_percentage_lessens_with_what_deals_save() -> None:
    rules = [_total(0, name, percent_bp=1000, group=name) for name in "ab"]

    assert _thresholds(goods(1000), *rules, dealt=frozenset({0})).ceiling(500) == 100 + 50


def test_a_threshold_that_deals_put_out_of_reach_counts_only_if_they_save_less() -> None:
    found = _thresholds(goods(600, 400), _total(900, amount_minor=30), dealt=frozenset({0, 1}))

    assert found.most(100) == 130
    assert found.most(101) == max(101, 100 + 30)
    assert found.most(500) == 500
    before = _thresholds(
        goods(600, 400), _total(900, amount_minor=30, counts_before_offers=True), dealt=frozenset({0, 1})
    )
    assert before.most(500) == 530
    some_goods = _thresholds(goods(600, 400), _total(390, amount_minor=30, on=on("b")), dealt=frozenset({0, 1}))
    assert some_goods.most(500) == 530


def test_a_threshold_never_reached_is_not_within_reach() -> None:
    assert _thresholds(goods(600), _total(601, amount_minor=5), dealt=frozenset()).reach == []


def test_what_a_threshold_lacks_counts_what_deals_took() -> None:
    items = goods(600, 400)
    use = Use(_off("x", 50), (0,), (50,))
    part = Part((Unit(0, Piece(600, "a"), (), frozenset({"x"})),), (use,), 1, 50, True)
    step = _total(500, "r", amount_minor=10, repeats=True, group="coupons")
    found = _thresholds(items, _total(980, amount_minor=30), step, dealt=frozenset({0}))

    rewards = found.best([part])

    assert [(reward.rule.id, reward.times, reward.saved) for reward in rewards] == [("r", 1, 10)]
    assert found.missed([part], rewards) == [((0, 1), 30), ((0, 1), 50)]
    assert found.missed([], found.best([])) == []


@pytest.mark.parametrize(("count", "steps"), [(2, 7), (4, 18), (6, 33)])
def test_bounds_and_likeness_keep_the_search_short(count: int, steps: int) -> None:
    rule = NForM(id="n", name="N", on=ALL, take=2, pay=1)
    other = AmountOff(id="o", name="O", on=on("p0"), amount_minor=45)
    limits = Limits()
    limits.note(rule, None)
    limits.note(other, None)
    units = [
        Unit(k, Piece(100, f"p{k}"), (), frozenset({"n", "o"} if k == 0 else {"n"}))
        for k in range(count)
        for _ in (0, 1)
    ]
    problem = Problem(units, [[rule, other]], limits)

    run = Search(problem, State(problem), Budget(steps))

    assert run.proven
    assert run.best.saved == 100 * count


def test_a_saving_of_one_minor_unit_is_a_saving() -> None:
    assert saved(goods(100), _off("a", 1)) == 1
    assert saved(goods(2, 1), NForM(id="n", name="N", on=ALL, take=2, pay=1)) == 1
    assert saved(goods(100), _total(100, amount_minor=1)) == 1
    assert saved(goods(100, 100), _off("a", 1, limit=1), Percent(id="p", name="P", on=on("b"), percent_bp=100)) == 2
    assert price(goods(100), terms(_off("a", 1), _total(99, amount_minor=1))).exact
