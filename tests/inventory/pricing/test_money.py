"""Rounding, shares, currencies, tax."""

import pytest

from inventory.pricing import Currency, Item, PricingError, RateTotal, comparison, currency, price
from inventory.pricing.money import half_up, percent, shares
from inventory.pricing.taxes import tax
from tests.inventory.pricing.cast import goods, terms


def test_halves_are_rounded_away_from_zero() -> None:
    assert [half_up(n, 2) for n in (-3, -1, 0, 1, 3)] == [-2, -1, 0, 1, 2]
    assert [half_up(n, 3) for n in (-4, -2, -1, 1, 2, 4)] == [-1, -1, 0, 0, 1, 1]


def test_what_is_left_over_goes_to_the_largest_remainders_first_come_first() -> None:
    assert shares(100, [300, 200, 100]) == [50, 33, 17]
    assert shares(2, [1, 1, 1]) == [1, 1, 0]
    assert shares(1, [1, 2, 1]) == [0, 1, 0]
    assert shares(0, [5, 5]) == [0, 0]


def test_weights_of_nothing_share_alike() -> None:
    assert shares(3, [0, 0]) == [2, 1]
    assert shares(0, []) == []


@pytest.mark.parametrize(
    ("minor", "net_g", "net_ml", "said"),
    [
        (199, 500, 0, "3.98/kg"),
        (199, 750, 750, "2.65/l"),
        (100, 3, 0, "333.33/kg"),
        (1, 16, 0, "0.63/kg"),  # 62.5, halves up
        (0, 500, 0, "0.00/kg"),
    ],
)
def test_packs_are_compared_by_the_kilogram_or_the_litre(minor: int, net_g: int, net_ml: int, said: str) -> None:
    found = comparison(minor, net_g=net_g, net_ml=net_ml)

    assert found is not None
    assert found.text(currency("EUR")) == said


def test_what_has_no_known_content_is_not_compared() -> None:
    assert comparison(199, net_g=None, net_ml=0) is None
    assert comparison(199, net_g=0, net_ml=0) is None


@pytest.mark.parametrize(
    ("code", "exponent", "step"),
    [("EUR", 2, 1), ("JPY", 0, 1), ("XPF", 0, 1), ("KWD", 3, 1), ("TND", 3, 1), ("CHF", 2, 5), ("SEK", 2, 100)],
)
def test_a_currency_has_its_places_and_cash_step(code: str, exponent: int, step: int) -> None:
    assert currency(code) == Currency(code, exponent, step)


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [("EUR", 1250, "12.50"), ("EUR", -5, "-0.05"), ("JPY", 1250, "1250"), ("JPY", -7, "-7"), ("KWD", 1250, "1.250")],
)
def test_an_amount_is_written_with_the_places_of_its_currency(code: str, amount: int, text: str) -> None:
    assert currency(code).text(amount) == text


def test_percentages_are_written_without_trailing_zeros() -> None:
    assert [percent(n) for n in (1000, 1250, 1225, 5, 50)] == ["10 %", "12.5 %", "12.25 %", "0.05 %", "0.5 %"]


def test_cash_is_rounded_to_the_nearest_step() -> None:
    assert [currency("CHF").cash(n) for n in (1000, 1002, 1003, 1007, 1008)] == [1000, 1000, 1005, 1005, 1010]
    assert [currency("SEK").cash(n) for n in (149, 150)] == [100, 200]
    assert Currency("EUR").cash(3) == 3


def test_a_currency_that_cannot_be_is_refused() -> None:
    for exponent, step in ((-1, 1), (5, 1), (2, 0)):
        with pytest.raises(PricingError) as refused:
            Currency("EUR", exponent, step)
        assert refused.value.code == "invalid_terms"
    assert Currency("CLF", 4).text(12345) == "1.2345"


def test_cash_rounds_what_is_due_and_a_card_does_not() -> None:
    by_cash = price(goods(1003), terms(currency=currency("CHF"), tender="cash")).totals
    by_card = price(goods(1003), terms(currency=currency("CHF"))).totals

    assert (by_cash.total, by_cash.rounding, by_cash.due) == (1003, 2, 1005)
    assert (by_card.total, by_card.rounding, by_card.due) == (1003, 0, 1003)


def test_yen_and_dinars_are_integers_of_their_own_smallest_unit() -> None:
    weighed = [Item(line=1, product="a", weight_g=333, unit_price_minor=1001)]

    for code in ("JPY", "KWD"):
        assert price(weighed, terms(currency=currency(code))).totals.due == 333


def test_inclusive_tax_is_within_the_amount() -> None:
    items = [Item(line=1, product="a", unit_price_minor=1190, tax_rate_bp=1900)]

    totals = price(items, terms()).totals

    assert (totals.tax, totals.due) == (190, 1190)
    assert totals.by_rate == (RateTotal(1900, 1000, 190, 1190),)


def test_exclusive_tax_comes_on_top() -> None:
    items = [Item(line=1, product="a", unit_price_minor=1000, tax_rate_bp=825)]

    totals = price(items, terms(tax_inclusive=False)).totals

    assert (totals.subtotal, totals.tax, totals.due) == (1000, 83, 1083)
    assert totals.by_rate == (RateTotal(825, 1000, 83, 1083),)


def test_tax_is_computed_once_a_rate_and_shared_among_its_lines() -> None:
    taxed = tax([10, 10, 10, 100], [700, 700, 700, 0], ["a", "b", "c", "d"], inclusive=False)

    assert taxed.taxes == [1, 1, 0, 0]
    assert taxed.by_rate == (RateTotal(0, 100, 0, 100), RateTotal(700, 30, 2, 32))


def test_the_cent_left_over_does_not_depend_on_the_order_of_lines() -> None:
    forward = tax([10, 10, 10], [700] * 3, ["a", "b", "c"], inclusive=True).taxes
    backward = tax([10, 10, 10], [700] * 3, ["c", "b", "a"], inclusive=True).taxes

    assert (forward, backward) == ([1, 1, 0], [0, 1, 1])
