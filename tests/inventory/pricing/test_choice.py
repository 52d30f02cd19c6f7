"""Which deals are given up for a threshold in a basket too large to search, and what is then claimed."""

import pytest

from inventory.pricing import (
    AmountOff,
    BasketThreshold,
    CheapestFree,
    FixedPrice,
    Item,
    Percent,
    Promotion,
    Promotions,
    Window,
    price,
    promotion_from,
)
from inventory.pricing import choice as choosing
from inventory.pricing.errors import PricingError
from inventory.pricing.goods import Live
from tests.inventory.pricing.cast import ALL, NOW, by_line, goods, on, saved, terms

MANY = goods(*range(100, 126), quantity=2)
TOTAL = sum(item.gross_minor for item in MANY)
A = AmountOff(id="a", name="A", on=on("a"), amount_minor=5)
K = AmountOff(id="k", name="K", on=on("k"), amount_minor=9)
Z = AmountOff(id="z", name="Z", on=on("z"), amount_minor=20)

IDLE = AmountOff(id="0", name="Idle", on=ALL, amount_minor=0)  # makes every piece one with a deal: too many to search


def _reward(minimum: int, off: int = 400) -> BasketThreshold:
    return BasketThreshold(id="t", name="T", minimum_minor=minimum, amount_minor=off)


def test_one_deal_that_is_enough_is_given_up_rather_than_two() -> None:
    assert saved(MANY, IDLE, A, K, _reward(TOTAL - 13)) == 400 + 10


def test_several_small_deals_are_given_up_rather_than_a_great_one() -> None:
    assert saved(MANY, IDLE, A, K, Z, _reward(TOTAL - 43)) == 400 + 40
    assert saved(MANY, IDLE, A, K, Z, _reward(TOTAL - 51)) == 400 + 40 + 10


def test_the_least_deal_that_is_enough_counts_all_pieces_of_its_line() -> None:
    apples = Item(line=99, product="apples", weight_g=1000, unit_price_minor=300)
    deal = FixedPrice(id="w", name="W", on=on("apples"), price_minor=292)

    assert saved([*MANY, apples], IDLE, A, deal, _reward(TOTAL + 300 - 11)) == 400 + 10


def test_a_threshold_that_gives_less_than_it_costs_is_left_alone() -> None:
    assert saved(MANY, IDLE, A, K, _reward(TOTAL, 27)) == 28
    assert saved(MANY, IDLE, A, K, _reward(TOTAL, 29)) == 29


def test_steps_are_shared_out_by_lines_with_deals() -> None:
    book = Promotions([Percent(id="p", name="P", on=ALL, percent_bp=1000)])
    lots = Live(terms(promotions=book), book, {}).lots(MANY[:9])

    assert choosing._budget(lots).steps == choosing.STEPS // 10


def test_a_search_cut_short_is_not_called_proven(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "STEPS", 0)
    limited = Percent(id="p", name="P", on=ALL, percent_bp=1000, limit=1)
    other = AmountOff(id="q", name="Q", on=on("a"), amount_minor=10)

    priced = price(goods(100, 300), terms(limited, other, _reward(365, 15)))

    assert not priced.exact


def test_pieces_under_several_deals_are_closed_to_a_threshold_of_any_of_their_groups() -> None:
    offer = AmountOff(id="a", name="A", on=on("a"), amount_minor=100)
    coupon = AmountOff(id="c", name="C", on=on("a"), amount_minor=90, group="coupons")
    rule = BasketThreshold(id="t", name="T", minimum_minor=600, amount_minor=60, group="coupons")

    assert by_line(price(goods(600, 600), terms(offer, coupon, rule))) == [190, 60]


def test_all_pieces_of_a_line_under_an_exclusive_offer_are_closed_to_a_threshold() -> None:
    offer = AmountOff(id="a", name="A", on=on("a"), amount_minor=200, exclusive=True)
    items = [
        Item(line=1, product="a", quantity=3, unit_price_minor=300),
        Item(line=2, product="b", unit_price_minor=600),
    ]

    assert by_line(price(items, terms(offer, _reward(601, 150)))) == [600, 0]
    assert by_line(price(items, terms(offer, _reward(600, 150)))) == [600, 150]


def test_figures_at_the_edge_are_taken_and_past_it_refused() -> None:
    for fine in (
        {"kind": "amount", "amount_minor": 0, "limit": 1000},
        {"kind": "percent", "percent_bp": 0},
        {"kind": "percent", "percent_bp": 10000, "name": "P" * 200},
    ):
        assert promotion_from({"id": "p", "name": "P"} | fine).id == "p"
    for wrong in ({"limit": 1001}, {"coupon_uses": 0}, {"name": "P" * 201}, {"id": ""}, {"percent_bp": -1}):
        with pytest.raises(PricingError) as refused:
            promotion_from({"kind": "percent", "id": "p", "name": "P", "percent_bp": 1} | wrong)
        assert str(refused.value) == refused.value.detail


def test_a_window_is_open_on_every_day_unless_it_names_some() -> None:
    assert all(Window().holds(NOW.replace(day=day)) for day in range(1, 8))
    for day in range(1, 8):
        with pytest.raises(PricingError):
            promotion_from(
                {"kind": "percent", "id": "p", "name": "P", "percent_bp": 1, "windows": [{"weekdays": [day, day * 8]}]}
            )


def test_promotions_are_live_or_not() -> None:
    rule = Percent(id="p", name="P", on=ALL, percent_bp=1, starts_at=NOW, ends_at=NOW)

    assert rule.live(NOW) is False
    assert Percent(id="p", name="P", on=ALL, percent_bp=1).live(NOW) is True
    assert not terms(rule).member


def test_equal_goods_at_other_tax_rates_cost_the_same_in_any_order() -> None:
    """The odd cent of a shared saving goes to the same line, or tax on top would come to another total."""
    rules: list[Promotion] = [CheapestFree(id="p", name="P", on=ALL, buy=1), _reward(50, 9)]
    rates = (0, 500)
    items = [Item(line=k, product="a", unit_price_minor=99, tax_rate_bp=rate) for k, rate in enumerate(rates)]

    for rule in rules:
        shop = terms(rule, tax_inclusive=False)
        assert price(items, shop).totals == price(items[::-1], shop).totals
