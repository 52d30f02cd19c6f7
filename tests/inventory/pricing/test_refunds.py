"""What comes back for what is returned."""

import pytest

from inventory.pricing import BagLevy, Item, NForM, PricingError, Refund, Voucher, currency, price, refund
from tests.inventory.pricing.cast import ALL, goods, terms


def test_a_refund_gives_back_what_was_paid_for_the_line_not_its_price() -> None:
    priced = price(goods(300, 200, 100), terms(NForM(id="p", name="P", on=ALL, take=3, pay=2)))

    assert refund(priced, {3: 1, 1: 1}) == (Refund(1, 1, 250, 0), Refund(3, 1, 83, 0))


def test_pieces_of_a_line_share_it_to_the_cent() -> None:
    priced = price(goods(100, quantity=3), terms(NForM(id="p", name="P", on=ALL, take=3, pay=2)))

    steps = [refund(priced, {1: 1}, {1: done})[0].amount_minor for done in range(3)]

    assert steps == [67, 66, 67]
    assert refund(priced, {1: 2}, {1: 1})[0].amount_minor == 133


def test_deposit_and_levy_and_tax_on_top_come_back_with_the_line() -> None:
    items = [Item(line=1, product="a", unit_price_minor=100, deposit_minor=25, tax_rate_bp=1000, groups=("bag",))]
    levy = BagLevy(amount_minor=10, tax_rate_bp=2000)

    on_top = price(items, terms(tax_inclusive=False, bag_levy=levy))
    within = price(items, terms(bag_levy=levy))

    assert refund(on_top, {1: 1}) == (Refund(1, 1, 100 + 10 + 25 + 10 + 2, 12),)
    assert refund(within, {1: 1}) == (Refund(1, 1, 135, 11),)


def test_vouchers_come_back_as_money_and_so_does_cash_rounding() -> None:
    chf = {"currency": currency("CHF"), "tender": "cash"}
    up = price(goods(101, 202), terms(**chf, vouchers=(Voucher(code="x", amount_minor=100),)))
    down = price(goods(101, 201), terms(**chf))

    assert (up.totals.due, down.totals.due) == (205, 300)
    assert sum(one.amount_minor for one in refund(up, {1: 1, 2: 1})) == 305
    assert sum(one.amount_minor for one in refund(down, {1: 1, 2: 1})) == 300


@pytest.mark.parametrize(
    ("returned", "before"), [({9: 1}, {}), ({1: 3}, {}), ({1: 1}, {1: 2}), ({1: -1}, {1: 1}), ({1: 1}, {1: -1})]
)
def test_no_more_comes_back_than_was_bought(returned: dict[int, int], before: dict[int, int]) -> None:
    priced = price(goods(100, quantity=2), terms())

    with pytest.raises(PricingError) as refused:
        refund(priced, returned, before)

    assert refused.value.code == "invalid_refund"


def test_nothing_returned_gives_nothing_back() -> None:
    assert refund(price(goods(100), terms()), {1: 0}) == ()
