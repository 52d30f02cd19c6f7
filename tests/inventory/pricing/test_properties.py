"""What holds for every basket, over baskets and promotions at random."""

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inventory.pricing import Item, Priced, Promotion, Promotions, Terms, price, promotion_from, promotion_to, refund
from inventory.pricing.kinds import Deal, Piece
from tests.inventory.pricing import strategies as some
from tests.inventory.pricing.oracle import best_saving

often = settings(deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def sales(draw: st.DrawFn, lines: int = 8, most: int = 3, rules: int = 5) -> tuple[list[Item], Terms]:
    """A basket and the terms it is priced under."""
    return draw(some.baskets(lines, most)), draw(some.terms(draw(some.rule_sets(rules))))


@often
@given(sales())
def test_totals_are_the_sums_of_the_lines(sale: tuple[list[Item], Terms]) -> None:
    priced = price(*sale)

    lines, charges, totals = priced.lines, priced.charges, priced.totals
    assert all(line.gross_minor - sum(s.amount_minor for s in line.savings) == line.amount_minor for line in lines)
    assert totals.subtotal == sum(line.gross_minor for line in lines)
    assert totals.subtotal - totals.discount == sum(line.amount_minor for line in lines)
    assert totals.deposit == sum(line.deposit_minor for line in lines)
    assert totals.deposit + totals.levy == sum(charge.amount_minor for charge in charges)
    assert totals.tax == sum(line.tax_minor for line in lines) + sum(charge.tax_minor for charge in charges)
    on_top = 0 if totals.tax_inclusive else totals.tax
    assert totals.total == totals.subtotal - totals.discount + totals.deposit + totals.levy + on_top
    assert totals.due == totals.total - totals.vouchers + totals.rounding
    assert totals.discount == sum(one.amount_minor for one in priced.applied)


@often
@given(sales())
def test_lines_and_rates_agree(sale: tuple[list[Item], Terms]) -> None:
    priced = price(*sale)

    for rate in priced.totals.by_rate:
        lines = [line for line in priced.lines if line.tax_rate_bp == rate.rate_bp]
        charges = [charge for charge in priced.charges if charge.tax_rate_bp == rate.rate_bp]
        amount = sum(line.amount_minor for line in lines) + sum(charge.amount_minor for charge in charges)
        tax = sum(line.tax_minor for line in lines) + sum(charge.tax_minor for charge in charges)
        assert rate.tax_minor == tax
        assert amount == (rate.gross_minor if priced.totals.tax_inclusive else rate.net_minor)
        assert rate.net_minor + rate.tax_minor == rate.gross_minor
    assert priced.totals.total == sum(rate.gross_minor for rate in priced.totals.by_rate)


@often
@given(sales())
def test_no_line_costs_less_than_nothing_and_no_saving_is_empty(sale: tuple[list[Item], Terms]) -> None:
    priced = price(*sale)

    assert all(0 <= line.amount_minor <= line.gross_minor for line in priced.lines)
    assert all(saving.amount_minor > 0 and saving.why for line in priced.lines for saving in line.savings)
    assert priced.totals.due >= 0


@often
@given(sales(), st.randoms(use_true_random=False))
def test_the_order_of_scanning_changes_nothing(sale: tuple[list[Item], Terms], random: Any) -> None:
    items, terms = sale
    mixed = list(items)
    random.shuffle(mixed)
    renumbered = [replace(item, line=k + 1) for k, item in enumerate(mixed)]

    first, second = price(items, terms), price(renumbered, terms)

    assert first.totals == second.totals
    assert first.applied == second.applied
    assert _by_goods(items, first) == _by_goods(renumbered, second)


def _by_goods(items: list[Item], priced: Priced) -> list[tuple[str, int, int, int]]:
    rows = zip(items, priced.lines, strict=True)
    return sorted((item.product, line.gross_minor, line.amount_minor, line.tax_minor) for item, line in rows)


@often
@given(sales(), some.items(99))
def test_adding_an_item_never_lowers_what_was_due_before_discounts(sale: tuple[list[Item], Terms], more: Item) -> None:
    items, terms = sale

    before, after = price(items, terms).totals, price([*items, more], terms).totals

    assert after.subtotal + after.deposit + after.levy >= before.subtotal + before.deposit + before.levy
    assert after.subtotal == before.subtotal + more.gross_minor


@often
@given(sales(), some.items(99))
def test_removing_an_item_undoes_adding_it(sale: tuple[list[Item], Terms], more: Item) -> None:
    items, terms = sale
    before = price(items, terms)

    price([*items, more], terms)
    gone = replace(more, quantity=0)

    assert price([item for item in [*items, more] if item.line != more.line], terms) == before
    assert price([*items, gone], terms).totals == before.totals


@often
@given(sales(), st.randoms(use_true_random=False))
def test_returning_every_line_gives_back_exactly_what_was_paid(sale: tuple[list[Item], Terms], random: Any) -> None:
    priced = price(*sale)
    pieces = [line.line for line in priced.lines for _ in range(line.pieces)]
    random.shuffle(pieces)

    done: dict[int, int] = {}
    back, tax = 0, 0
    for line in pieces:
        for one in refund(priced, {line: 1}, done):
            assert one.amount_minor >= 0
            back += one.amount_minor
            tax += one.tax_minor
        done[line] = done.get(line, 0) + 1

    assert back == priced.totals.due + priced.totals.vouchers
    assert tax == priced.totals.tax


def _rules(terms: Terms) -> list[Promotion]:
    assert not isinstance(terms.promotions, Promotions)
    return list(terms.promotions)


@often
@given(sales())
def test_limits_and_coupons_are_kept(sale: tuple[list[Item], Terms]) -> None:
    _, terms = sale
    rules = {rule.id: rule for rule in _rules(terms)}

    for one in price(*sale).applied:
        rule = rules.get(one.promotion)
        if rule is not None:
            assert rule.limit is None or one.times <= rule.limit
            assert rule.coupon is None or one.coupons_used <= terms.coupons.count(rule.coupon)
            assert terms.member or not rule.members_only


@often
@given(sales(lines=4, most=2, rules=4))
def test_a_small_basket_gets_the_best_legal_combination(sale: tuple[list[Item], Terms]) -> None:
    items, terms = sale
    items = [replace(item, member_price_minor=None) for item in items]
    assume(sum(item.pieces for item in items) <= 5)

    priced = price(items, terms)

    best = best_saving(items, terms, _rules(terms))
    assert priced.totals.discount <= best
    assert priced.totals.discount == best or not priced.exact


@often
@given(some.promotions("p"))
def test_every_promotion_survives_the_database(promotion: Promotion) -> None:
    assert promotion_from(promotion_to(promotion)) == promotion


@often
@given(some.promotions("p"), st.lists(st.integers(1, 999), min_size=6, max_size=6), st.data())
def test_the_ceilings_of_a_set_are_its_saving_or_more(rule: Any, prices: list[int], data: st.DataObject) -> None:
    if not isinstance(rule, Deal):
        return
    pieces = [
        Piece(amount, "a", data.draw(st.sampled_from([None, None, 500]), label="weight"))
        for amount in prices[: rule.pieces]
    ]

    whole = min(rule.saved(pieces), sum(piece.price for piece in pieces))

    assert sum(max(0, rule.ceiling(piece)) for piece in pieces) >= whole
    assert all(rule.ceiling(piece) >= rule.ceiling(piece._replace(price=piece.price - 1)) for piece in pieces)
