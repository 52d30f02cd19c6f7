from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.errors import NotFound, UnknownCode
from inventory.models import Barcode, Price, Product
from inventory.selectors import catalogue as selectors
from inventory.selectors.catalogue import article_for, produce_keys, search, store_catalogue
from inventory.services.prices import price_set
from inventory.services.products import barcode_add, product_change
from inventory.services.promotions import InvalidPromotion, promotion_set
from tests.inventory.world import NOW, make_product, make_store

pytestmark = pytest.mark.django_db

OAT = "9012345000004"


@pytest.fixture(autouse=True)
def _check_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "CHECK_SECONDS", 0.0)


def test_a_scanned_code_finds_the_article_with_its_price() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT, price=219, category="Drinks", gross_weight_g=1040)

    article = article_for(store_catalogue(store.pk), f"]E0{OAT}")

    assert (article.product_id, article.unit_price_minor, article.gross_g) == (oat.pk, 219, 1040)
    assert article.groups == ("Drinks",)
    assert article.printed_code == OAT


def test_a_store_sells_only_what_has_a_price_there() -> None:
    market, kiosk = make_store(), make_store(code="kiosk")
    make_product(market, "Oat drink", OAT)

    with pytest.raises(UnknownCode):
        article_for(store_catalogue(kiosk.pk), OAT)


def test_another_retailers_product_is_unknown() -> None:
    market, foreign = make_store(), make_store("Vale Foods")
    make_product(foreign, "Oat drink", OAT)

    with pytest.raises(UnknownCode):
        article_for(store_catalogue(market.pk), OAT)


def test_a_code_of_several_products_gives_all_of_them() -> None:
    store = make_store()
    make_product(store, "Red apple", "4011", code="a")
    make_product(store, "Green apple", "4011", code="b")

    found = store_catalogue(store.pk).find(("4011",))

    assert [article.name for article in found] == ["Green apple", "Red apple"]
    with pytest.raises(UnknownCode):
        article_for(store_catalogue(store.pk), "4011")


def test_a_price_change_is_seen_at_the_next_check() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT, price=219)
    before = store_catalogue(store.pk)

    price_set(store_id=store.pk, product_id=oat.pk, amount_minor=189, now=timezone.now())

    after = store_catalogue(store.pk)
    assert [c.article(oat.pk).unit_price_minor for c in (before, after)] == [219, 189]  # type: ignore[union-attr]
    assert after.version > before.version


def test_a_product_change_reaches_all_stores_of_the_retailer() -> None:
    market, kiosk = make_store(), make_store(code="kiosk")
    oat = make_product(market, "Oat drink", OAT)
    price_set(store_id=kiosk.pk, product_id=oat.pk, amount_minor=299, now=NOW)
    store_catalogue(market.pk), store_catalogue(kiosk.pk)

    product_change(product_id=oat.pk, changes={"sale_stopped": True}, now=NOW)

    assert all(store_catalogue(s.pk).find((OAT.zfill(14),))[0].sale_stopped for s in (market, kiosk))


def test_an_unchanged_store_keeps_its_snapshot() -> None:
    store = make_store()
    make_product(store, "Oat drink", OAT)

    assert store_catalogue(store.pk) is store_catalogue(store.pk)


def test_a_price_that_begins_later_is_taken_when_its_time_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT, price=219)
    start = timezone.now() + timedelta(hours=1)
    price_set(
        store_id=store.pk, product_id=oat.pk, amount_minor=99, now=NOW, valid_from=start,
        valid_until=start + timedelta(hours=1),
    )  # fmt: skip
    seen = []

    for hours in (0.5, 1.5, 2.5):
        monkeypatch.setattr(timezone, "now", lambda: start + timedelta(hours=hours - 1))  # noqa: B023
        seen.append(store_catalogue(store.pk).article(oat.pk).unit_price_minor)  # type: ignore[union-attr]

    assert seen == [219, 99, 219]


def test_an_open_ended_price_ends_what_was_valid_before_it() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT, price=219)

    price_set(store_id=store.pk, product_id=oat.pk, amount_minor=189, now=NOW + timedelta(days=1))

    assert [p.valid_until for p in Price.objects.order_by("valid_from")] == [NOW + timedelta(days=1), None]


def test_a_price_of_a_foreign_product_is_refused() -> None:
    market, foreign = make_store(), make_store("Vale Foods")
    oat = make_product(foreign, "Oat drink", OAT)

    with pytest.raises(NotFound):
        price_set(store_id=market.pk, product_id=oat.pk, amount_minor=1, now=NOW)


def test_a_pack_of_six_is_found_by_its_own_code() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT)
    barcode_add(product_id=oat.pk, code="19012345000001", pack_quantity=6, now=NOW)

    case = article_for(store_catalogue(store.pk), "19012345000001")

    assert (case.product_id, case.pack_quantity) == (oat.pk, 6)
    assert store_catalogue(store.pk).article(oat.pk).pack_quantity == 1  # type: ignore[union-attr]


def test_promotions_of_the_store_come_along_and_a_wrong_one_is_refused() -> None:
    store = make_store()
    rule = {"kind": "percent", "on": {"groups": ["Drinks"]}, "percent_bp": 1000}
    promotion_set(store_id=store.pk, code="drinks", name="Drinks 10 %", rule=rule, now=NOW)

    with pytest.raises(InvalidPromotion):
        promotion_set(store_id=store.pk, code="odd", name="Odd", rule={"kind": "gift"}, now=NOW)

    assert [rule.id for rule in store_catalogue(store.pk).promotions.rules] == ["drinks"]


def test_wrong_label_templates_leave_labels_unknown_and_the_store_open() -> None:
    store = make_store(label_templates=["no template"])
    make_product(store, "Oat drink", OAT)

    catalogue = store_catalogue(store.pk)

    assert article_for(catalogue, OAT).name == "Oat drink"


def test_a_closed_store_has_no_catalogue() -> None:
    store = make_store()
    store_catalogue(store.pk)
    type(store).objects.filter(pk=store.pk).update(active=False)

    with pytest.raises(NotFound):
        store_catalogue(store.pk)


def test_search_finds_by_words_without_case_and_accents_in_the_own_store_only() -> None:
    market, foreign = make_store(), make_store("Vale Foods")
    make_product(market, "Crème brûlée", code="1", brand="Süßwerk")
    make_product(foreign, "Crème fraîche", code="2")

    found = search(market.pk, "BRULEE sussw")

    assert [article.name for article in found] == ["Crème brûlée"]
    assert [article.name for article in search(market.pk, "creme")] == ["Crème brûlée"]


def test_produce_keys_are_the_articles_under_a_plu() -> None:
    store = make_store()
    make_product(store, "Apples", "4011", sold_by="kg")
    make_product(store, "Oat drink", OAT)

    assert [article.name for article in produce_keys(store.pk)] == ["Apples"]


def test_an_inactive_product_is_not_sold() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink", OAT)

    product_change(product_id=oat.pk, changes={"active": False}, now=NOW)

    assert store_catalogue(store.pk).find((Barcode.objects.get().key,)) == ()
    assert Product.objects.get().active is False
