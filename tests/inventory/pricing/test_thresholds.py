"""Promotions on what the basket comes to, and how they live with promotions on pieces."""

from typing import Any

from inventory.pricing import AmountOff, BasketThreshold, Item, NForM, Percent, price
from tests.inventory.pricing.cast import ALL, by_line, goods, on, saved, terms


def threshold(minimum: int, off: int, **more: Any) -> BasketThreshold:
    """An amount off from a minimum."""
    usual: dict[str, Any] = {"id": f"t{minimum}", "name": "T", "minimum_minor": minimum, "amount_minor": off}
    return BasketThreshold(**(usual | more))


def test_a_threshold_is_reached_at_its_minimum() -> None:
    assert saved(goods(600, 399), threshold(1000, 100)) == 0
    assert saved(goods(600, 400), threshold(1000, 100)) == 100


def test_its_reward_is_shared_by_what_its_goods_cost() -> None:
    priced = price(goods(600, 300, 101), terms(threshold(1000, 100)))

    assert by_line(priced) == [60, 30, 10]
    assert priced.applied[0].times == 1


def test_a_percentage_is_of_what_is_left_after_offers() -> None:
    rule = BasketThreshold(id="t", name="T", minimum_minor=500, percent_bp=1000)

    assert saved(goods(600), rule, AmountOff(id="a", name="A", on=ALL, amount_minor=95)) == 95 + 51


def test_a_repeated_amount_comes_off_for_each_full_minimum_up_to_the_limit() -> None:
    assert saved(goods(999), threshold(500, 50, repeats=True)) == 50
    assert saved(goods(1500), threshold(500, 50, repeats=True)) == 150
    assert saved(goods(1500), threshold(500, 50, repeats=True, limit=2)) == 100
    assert price(goods(1500), terms(threshold(500, 50, repeats=True))).applied[0].times == 3


def test_a_reward_is_never_more_than_its_goods_cost() -> None:
    assert saved(goods(30), threshold(0, 50)) == 30
    assert saved([], threshold(0, 50)) == 0


def test_only_its_own_goods_count_and_get_the_reward() -> None:
    items = [*goods(600, 600), Item(line=9, product="a", unit_price_minor=500, discountable=False)]

    assert saved(items, threshold(700, 100, on=on("a"))) == 0
    assert by_line(price(items, terms(threshold(600, 100, on=on("a"))))) == [100, 0, 0]


def test_a_total_may_count_before_offers() -> None:
    offer = AmountOff(id="a", name="A", on=ALL, amount_minor=300)

    assert saved(goods(1000), offer, threshold(1000, 100, counts_before_offers=True)) == 400


def test_an_offer_is_given_up_to_reach_a_threshold_that_gives_more() -> None:
    offer = AmountOff(id="a", name="A", on=ALL, amount_minor=30)

    assert saved(goods(1000), offer, threshold(1000, 100)) == 100
    assert saved(goods(1000), offer, threshold(1000, 20)) == 30
    assert saved(goods(1000), offer, threshold(1000, 30)) == 30


def test_the_least_of_the_offers_is_given_up() -> None:
    offers = [AmountOff(id=name, name=name, on=on(name), amount_minor=off) for name, off in (("a", 50), ("b", 20))]

    priced = price(goods(500, 520), terms(*offers, threshold(970, 200)))

    assert priced.totals.discount == 250
    assert priced.exact


def test_the_better_of_two_thresholds_in_a_group_counts() -> None:
    assert saved(goods(1200), threshold(500, 50), threshold(1000, 120)) == 120
    assert saved(goods(900), threshold(500, 50), threshold(1000, 120)) == 50
    assert saved(goods(600, 600), threshold(500, 50, on=on("a")), threshold(600, 60, on=on("b"))) == 110


def test_thresholds_of_different_groups_combine() -> None:
    coupon = BasketThreshold(id="c", name="C", minimum_minor=100, percent_bp=1000, group="coupons", coupon="TEN")

    assert saved(goods(1000), coupon, threshold(900, 100), coupons=("TEN",)) == 200
    assert saved(goods(1000), coupon, threshold(901, 100), coupons=("TEN",)) == 100
    assert saved(goods(1000), coupon, threshold(901, 101), coupons=("TEN",)) == 101
    assert saved(goods(1000), coupon, threshold(900, 100)) == 100


def test_an_exclusive_threshold_shares_its_goods_with_none() -> None:
    alone = threshold(1000, 90, exclusive=True)
    coupon = BasketThreshold(id="c", name="C", minimum_minor=0, percent_bp=500, group="coupons")

    assert saved(goods(1000), alone, coupon) == 90
    assert saved(goods(1000, 500), alone, AmountOff(id="a", name="A", on=on("b"), amount_minor=50)) == 140
    assert saved(goods(1000), alone, AmountOff(id="a", name="A", on=ALL, amount_minor=95)) == 95


def test_goods_under_an_exclusive_offer_neither_count_nor_get_the_reward() -> None:
    offer = AmountOff(id="a", name="A", on=on("a"), amount_minor=200, exclusive=True)

    assert by_line(price(goods(600, 600), terms(offer, threshold(700, 150)))) == [200, 0]
    assert by_line(price(goods(600, 600), terms(offer, threshold(600, 150)))) == [200, 150]
    assert by_line(price(goods(600, 600), terms(offer, threshold(1200, 250)))) == [125, 125]


def test_pieces_of_a_line_that_serve_no_exclusive_offer_count() -> None:
    offer = NForM(id="a", name="A", on=ALL, take=3, pay=2, exclusive=True)

    assert saved(goods(300, quantity=4), offer, threshold(300, 50)) == 350
    assert saved(goods(300, quantity=4), offer, threshold(301, 50)) == 300


def test_a_threshold_in_the_group_of_an_offer_leaves_its_pieces_alone() -> None:
    offer = AmountOff(id="a", name="A", on=on("a"), amount_minor=100)

    assert by_line(price(goods(600, 600), terms(offer, threshold(600, 60, group="offers")))) == [100, 60]


def test_members_and_coupons_and_dates_hold_for_thresholds_too() -> None:
    rule = threshold(500, 50, members_only=True, coupon="TEN")

    assert saved(goods(600), rule, member=True) == 0
    assert saved(goods(600), rule, coupons=("TEN",)) == 0
    assert saved(goods(600), rule, member=True, coupons=("TEN",)) == 50


def test_of_many_thresholds_those_that_can_save_most_are_tried_and_the_result_says_so() -> None:
    rules = [threshold(100 + k, 10 + k, group=f"g{k}", on=on("a")) for k in range(12)]

    priced = price(goods(5000), terms(*rules))

    assert not priced.exact
    assert priced.totals.discount == sum(10 + k for k in range(4, 12))


def test_a_large_basket_still_tries_the_alternatives() -> None:
    items = goods(*range(100, 126), quantity=2)
    total = sum(item.gross_minor for item in items)
    tiny = AmountOff(id="a", name="A", on=on("a"), amount_minor=5)
    keep = AmountOff(id="k", name="K", on=on("k"), amount_minor=9)

    assert saved(items, tiny, keep, threshold(total - 18, 400)) == 418
    assert saved(items, tiny, keep, threshold(total, 400)) == 400
    assert saved(items, tiny, threshold(total, 9)) == 10


def test_a_large_basket_goes_without_an_exclusive_offer_that_shuts_goods_out() -> None:
    items = goods(*range(100, 126), quantity=2)
    total = sum(item.gross_minor for item in items)
    shut = AmountOff(id="a", name="A", on=on("a"), amount_minor=5, exclusive=True)
    rule = Percent(id="k", name="K", on=on("k"), percent_bp=1000)

    assert saved(items, shut, rule, threshold(total - 22, 400)) == 422
