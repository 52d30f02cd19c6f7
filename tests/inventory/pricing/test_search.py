"""The best combination: examples where the first choice is the wrong one, and what happens beyond the bounds."""

from msgspec.structs import replace

from inventory.pricing import (
    AmountOff,
    FixedPrice,
    Item,
    MixAndMatch,
    NForM,
    NForPrice,
    Part,
    Percent,
    Promotion,
    Promotions,
    price,
)
from inventory.pricing.bounds import Bounds
from inventory.pricing.goods import Live, solve
from inventory.pricing.goods import Part as Solution
from inventory.pricing.greedy import greedy
from inventory.pricing.kinds import Piece
from inventory.pricing.limits import Limits
from inventory.pricing.memo import Memo
from inventory.pricing.search import Budget, Search
from inventory.pricing.state import Problem, State, Unit
from tests.inventory.pricing.cast import ALL, by_line, goods, on, saved, terms


def test_the_best_set_is_not_taken_if_its_pieces_save_more_apart() -> None:
    pair = NForPrice(id="p", name="P", on=on("a", "b"), take=2, price_minor=150)
    better = [Percent(id=f"q{name}", name="Q", on=on(name), percent_bp=3000) for name in "ab"]

    assert saved(goods(100, 100), pair, *better) == 60
    assert saved(goods(130, 100), pair, *better) == 80


def test_two_sets_that_fit_together_beat_the_greatest_one() -> None:
    middle = MixAndMatch(id="m", name="M", parts=(Part(on=on("b")), Part(on=on("c"))), amount_minor=50)
    left = MixAndMatch(id="l", name="L", parts=(Part(on=on("a")), Part(on=on("b"))), amount_minor=40)
    right = MixAndMatch(id="r", name="R", parts=(Part(on=on("c")), Part(on=on("d"))), amount_minor=40)

    priced = price(goods(100, 100, 100, 100), terms(middle, left, right))

    assert priced.totals.discount == 80
    assert priced.exact


def test_a_limited_deal_goes_where_no_other_saves() -> None:
    once = Percent(id="o", name="O", on=ALL, percent_bp=5000, limit=1)
    other = Percent(id="x", name="X", on=on("a"), percent_bp=4000)

    assert saved(goods(200, 100), once, other) == 80 + 50


def test_a_saving_in_an_early_group_may_cost_more_in_a_later_one() -> None:
    dear = AmountOff(id="a", name="A", on=on("b"), amount_minor=10)
    either = NForPrice(id="e", name="E", on=ALL, take=2, price_minor=189)
    half = Percent(id="h", name="H", on=on("a"), percent_bp=5000, group="coupons")

    assert saved(goods(100, 100), dear, either, half) == 10 + 50


def test_the_same_goods_on_one_line_or_on_several_cost_the_same() -> None:
    rules: list[Promotion] = [
        NForM(id="p", name="P", on=ALL, take=3, pay=2),
        NForPrice(id="q", name="Q", on=ALL, take=2, price_minor=150),
    ]
    together = [Item(line=1, product="a", quantity=7, unit_price_minor=90)]
    apart = [Item(line=k, product="a", unit_price_minor=90) for k in range(7)]

    assert saved(together, *rules) == saved(apart, *rules) == 2 * 90


def test_a_basket_beyond_the_bounds_is_priced_well_and_says_that_it_is_not_proven() -> None:
    items = [Item(line=k, product=f"p{k % 7}", quantity=3, unit_price_minor=100 + 37 * k) for k in range(30)]
    rules: list[Promotion] = [
        NForM(id="a", name="A", on=ALL, take=3, pay=2),
        NForPrice(id="b", name="B", on=ALL, take=4, price_minor=2000),
        FixedPrice(id="c", name="C", on=ALL, price_minor=900),
    ]

    priced = price(items, terms(*rules))

    assert not priced.exact
    assert priced.totals.discount >= max(saved(items, rule) for rule in rules)


def test_one_deal_alone_is_proven_whatever_the_size() -> None:
    items = [Item(line=k, product=f"p{k % 7}", quantity=3, unit_price_minor=100 + 37 * k) for k in range(30)]

    assert price(items, terms(NForM(id="a", name="A", on=ALL, take=3, pay=2))).exact


def _problem(*prices: int) -> Problem:
    rule = NForM(id="n", name="N", on=ALL, take=2, pay=1)
    coupon = Percent(id="c", name="C", on=ALL, percent_bp=5000, group="coupons")
    limits = Limits()
    limits.note(rule, None)
    limits.note(coupon, 1)
    units = [Unit(k, Piece(price, f"p{k}"), (), frozenset({"n", "c"})) for k, price in enumerate(prices)]
    return Problem(units, [[rule], [coupon]], limits)


def test_a_search_without_steps_keeps_what_it_started_with_and_proves_nothing() -> None:
    problem = _problem(100, 90, 80)

    run = Search(problem, State(problem), Budget(0))

    assert not run.proven
    assert run.best.saved == 0


def test_a_search_with_steps_finds_the_best_from_nothing() -> None:
    problem = _problem(100, 90, 80)

    run = Search(problem, State(problem), Budget(1000))

    assert run.proven
    assert run.best.saved == 90 + 40
    assert greedy(problem).saved <= run.best.saved


def test_only_what_beats_the_floor_is_taken() -> None:
    problem = _problem(100, 90, 80)

    assert Search(problem, State(problem), Budget(1000), floor=130).best.saved == 0
    assert Search(problem, State(problem), Budget(1000), floor=129).best.saved == 130


def test_a_state_taken_back_is_the_state_before() -> None:
    problem = _problem(100, 90, 80)
    state = State(problem)
    rule, coupon = problem.layers[0][0], problem.layers[1][0]

    state.apply(rule, (0, 1), 90)
    state.apply(coupon, (2,), 40)
    state.undo()
    state.undo()

    assert (state.saved, state.uses, state.pieces) == (0, [], [unit.piece for unit in problem.units])
    assert (state.served, state.locked, state.left) == ([0, 0, 0], [False] * 3, {"n": None, "c": 1})


def test_an_exclusive_set_locks_its_pieces() -> None:
    problem = _problem(100, 90, 80)
    state = State(problem)
    rule = replace(problem.layers[0][0], exclusive=True)

    state.apply(rule, (0, 1), 90)

    assert state.locked == [True, True, False]
    assert state.order() == [2]
    assert not state.may(problem.layers[1][0], 0)
    assert state.may(replace(problem.layers[1][0], exclusive=True), 2)


def test_a_bound_counts_pieces_once_a_group_and_limited_deals_as_often_as_they_are_left() -> None:
    problem = _problem(100, 90, 80)
    bounds = Bounds(problem)
    state = State(problem)

    assert bounds.open(state) == 50 + 45 + 40 + 50
    bounds.decide(0, [0])
    assert bounds.open(state) == 45 + 40 + 50
    state.apply(problem.layers[1][0], (0,), 50)
    assert bounds.open(state) == 45 + 40
    bounds.reopen(0, [0])
    assert bounds.open(state) == 50 + 45 + 40


def test_what_was_solved_before_changes_no_price() -> None:
    rules: list[Promotion] = [
        NForM(id="a", name="A", on=ALL, take=3, pay=2),
        NForPrice(id="b", name="B", on=on("a", "c"), take=2, price_minor=260),
        Percent(id="c", name="C", on=ALL, percent_bp=2000, coupon="TEN", limit=2),
    ]
    index = Promotions(rules)
    baskets = [goods(*(90 + 31 * k for k in range(count))) for count in range(6)]
    shops = [terms(promotions=index, coupons=("TEN",) * coupons) for coupons in range(3)]

    cold = [price(items, replace(shop, promotions=rules)) for shop in shops for items in baskets]
    first = [price(items, shop) for shop in shops for items in baskets]
    again = [price(items[::-1], shop) for shop in shops for items in baskets]

    assert first == cold
    assert [priced.totals for priced in again] == [priced.totals for priced in cold]


def test_a_known_part_takes_the_steps_that_finding_it_took() -> None:
    rules: list[Promotion] = [
        NForM(id="a", name="A", on=ALL, take=3, pay=2),
        NForPrice(id="b", name="B", on=on("a", "c"), take=2, price_minor=260),
    ]
    shop = terms(promotions=Promotions(rules))
    assert isinstance(shop.promotions, Promotions)

    left = []
    for _ in range(2):
        live = Live(shop, shop.promotions, {})
        budget = Budget(1000)
        solve(live.lots(goods(100, 140, 160, 170)), live, budget)
        left.append(budget.steps)
    live, poor = Live(shop, shop.promotions, {}), Budget(1)
    unproven = solve(live.lots(goods(100, 140, 160, 170)), live, poor)

    assert left[0] == left[1] < 1000
    assert not unproven[0].exact


def test_what_was_not_proven_is_known_for_as_many_steps_only() -> None:
    rules: list[Promotion] = [
        NForM(id="a", name="A", on=ALL, take=3, pay=2),
        NForPrice(id="b", name="B", on=on("a", "c"), take=2, price_minor=260),
    ]
    index = Promotions(rules)

    def run(steps: int, book: Promotions) -> tuple[list[Solution], int]:
        live, budget = Live(terms(promotions=book), book, {}), Budget(steps)
        return solve(live.lots(goods(100, 140, 160, 170)), live, budget), budget.steps

    for steps in (0, 1, 2, 1, 0, -3, 1000, 1, 1000):
        fresh, left = run(steps, Promotions(rules))
        assert run(steps, index) == (fresh, left)
        assert fresh[0].exact == (steps == 1000)


def test_what_is_known_of_a_part_fits_the_same_goods_on_other_lines() -> None:
    index = Promotions(
        [NForM(id="a", name="A", on=ALL, take=2, pay=1), NForM(id="b", name="B", on=on("a"), take=3, pay=1)]
    )
    shop = terms(promotions=index)
    few = goods(100, 140, 160)
    price(few, shop)

    first = Item(line=9, product="z", unit_price_minor=5, discountable=False)
    behind = price([first, *few], shop)

    assert behind.lines[1:] == price(few, terms(promotions=index.rules)).lines
    assert sum(by_line(behind)) > 0


def test_one_shoppers_limits_are_no_other_ones() -> None:
    index = Promotions([NForM(id="a", name="A", on=ALL, take=3, pay=2)])
    index.limits().note(Percent(id="mine", name="M", on=ALL, percent_bp=100), 1)

    assert index.limits().times == {"a": None}
    assert index.limits().joint == {"a"}


def test_a_memo_forgets_all_when_it_is_full() -> None:
    memo = Memo(2)

    for key in "abc":
        memo.keep(key, key.upper())

    assert [memo.get(key) for key in "abc"] == [None, None, "C"]
    memo.clear()
    assert memo.get("c") is None
