"""Items, deposits, levies, vouchers."""

from typing import Any

import pytest

from inventory.pricing import BagLevy, Charge, Item, Percent, PricingError, Voucher, price
from tests.inventory.pricing.cast import ALL, NOW, goods, terms

BOTTLE = Item(line=1, product="ale", quantity=3, unit_price_minor=100, deposit_minor=25, tax_rate_bp=1900)
BAG = Item(line=2, product="bag", quantity=2, unit_price_minor=5, groups=("bag",))


def test_a_deposit_is_a_charge_linked_to_its_line_that_no_promotion_touches() -> None:
    priced = price([BOTTLE], terms(Percent(id="p", name="P", on=ALL, percent_bp=5000)))

    assert priced.charges == (Charge("deposit", 1, "Deposit", 75, 0, 0),)
    assert priced.lines[0].deposit_minor == 75
    assert (priced.totals.discount, priced.totals.deposit, priced.totals.due) == (150, 75, 225)


def test_a_deposit_bears_tax_only_where_the_law_says_so() -> None:
    priced = price([BOTTLE], terms(deposit_taxed=True))

    assert priced.charges == (Charge("deposit", 1, "Deposit", 75, 1900, 12),)
    assert price([BOTTLE], terms()).totals.tax == 48
    assert priced.totals.tax == 60


def test_the_bag_levy_is_charged_for_each_bag() -> None:
    levy = BagLevy(amount_minor=22, name="Levy", tax_rate_bp=2300)

    priced = price([BOTTLE, BAG], terms(bag_levy=levy))

    assert priced.charges[1] == Charge("bag_levy", 2, "Levy", 44, 2300, 8)
    assert (priced.totals.levy, priced.totals.deposit, priced.totals.due) == (44, 75, 310 + 75 + 44)
    assert price([BAG], terms()).charges == ()


def test_a_line_of_nothing_costs_nothing() -> None:
    items = [Item(line=1, product="ale", quantity=0, unit_price_minor=100, deposit_minor=25, groups=("bag",))]

    priced = price(items, terms(Percent(id="p", name="P", on=ALL, percent_bp=5000), bag_levy=BagLevy(amount_minor=1)))

    assert priced.charges == ()
    assert (priced.totals.due, priced.totals.items, priced.lines[0].amount_minor) == (0, 0, 0)


def test_a_voucher_is_redeemed_once_ever() -> None:
    slips = (
        Voucher(code="x", amount_minor=100),
        Voucher(code="x", amount_minor=100),
        Voucher(code="y", amount_minor=90),
    )

    priced = price(goods(1000), terms(vouchers=slips, redeemed=frozenset({"y"})))

    assert [(use.code, use.refused) for use in priced.vouchers] == [
        ("x", None),
        ("x", "twice"),
        ("y", "already_redeemed"),
    ]
    assert (priced.totals.total, priced.totals.vouchers, priced.totals.due) == (1000, 100, 900)


def test_a_voucher_worth_more_than_is_left_to_pay_stays_good() -> None:
    slips = (Voucher(code="a", amount_minor=60), Voucher(code="b", amount_minor=70), Voucher(code="c", amount_minor=30))

    priced = price(goods(100), terms(vouchers=slips))

    assert [(use.code, use.refused) for use in priced.vouchers] == [("b", None), ("a", "exceeds_due"), ("c", None)]
    assert priced.totals.due == 0


def test_a_refused_voucher_may_be_tried_again_in_the_same_basket() -> None:
    slips = (Voucher(code="a", amount_minor=600), Voucher(code="a", amount_minor=600))

    assert [use.refused for use in price(goods(100), terms(vouchers=slips)).vouchers] == ["exceeds_due", "exceeds_due"]


def test_a_weighed_line_costs_its_weight_halves_up_and_is_one_piece() -> None:
    items = [Item(line=1, product="a", quantity=3, weight_g=1250, unit_price_minor=199)]

    priced = price(items, terms())

    assert priced.lines[0].gross_minor == 249
    assert (priced.totals.items, priced.lines[0].pieces) == (1, 1)


def test_a_price_on_the_label_goes_before_price_and_weight() -> None:
    items = [Item(line=1, product="a", quantity=2, weight_g=500, unit_price_minor=199, fixed_amount_minor=321)]

    priced = price(items, terms())

    assert priced.totals.due == 642
    assert priced.totals.items == 2


@pytest.mark.parametrize(
    "field",
    [
        {"unit_price_minor": -1},
        {"deposit_minor": -1},
        {"tax_rate_bp": -1},
        {"weight_g": -1},
        {"fixed_amount_minor": -1},
        {"member_price_minor": -1},
        {"quantity": -1},
        {"quantity": 10000},
    ],
)
def test_an_item_with_a_figure_out_of_range_is_refused(field: dict[str, Any]) -> None:
    with pytest.raises(PricingError, match="Line 1") as refused:
        price([Item(line=1, product="a", **field)], terms())

    assert refused.value.code == "invalid_item"


def test_figures_at_the_edge_of_their_range_are_taken() -> None:
    items = [Item(line=1, product="a", weight_g=0), Item(line=2, product="b", quantity=9999, unit_price_minor=1)]

    assert price(items, terms()).totals.due == 9999


def test_a_line_number_is_used_once() -> None:
    with pytest.raises(PricingError, match="same line number") as refused:
        price([BOTTLE, BOTTLE], terms())

    assert refused.value.code == "duplicate_line"


def test_the_time_comes_with_its_zone_and_a_voucher_is_worth_something() -> None:
    for wrong in ({"now": NOW.replace(tzinfo=None)}, {"vouchers": (Voucher(code="x", amount_minor=-1),)}):
        with pytest.raises(PricingError) as refused:
            price([BOTTLE], terms(**wrong))
        assert refused.value.code == "invalid_terms"
    assert price([BOTTLE], terms(vouchers=(Voucher(code="x", amount_minor=0),))).totals.due == 375
