"""Figures and forms that stand in the code: defaults, tables of currencies, ceilings, and that nothing is changed."""

import msgspec
import pytest

from inventory import pricing
from inventory.pricing import (
    Applied,
    BasketThreshold,
    Currency,
    FixedPrice,
    Item,
    MixAndMatch,
    NForM,
    Part,
    Percent,
    PricingError,
    Target,
    Voucher,
    Window,
    currency,
    price,
)
from inventory.pricing.items import BagLevy, Terms
from inventory.pricing.kinds import Piece
from inventory.pricing.rules import StorePricing
from tests.inventory.pricing.cast import ALL, goods, on, terms

STRUCTS = sorted(
    {found for name in pricing.__all__ if isinstance(found := getattr(pricing, name), type)},
    key=lambda one: one.__name__,
)


@pytest.mark.parametrize("one", [found for found in STRUCTS if issubclass(found, msgspec.Struct)])
def test_rules_goods_and_results_are_never_changed(one: type[msgspec.Struct]) -> None:
    assert one.__struct_config__.frozen


@pytest.mark.parametrize(
    "one", [Percent, NForM, MixAndMatch, BasketThreshold, FixedPrice, Target, Window, Part, StorePricing]
)
def test_a_rule_with_a_field_that_nobody_knows_is_refused(one: type[msgspec.Struct]) -> None:
    assert one.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("one", [Item, Terms, Voucher, BagLevy, Percent, BasketThreshold])
def test_figures_are_named_where_they_are_given(one: type[msgspec.Struct]) -> None:
    with pytest.raises(TypeError):
        one(1)


def test_an_item_costs_nothing_unless_said_and_is_one() -> None:
    item = Item(line=1, product="a")

    assert (item.quantity, item.gross_minor, item.tax_rate_bp, item.deposit_minor, item.discountable) == (
        1,
        0,
        0,
        0,
        True,
    )
    assert (item.weighed, item.pieces, item.groups) == (False, 1, ())
    assert Applied("p", "P", 1, 5, "why").coupons_used == 0
    assert BasketThreshold(id="t", name="T", minimum_minor=1, amount_minor=1).coupon_uses == 1


@pytest.mark.parametrize(("grams", "amount"), [(0, 0), (1, 0), (2, 1), (999, 250), (1000, 250), (100_000, 25_000)])
def test_a_weight_costs_its_part_of_a_kilogram(grams: int, amount: int) -> None:
    assert Item(line=1, product="a", unit_price_minor=250, weight_g=grams).gross_minor == amount


def test_a_weighed_line_is_one_piece_and_none_when_it_was_taken_out() -> None:
    line = Item(line=1, product="a", unit_price_minor=250, weight_g=500, quantity=3)

    assert (line.pieces, line.gross_minor) == (1, 125)
    assert Item(line=1, product="a", unit_price_minor=250, weight_g=500, quantity=0).gross_minor == 0
    labelled = Item(line=1, product="a", unit_price_minor=250, weight_g=500, fixed_amount_minor=99, quantity=2)
    assert (labelled.pieces, labelled.gross_minor, labelled.weighed) == (2, 198, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"unit_price_minor": -1}, {"deposit_minor": -1}, {"tax_rate_bp": -1}, {"quantity": -1}, {"quantity": 10_000},
        {"weight_g": -1}, {"fixed_amount_minor": -1}, {"member_price_minor": -1},
    ],
)  # fmt: skip
def test_a_figure_out_of_bounds_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(PricingError, match="Line 7"):
        Item(line=7, product="a", **wrong).check()  # type: ignore[arg-type]
    Item(line=7, product="a", quantity=9999, weight_g=0, fixed_amount_minor=0, member_price_minor=0).check()


@pytest.mark.parametrize(
    ("code", "exponent", "step"),
    [
        ("EUR", 2, 1), ("USD", 2, 1), ("GBP", 2, 1), ("JPY", 0, 1), ("KRW", 0, 1), ("ISK", 0, 1), ("XAF", 0, 1),
        ("KWD", 3, 1), ("TND", 3, 1), ("AUD", 2, 5), ("CAD", 2, 5), ("CHF", 2, 5), ("CZK", 2, 100), ("DKK", 2, 50),
        ("HUF", 2, 500), ("NOK", 2, 100), ("NZD", 2, 10), ("SEK", 2, 100), ("XXX", 2, 1),
    ],
)  # fmt: skip
def test_every_currency_has_its_places_and_its_cash_step(code: str, exponent: int, step: int) -> None:
    assert currency(code) == Currency(code, exponent, step)


@pytest.mark.parametrize(("exponent", "step"), [(-1, 1), (5, 1), (2, 0)])
def test_a_currency_that_cannot_be_is_refused(exponent: int, step: int) -> None:
    with pytest.raises(PricingError):
        Currency("EUR", exponent, step)
    assert Currency("EUR", 0).text(7) == "7"
    assert Currency("EUR", 4).text(-7) == "-0.0007"


def test_ceilings_are_what_a_piece_can_bring_rounded_up() -> None:
    parts = (Part(on=on("a"), count=2), Part(on=on("b")))

    def of_three(**off: int) -> MixAndMatch:
        return MixAndMatch(id="m", name="M", parts=parts, **off)  # type: ignore[arg-type]

    assert NForM(id="n", name="N", on=ALL, take=3, pay=2).ceiling(Piece(100, "a")) == 34
    assert NForM(id="n", name="N", on=ALL, take=4, pay=1).ceiling(Piece(100, "a")) == 75
    assert of_three(percent_bp=1000).ceiling(Piece(101, "a")) == 11
    assert of_three(percent_bp=5000).ceiling(Piece(100, "a")) == 51
    assert of_three(amount_minor=100).ceiling(Piece(900, "a")) == 34
    assert of_three(price_minor=100).ceiling(Piece(100, "a")) == 67
    assert of_three(price_minor=100).ceiling(Piece(30, "a")) == 0


def test_what_a_promotion_saved_is_summed_over_all_pieces() -> None:
    half = Percent(id="half", name="Half", on=ALL, percent_bp=5000)
    priced = price(goods(100, quantity=3), terms(half))

    (applied,) = priced.applied
    assert (applied.times, applied.amount_minor, applied.coupons_used, applied.coupon) == (3, 150, 0, None)
    assert priced.lines[0].savings[0].amount_minor == 150


def test_a_threshold_counts_once_what_it_has_earned() -> None:
    once = BasketThreshold(id="t", name="T", minimum_minor=1000, amount_minor=100)
    each = BasketThreshold(id="e", name="E", minimum_minor=1000, amount_minor=100, repeats=True)

    assert [once.reached(total, None) for total in (999, 1000, 5000)] == [0, 1, 1]
    assert [each.reached(total, None) for total in (999, 1000, 5999)] == [0, 1, 5]
    assert (each.reached(5000, 2), each.saved(150, 2), each.saved(900, 0), once.saved(500, 1)) == (2, 150, 0, 100)


def test_deposits_and_levies_bear_their_own_rate_and_no_other() -> None:
    bag = [
        Item(line=1, product="a", unit_price_minor=20, deposit_minor=25, tax_rate_bp=2000, groups=("bag",), quantity=2)
    ]
    levy = BagLevy(amount_minor=10, tax_rate_bp=1000)

    free, taxed = (price(bag, terms(bag_levy=levy, deposit_taxed=deposit)) for deposit in (False, True))

    assert [(c.kind, c.amount_minor, c.tax_rate_bp, c.tax_minor) for c in free.charges] == [
        ("deposit", 50, 0, 0), ("bag_levy", 20, 1000, 2),
    ]  # fmt: skip
    assert [c.tax_rate_bp for c in taxed.charges] == [2000, 1000]
    assert [(r.rate_bp, r.gross_minor) for r in free.totals.by_rate] == [(0, 50), (1000, 20), (2000, 40)]
