"""Each kind of promotion, by example."""

import msgspec
import pytest

from inventory.pricing import (
    AmountOff,
    Applied,
    BagLevy,
    BasketThreshold,
    Charge,
    CheapestFree,
    Currency,
    FixedPrice,
    Item,
    MixAndMatch,
    NForM,
    NForPrice,
    Part,
    Percent,
    Priced,
    PricedLine,
    PricingError,
    Promotion,
    RateTotal,
    Refund,
    Saving,
    SecondUnit,
    Target,
    Terms,
    Totals,
    Voucher,
    VoucherUse,
    Window,
    currency,
    price,
    promotion_from,
    promotion_to,
)
from inventory.pricing.kinds import Deal, Piece
from tests.inventory.pricing.cast import ALL, by_line, goods, on, saved, terms

ONE_OF_EACH: list[Promotion] = [
    Percent(id="p", name="P", on=ALL, percent_bp=1250),
    AmountOff(id="p", name="P", on=ALL, amount_minor=30),
    FixedPrice(id="p", name="P", on=ALL, price_minor=99),
    NForM(id="p", name="P", on=ALL, take=3, pay=2),
    NForPrice(id="p", name="P", on=ALL, take=2, price_minor=500),
    SecondUnit(id="p", name="P", on=ALL, percent_bp=5000),
    CheapestFree(id="p", name="P", on=ALL, buy=2),
    MixAndMatch(id="p", name="P", parts=(Part(on=ALL, count=2),), price_minor=700),
    MixAndMatch(id="p", name="P", parts=(Part(on=ALL),), percent_bp=1000),
    MixAndMatch(id="p", name="P", parts=(Part(on=ALL),), amount_minor=50),
    BasketThreshold(id="p", name="P", minimum_minor=4000, amount_minor=500),
    BasketThreshold(id="p", name="P", minimum_minor=4000, amount_minor=500, repeats=True),
    BasketThreshold(id="p", name="P", minimum_minor=4000, percent_bp=550),
]
REASONS = [
    "12.5 % off",
    "0.30 off each",
    "special price 0.99",
    "3 for 2",
    "2 for 5.00",
    "cheapest of 2 at 50 % off",
    "buy 2, get 1 free",
    "set for 7.00",
    "set: 10 % off",
    "set: 0.50 off",
    "5.00 off from 40.00",
    "5.00 off each 40.00",
    "5.5 % off from 40.00",
]


@pytest.mark.parametrize("promotion", ONE_OF_EACH)
def test_a_promotion_is_stored_as_json_and_read_back_the_same(promotion: Promotion) -> None:
    stored = promotion_to(promotion)

    assert promotion_from(stored) == promotion
    assert promotion_from(msgspec.json.encode(stored)) == promotion


@pytest.mark.parametrize(("promotion", "reason"), list(zip(ONE_OF_EACH, REASONS, strict=True)))
def test_the_receipt_says_why(promotion: Promotion, reason: str) -> None:
    assert promotion.why(currency("EUR")) == reason


def test_the_reason_names_the_coupon_and_that_it_is_for_members() -> None:
    rule = Percent(id="p", name="P", on=ALL, percent_bp=1000, coupon="SPRING", members_only=True)

    assert rule.why(currency("EUR")) == "10 % off, coupon SPRING, for members"


def test_a_kind_without_words_of_its_own_gives_its_name() -> None:
    assert Deal(id="p", name="Half moon").why(currency("EUR")) == "Half moon"


def test_a_kind_of_one_piece_saves_its_ceiling() -> None:
    deal = Deal(id="p", name="P", on=ALL)

    assert deal.saved([Piece(70, "a")]) == deal.ceiling(Piece(70, "a")) == 70
    assert (deal.pieces, deal.same_product_only, deal.dearest_first) == (1, False, False)


def test_percent_is_taken_off_each_piece_halves_up() -> None:
    assert saved(goods(250, 35, quantity=2), Percent(id="p", name="P", on=ALL, percent_bp=1000)) == 2 * (25 + 4)


def test_an_amount_off_is_for_each_piece_and_never_more_than_it_costs() -> None:
    assert saved(goods(250, 20, quantity=2), AmountOff(id="p", name="P", on=ALL, amount_minor=30)) == 2 * (30 + 20)


def test_an_amount_off_weighed_goods_is_for_each_kilogram() -> None:
    items = [Item(line=1, product="a", weight_g=1250, unit_price_minor=400)]

    assert saved(items, AmountOff(id="p", name="P", on=ALL, amount_minor=100)) == 125


def test_a_fixed_price_replaces_the_price_only_where_it_is_lower() -> None:
    assert saved(goods(250, 80, quantity=3), FixedPrice(id="p", name="P", on=ALL, price_minor=100)) == 3 * 150


def test_a_fixed_price_of_weighed_goods_is_for_a_kilogram() -> None:
    items = [Item(line=1, product="a", weight_g=500, unit_price_minor=400)]

    assert saved(items, FixedPrice(id="p", name="P", on=ALL, price_minor=300)) == 50


def test_three_for_two_frees_the_cheapest_of_each_three() -> None:
    rule = NForM(id="p", name="P", on=ALL, take=3, pay=2)

    assert saved(goods(500, 400, 300, 200, 100, 90, 80), rule) == 300 + 90


def test_five_for_three_frees_the_two_cheapest() -> None:
    assert saved(goods(500, 400, 300, 200, 100), NForM(id="p", name="P", on=ALL, take=5, pay=3)) == 300


def test_three_for_two_of_the_same_product_does_not_mix() -> None:
    rule = NForM(id="p", name="P", on=ALL, take=3, pay=2, same_product=True)

    assert saved(goods(500, 400, 300), rule) == 0
    assert saved(goods(500, 400, 300, quantity=3), rule) == 1200


def test_n_for_a_price_takes_the_dearest_and_stops_when_it_does_not_pay() -> None:
    rule = NForPrice(id="p", name="P", on=ALL, take=2, price_minor=500)

    assert saved(goods(400, 300, 260, 250, 200, 100), rule) == 200 + 10


def test_n_for_a_price_of_the_same_product() -> None:
    rule = NForPrice(id="p", name="P", on=ALL, take=2, price_minor=500, same_product=True)

    assert saved(goods(400, 300, 260, quantity=2), rule) == 300 + 100 + 20
    assert saved(goods(400, 300, 260), rule) == 0


def test_the_second_unit_is_the_cheaper_of_two() -> None:
    assert saved(goods(501, 400, 99, 50), SecondUnit(id="p", name="P", on=ALL, percent_bp=5000)) == 200 + 25


def test_every_third_unit_can_be_reduced() -> None:
    assert saved(goods(500, 400, 300, 200), SecondUnit(id="p", name="P", on=ALL, percent_bp=5000, take=3)) == 150


def test_the_cheapest_of_those_bought_and_got_is_free() -> None:
    assert saved(goods(500, 400, 300, 200, 100, 50), CheapestFree(id="p", name="P", on=ALL, buy=1, free=2)) == 700 + 150


def test_what_is_free_is_never_dearer_than_what_was_bought_for_it() -> None:
    rule = CheapestFree(id="p", name="P", on=on("a", "b"), buy=2, free_on=on("c", "d"))

    assert saved(goods(500, 400, 450, 300), rule) == 300
    assert saved(goods(500, 400, 400, 300), rule) == 400


def test_a_mixed_set_needs_each_part() -> None:
    parts = (Part(on=on("a")), Part(on=on("b", "c"), count=2))
    rule = MixAndMatch(id="p", name="P", parts=parts, price_minor=600)

    assert saved(goods(300, 250), rule) == 0
    assert saved(goods(300, 250, 200), rule) == 150


def test_a_mixed_set_can_be_reduced_by_a_percentage_or_an_amount_up_to_its_price() -> None:
    parts = (Part(on=on("a")), Part(on=on("b")))

    assert saved(goods(305, 200), MixAndMatch(id="p", name="P", parts=parts, percent_bp=1000)) == 51
    assert saved(goods(305, 200), MixAndMatch(id="p", name="P", parts=parts, amount_minor=55)) == 55
    assert saved(goods(10, 20), MixAndMatch(id="p", name="P", parts=parts, amount_minor=55)) == 30


def test_the_saving_of_a_set_is_shared_by_what_its_pieces_cost() -> None:
    rule = NForM(id="p", name="Three for two", on=ALL, take=3, pay=2)

    priced = price(goods(300, 200, 100), terms(rule))

    assert by_line(priced) == [50, 33, 17]
    assert [line.savings[0].why for line in priced.lines] == ["3 for 2"] * 3
    assert priced.applied[0].times == 1
    assert priced.applied[0].amount_minor == 100


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "n_for_m", "take": 2, "pay": 2},
        {"kind": "n_for_m", "take": 2, "pay": 0},
        {"kind": "n_for_price", "take": 1, "price_minor": 5},
        {"kind": "second_unit", "take": 1, "percent_bp": 5},
        {"kind": "percent", "percent_bp": 10001},
        {"kind": "percent", "percent_bp": 100, "unheard": 1},
        {"kind": "percent", "percent_bp": 100, "coupon": ""},
        {"kind": "percent", "percent_bp": 100, "limit": 0},
        {"kind": "amount", "amount_minor": -1},
        {"kind": "mix_and_match", "parts": []},
        {"kind": "mix_and_match", "parts": [{"on": {}}]},
        {"kind": "mix_and_match", "parts": [{"on": {}}], "price_minor": 1, "percent_bp": 1},
        {"kind": "mix_and_match", "parts": [], "price_minor": 1},
        {"kind": "mix_and_match", "parts": [{"on": {}}] * 9, "price_minor": 1},
        {"kind": "basket_threshold", "minimum_minor": 1},
        {"kind": "basket_threshold", "minimum_minor": 1, "amount_minor": 1, "percent_bp": 1},
        {"kind": "basket_threshold", "minimum_minor": 0, "amount_minor": 1, "repeats": True},
        {"kind": "basket_threshold", "minimum_minor": 1, "percent_bp": 1, "repeats": True},
        {"kind": "lottery"},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(PricingError) as refused:
        promotion_from({"id": "p", "name": "P"} | rule)

    assert refused.value.code == "invalid_promotion"
    assert refused.value.detail


def test_text_that_is_no_json_is_refused() -> None:
    with pytest.raises(PricingError, match="truncated") as refused:
        promotion_from("{")

    assert refused.value.code == "invalid_promotion"


def test_a_rule_made_in_code_is_checked_too() -> None:
    with pytest.raises(PricingError, match="p: pay 1 piece or more, and fewer than are taken"):
        NForM(id="p", name="P", on=ALL, take=2, pay=2)
    with pytest.raises(PricingError, match="take 2 pieces"):
        NForPrice(id="p", name="P", on=ALL, take=1, price_minor=5)
    with pytest.raises(PricingError, match="limit"):
        Percent(id="p", name="P", on=ALL, percent_bp=5, limit=0)
    with pytest.raises(PricingError, match="1 to 8 parts"):
        MixAndMatch(id="p", name="P", parts=(), price_minor=5)
    assert MixAndMatch(id="p", name="P", parts=(Part(on=ALL),) * 8, price_minor=5).pieces == 8
    assert NForM(id="p", name="P", on=ALL, take=2, pay=1).pieces == 2


def test_an_empty_target_matches_nothing() -> None:
    assert saved(goods(500), Percent(id="p", name="P", on=Target(), percent_bp=5000)) == 0
    assert saved(goods(500), Percent(id="p", name="P", percent_bp=5000)) == 0


@pytest.mark.parametrize("rule", [rule for rule in ONE_OF_EACH if isinstance(rule, Deal)])
@pytest.mark.parametrize("prices", [(900, 900, 900), (700, 10, 3), (1, 1, 1), (999, 500, 499)])
def test_the_ceilings_of_a_set_add_up_to_its_saving_or_more_and_little_more(
    rule: Deal, prices: tuple[int, ...]
) -> None:
    pieces = [Piece(amount, "a") for amount in prices[: rule.pieces]]

    ceilings = [max(0, rule.ceiling(piece)) for piece in pieces]

    assert sum(ceilings) >= min(rule.saved(pieces), sum(piece.price for piece in pieces))
    assert all(ceiling <= max(piece.price, 50) for ceiling, piece in zip(ceilings, pieces, strict=True))


def test_what_is_priced_and_what_comes_out_never_changes_and_is_named() -> None:
    kinds = [type(rule) for rule in ONE_OF_EACH]
    frozen = [*kinds, Item, Terms, BagLevy, Voucher, Target, Window, Part, Currency, Priced, PricedLine, Saving, Charge]

    assert all(
        kind.__struct_config__.frozen for kind in [*frozen, Totals, RateTotal, VoucherUse, Applied, Refund, Deal]
    )
    assert all(kind.__struct_config__.forbid_unknown_fields for kind in [*kinds, Target, Window, Part])
    for kind in [*kinds, Item, Terms, BagLevy, Voucher, Totals, Priced, Deal]:
        with pytest.raises(TypeError, match="positional"):
            kind("x")  # type: ignore[call-arg, arg-type]
