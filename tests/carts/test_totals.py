"""A basket's totals: members, coupons, vouchers, bag levy, cash, and a price that changes in an open cart."""

from datetime import UTC, datetime
from typing import Any

import pytest

from carts.basket import Basket, line_body
from inventory.models import Store
from inventory.selectors.catalogue import forget_catalogues, store_catalogue
from inventory.selectors.tokens import Token
from inventory.services.prices import price_set
from inventory.services.promotions import promotion_set
from tests.inventory.world import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
MILK, BAG = "4006381333931", "4000417025005"
AT = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)


def _store(**pricing: Any) -> Store:
    store = make_store(policy={"pricing": pricing})
    make_product(store, "Milk", MILK, price=149, category="Dairy", deposit_minor=25, net_weight_g=500)
    make_product(store, "Paper bag", BAG, price=20, category="bag")
    return store


def _promote(store: Store, code: str, **rule: Any) -> None:
    whole = {"kind": "percent", "on": {"groups": ["Dairy"]}, "percent_bp": 1000} | rule
    promotion_set(store_id=store.pk, code=code, name=code, rule=whole, now=NOW)


def _basket(store: Store, *codes: str) -> Basket:
    forget_catalogues()
    basket = Basket(store_catalogue(store.pk))
    _scan(basket, *codes)
    return basket


def _scan(basket: Basket, *codes: str) -> None:
    for code in codes:
        article = basket.catalogue.by_code(code)
        assert article is not None
        basket.add(article, quantity=1, source="scanner", at_ms=0)
    basket.reprice(AT)


def _voucher(code: str = "9810001001502", amount: int = 150) -> Token:
    return Token(kind="voucher", code=code, amount_minor=amount, uses=1)


def test_a_member_pays_the_members_price_from_the_card_on() -> None:
    store = _store()
    _promote(store, "club", members_only=True)
    basket = _basket(store, MILK)
    before = basket.totals["due"]

    basket.present(Token(kind="member", code="card"))
    lines = basket.reprice(AT)

    assert (before, basket.totals["due"]) == (174, 174 - 15)
    assert basket.totals["member"] is True
    assert lines[0].savings[0]["name"] == "club"


def test_a_coupon_counts_once_presented_and_says_what_it_saved() -> None:
    store = _store()
    _promote(store, "ten", coupon="TEN", coupon_uses=1)
    basket = _basket(store, MILK, MILK)

    basket.present(Token(kind="coupon", code="TEN-1", promotion="TEN", uses=1))
    basket.reprice(AT)

    assert basket.totals["discount"] == 15
    (entry,) = basket.totals["presented"]
    assert (entry["used"], entry["amount"], entry["claimed"]) == (True, 15, True)


def test_a_coupon_too_many_is_shown_as_not_used() -> None:
    store = _store()
    _promote(store, "ten", coupon="TEN", coupon_uses=1)
    basket = _basket(store, MILK)

    for number in (1, 2):
        basket.present(Token(kind="coupon", code=f"TEN-{number}", promotion="TEN", uses=1))
    basket.reprice(AT)

    assert [entry["used"] for entry in basket.totals["presented"]] == [True, False]
    assert basket.totals["presented"][1]["why"] == "nothing_to_save"


def test_a_voucher_lowers_what_is_due_and_not_what_is_sold() -> None:
    basket = _basket(_store(), MILK, MILK)
    basket.present(_voucher())
    basket.reprice(AT)

    totals = basket.totals
    assert (totals["total"], totals["vouchers"], totals["due"]) == (348, 150, 198)
    assert totals["presented"][0]["used"] is True


def test_a_voucher_worth_more_than_is_due_stays_good() -> None:
    basket = _basket(_store(), MILK)
    basket.present(_voucher(amount=500))
    basket.reprice(AT)

    assert basket.totals["due"] == 174
    assert (basket.totals["presented"][0]["used"], basket.totals["presented"][0]["why"]) == (False, "exceeds_due")


def test_the_levy_on_bags_is_a_sum_of_its_own() -> None:
    basket = _basket(_store(bag_levy={"amount_minor": 10}), BAG, BAG)

    assert (basket.totals["subtotal"], basket.totals["levy"], basket.totals["due"]) == (40, 20, 60)


def test_cash_is_rounded_to_the_step_and_cards_are_not() -> None:
    basket = _basket(_store(cash_step_minor=5), MILK)
    assert (basket.totals["due"], basket.totals["due_cash"]) == (174, 175)

    assert _basket(make_store("Swiss", currency="CHF")).totals["due_cash"] == 0


def test_what_was_presented_is_a_new_revision_and_comes_back_from_the_rows() -> None:
    basket = _basket(_store(), MILK)
    before = basket.revision
    basket.present(_voucher())
    basket.reprice(AT)
    again = Basket(basket.catalogue)
    again.restore(basket.lines.values(), basket.revision, basket.totals)

    assert basket.revision == before + 1
    assert again.presented == basket.presented
    again.reprice(AT)
    assert (again.totals, again.revision) == (basket.totals, basket.revision)


@pytest.mark.parametrize(
    ("rule", "price", "expected"),
    [("lower", 99, 99), ("lower", 199, 149), ("always", 99, 99), ("always", 199, 199), ("never", 99, 149)],
)
def test_a_price_change_reaches_an_open_basket_by_the_stores_rule(rule: str, price: int, expected: int) -> None:
    basket = _basket(_store(price_changes=rule), MILK)

    _reprice(basket, price)

    assert line_body(basket.lines[1])["unit_price"] == expected
    assert line_body(basket.lines[1])["comparison_price"] == {"amount": 2 * expected, "per": "kg"}
    assert basket.totals["due"] == expected + 25


def test_another_piece_at_another_price_has_a_line_of_its_own() -> None:
    basket = _basket(_store(), MILK)

    _reprice(basket, 199)
    _scan(basket, MILK)

    assert [line.unit_price_minor for line in basket.standing] == [149, 199]


def _reprice(basket: Basket, price: int) -> None:
    store_id, product_id = basket.catalogue.store_id, basket.lines[1].article.product_id
    price_set(store_id=store_id, product_id=product_id, amount_minor=price, now=AT)
    forget_catalogues()
    basket.adopt(store_catalogue(store_id))
    basket.reprice(AT)
