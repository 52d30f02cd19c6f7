"""When a promotion counts, for whom, how often, and beside which others."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any

import pytest

from inventory.pricing import (
    AmountOff,
    FixedPrice,
    Item,
    NForM,
    Percent,
    PricingError,
    Promotion,
    Promotions,
    Target,
    Window,
    price,
)
from tests.inventory.pricing.cast import ALL, NOW, by_line, goods, on, saved, terms

HALF: dict[str, Any] = {"id": "p", "name": "P", "on": ALL, "percent_bp": 5000}
SECOND = timedelta(seconds=1)


@dataclass
class Case:
    """A weekday (1 is Monday), a clock, and whether the window is open then."""

    weekday: int
    clock: str
    holds: bool


def test_a_promotion_counts_from_its_start_up_to_not_with_its_end() -> None:
    rule = Percent(**HALF, starts_at=NOW, ends_at=NOW + SECOND)

    assert saved(goods(100), rule, now=NOW - SECOND) == 0
    assert saved(goods(100), rule, now=NOW) == 50
    assert saved(goods(100), rule, now=NOW + SECOND) == 0


def test_dates_are_points_in_time_whatever_the_time_zone() -> None:
    rule = Percent(**HALF, starts_at=NOW)
    there = timezone(timedelta(hours=-5))

    assert saved(goods(100), rule, now=NOW.astimezone(there)) == 50


@pytest.mark.parametrize("field", ["starts_at", "ends_at"])
def test_a_date_without_offset_is_refused(field: str) -> None:
    bare: dict[str, Any] = {field: datetime(2026, 1, 1)}  # noqa: DTZ001

    with pytest.raises(PricingError, match="offset"):
        Percent(**HALF, **bare)


@pytest.mark.parametrize(
    "case",
    [
        Case(2, "16:59", False),
        Case(2, "17:00", True),
        Case(2, "18:59", True),
        Case(2, "19:00", False),
        Case(3, "17:00", False),
    ],
)
def test_happy_hour_is_open_on_its_weekdays_from_start_to_end(case: Case) -> None:
    window = Window(weekdays=frozenset({2}), start=time(17), end=time(19))

    assert window.holds(_at(case)) is case.holds


@pytest.mark.parametrize(
    "case",
    [
        Case(7, "21:59", False),
        Case(7, "22:00", True),
        Case(1, "01:59", True),
        Case(1, "02:00", False),
        Case(1, "22:00", False),
        Case(7, "01:00", False),
    ],
)
def test_a_window_over_midnight_belongs_to_the_day_it_began_on(case: Case) -> None:
    window = Window(weekdays=frozenset({7}), start=time(22), end=time(2))

    assert window.holds(_at(case)) is case.holds


def test_a_window_without_hours_is_open_all_day() -> None:
    window = Window(weekdays=frozenset({2}))

    assert window.holds(_at(Case(2, "00:00", True)))
    assert window.holds(_at(Case(2, "23:59", True)))
    assert not window.holds(_at(Case(3, "00:00", False)))


def test_a_promotion_counts_in_any_of_its_windows() -> None:
    windows = (Window(weekdays=frozenset({1})), Window(weekdays=frozenset({2}), start=time(9), end=time(10)))
    rule = Percent(**HALF, windows=windows)

    assert saved(goods(100), rule) == 50
    assert saved(goods(100), rule, now=NOW.replace(hour=10)) == 0


def test_a_member_promotion_is_for_members() -> None:
    rule = Percent(**HALF, members_only=True)

    assert saved(goods(100), rule) == 0
    assert saved(goods(100), rule, member=True) == 50


def test_a_member_price_of_an_item_is_a_saving_with_a_reason() -> None:
    items = [Item(line=1, product="a", unit_price_minor=300, quantity=2, member_price_minor=250)]

    priced = price(items, terms(member=True, member_price_name="Club price"))

    assert by_line(priced) == [100]
    assert priced.lines[0].savings[0].name == "Club price"
    assert priced.lines[0].savings[0].why == "special price 2.50, for members"
    assert saved(items) == 0


def test_a_member_price_and_an_offer_in_the_same_group_give_the_better_one() -> None:
    items = [Item(line=1, product="a", unit_price_minor=300, member_price_minor=250)]

    assert saved(items, FixedPrice(id="p", name="P", on=ALL, price_minor=200), member=True) == 100
    assert saved(items, FixedPrice(id="p", name="P", on=ALL, price_minor=260), member=True) == 50


def test_a_coupon_counts_once_for_each_one_presented() -> None:
    rule = Percent(**HALF, coupon="TEN")

    assert saved(goods(100, 80, 60), rule) == 0
    assert saved(goods(100, 80, 60), rule, coupons=("TEN",)) == 50
    assert saved(goods(100, 80, 60), rule, coupons=("TEN", "OTHER", "TEN")) == 90


def test_a_coupon_can_serve_several_times_up_to_the_limit() -> None:
    twice = Percent(**HALF, coupon="TEN", coupon_uses=2)
    capped = Percent(**HALF, coupon="TEN", coupon_uses=2, limit=3)

    assert saved(goods(100, 80, 60, 40), twice, coupons=("TEN",)) == 90
    assert saved(goods(100, 80, 60, 40), capped, coupons=("TEN", "TEN")) == 120
    assert capped.times(False, {"TEN": 1}) == 2


def test_a_coupon_without_end_serves_the_whole_basket_up_to_the_limit() -> None:
    rule = Percent(**HALF, coupon="TEN", coupon_uses=None)
    capped = Percent(**HALF, coupon="TEN", coupon_uses=None, limit=1)

    assert saved(goods(100, 80, quantity=3), rule, coupons=("TEN",)) == 270
    assert saved(goods(100, 80, quantity=3), capped, coupons=("TEN",)) == 50
    assert saved(goods(100, 80, quantity=3), capped) == 0


def test_the_basket_says_how_many_coupons_it_used_up() -> None:
    rule = Percent(**HALF, coupon="TEN", coupon_uses=2)

    applied = price(goods(100, 80, 60), terms(rule, coupons=("TEN", "TEN", "TEN"))).applied[0]

    assert (applied.coupon, applied.times, applied.coupons_used) == ("TEN", 3, 2)
    assert Percent(**HALF, coupon="TEN", coupon_uses=None).coupons_for(7) == 1
    assert Percent(**HALF).coupons_for(7) == 0


def test_a_limit_bounds_the_sets_of_a_basket_and_takes_the_best() -> None:
    rule = NForM(id="p", name="P", on=ALL, take=2, pay=1, limit=2)

    assert saved(goods(90, 80, 70, 60, 50, 40), rule) == 80 + 60


def test_within_a_group_a_piece_serves_one_promotion_the_better_one() -> None:
    percent = Percent(id="p", name="P", on=ALL, percent_bp=1000)
    amount = AmountOff(id="q", name="Q", on=ALL, amount_minor=20)

    assert saved(goods(300, 100), percent, amount) == 30 + 20


def test_groups_combine_in_the_order_of_the_terms() -> None:
    percent = Percent(id="p", name="P", on=ALL, percent_bp=5000, group="coupons")
    amount = AmountOff(id="q", name="Q", on=ALL, amount_minor=20, group="offers")

    assert saved(goods(100), percent, amount) == 20 + 40
    assert saved(goods(100), percent, amount, groups=("coupons", "offers")) == 50 + 20


def test_groups_that_the_terms_do_not_name_come_last_by_name() -> None:
    percent = Percent(id="p", name="P", on=ALL, percent_bp=5000, group="zoo")
    amount = AmountOff(id="q", name="Q", on=ALL, amount_minor=20, group="ant")

    assert saved(goods(100), percent, amount) == 60
    assert saved(goods(100), percent, amount, groups=("zoo",)) == 70


def test_an_exclusive_promotion_suffers_no_other_on_its_pieces() -> None:
    offer = AmountOff(id="q", name="Q", on=on("a"), amount_minor=20, exclusive=True)
    coupon = Percent(id="p", name="P", on=ALL, percent_bp=1000, group="coupons")

    assert by_line(price(goods(100, 100), terms(offer, coupon))) == [20, 10]


def test_two_that_combine_beat_an_exclusive_one_that_saves_less_than_both() -> None:
    offer = AmountOff(id="q", name="Q", on=ALL, amount_minor=20, exclusive=True)
    other = AmountOff(id="r", name="R", on=ALL, amount_minor=15)
    coupon = Percent(id="p", name="P", on=ALL, percent_bp=2000, group="coupons")

    assert saved(goods(100), offer, other, coupon) == 15 + 17


def test_an_exclusive_promotion_of_a_later_group_waits_for_pieces_that_nothing_served() -> None:
    offer = AmountOff(id="q", name="Q", on=on("a"), amount_minor=20)
    coupon = Percent(id="p", name="P", on=ALL, percent_bp=1000, group="coupons", exclusive=True)

    assert by_line(price(goods(100, 100), terms(offer, coupon))) == [20, 10]


def test_goods_that_are_not_discountable_take_part_in_nothing() -> None:
    items = [Item(line=1, product="a", unit_price_minor=100, discountable=False, member_price_minor=50)]

    assert saved(items, Percent(**HALF), member=True) == 0


def test_targets_name_products_and_groups_and_exceptions() -> None:
    target = Target(products=frozenset({"a"}), groups=frozenset({"g"}), but_not_products=frozenset({"b"}))

    assert target.holds("a", ())
    assert target.holds("c", ("x", "g"))
    assert not target.holds("c", ("x",))
    assert not target.holds("b", ("g",))
    assert not Target(everything=True, but_not_groups=frozenset({"g"})).holds("a", ("g",))


def test_two_promotions_with_one_id_are_refused() -> None:
    with pytest.raises(PricingError, match="same id") as refused:
        Promotions([Percent(**HALF), Percent(**HALF)])

    assert refused.value.code == "invalid_promotion"


def test_an_index_built_once_gives_what_a_list_of_promotions_gives() -> None:
    rules: list[Promotion] = [
        NForM(id="p", name="P", on=ALL, take=3, pay=2),
        AmountOff(id="q", name="Q", on=on("a"), amount_minor=20),
    ]
    index = Promotions(rules)

    assert price(goods(90, 80, 70), terms(*rules)) == price(goods(90, 80, 70), terms(promotions=index))
    assert price(goods(90, 80, 70), terms(promotions=index)) == price(goods(90, 80, 70), terms(promotions=index))


def _at(case: Case) -> datetime:
    return datetime.combine(
        datetime(2026, 11, 22 + case.weekday, tzinfo=UTC).date(), time.fromisoformat(case.clock), tzinfo=UTC
    )
