"""Vouchers, coupons, member cards and dates over the stream: what the cart is told, and what the totals come to."""

import asyncio

import pytest

from carts.live.hub import Hub
from carts.live.parking import Parking
from carts.models import Cart, JournalEntry, Trip, TripState
from carts.services.enrolment import device_enrol, enrolment_code_create
from inventory.models import Claim, Coupon, Product, Store
from inventory.selectors.catalogue import forget_catalogues
from inventory.services.prices import price_set
from inventory.services.promotions import promotion_set
from inventory.services.pseudonyms import member_card_add, pseudonym
from tests.carts.live.cast import MILK, Shop, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
VOUCHER = "9810000101505"  # 1.50


def _shop() -> Shop:
    shop = make_shop()
    Store.objects.filter(id=shop.store.pk).update(label_templates=["voucher:981SSSSSPPPPC:P2"])
    for code, rule in (
        ("club", {"members_only": True, "group": "members"}),
        ("ten", {"coupon": "TEN", "group": "coupons"}),
    ):
        whole = {"kind": "amount", "on": {"products": [MILK]}, "amount_minor": 10} | rule
        promotion_set(store_id=shop.store.pk, code=code, name=code, rule=whole, now=NOW)
    forget_catalogues()
    return shop


def _second_cart(shop: Shop) -> str:
    cart = Cart.objects.create(store=shop.store, label="A2")
    code = enrolment_code_create(store_id=shop.store.pk, cart_id=cart.pk, now=NOW)
    return device_enrol(code=code, now=NOW).token


def test_a_voucher_lowers_what_is_due_and_comes_back_after_a_break() -> None:
    shop = _shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", code=MILK, source="scanner", quantity=2)
        result = await ana.event("scan", code=VOUCHER, source="scanner")
        await ana.until(lambda: ana.basket["totals"]["vouchers"] == 150)

        assert result["outcome"] == "voucher_added"
        assert ana.basket["totals"]["due"] == 2 * 149 - 150
        hub.leave(ana.connection)
        hub._parked = Parking()
        back = open_tablet(hub, shop.token, stream=ana.stream)
        welcome = await back.hello()
        assert welcome is not None
        assert welcome["basket"]["totals"] == ana.basket["totals"]

    on_the_loop(story)


def test_a_voucher_serves_one_cart_until_that_one_lets_it_go() -> None:
    shop = _shop()
    token = _second_cart(shop)

    async def story(hub: Hub) -> None:
        ana, ben = open_tablet(hub, shop.token), open_tablet(hub, token)
        for tablet in (ana, ben):
            await tablet.hello()
            await tablet.event("start")
        first = await ana.event("scan", code=VOUCHER, source="scanner")
        second = await ben.event("scan", code=VOUCHER, source="scanner")
        again = await ana.event("scan", code=VOUCHER, source="scanner")
        await ana.event("remove", code=VOUCHER)
        await ana.connection.settle()
        third = await ben.event("scan", code=VOUCHER, source="scanner")
        await ben.event("cancel")
        fourth = await ana.event("scan", code=VOUCHER, source="scanner")

        outcomes = [result["outcome"] for result in (first, second, again, third, fourth)]
        assert outcomes == ["voucher_added", "sale_refused", "sale_refused", "voucher_added", "voucher_added"]
        assert (second["detail"]["why"], again["detail"]["why"]) == ("in_use", "in_basket")

    on_the_loop(story)
    assert Claim.objects.get().holder == Trip.objects.get(state=TripState.SHOPPING).id


def test_a_members_card_and_a_coupon_bring_their_prices() -> None:
    shop = _shop()
    member_card_add(retailer=shop.store.retailer, number="CARD-7")
    Coupon.objects.create(retailer=shop.store.retailer, code="TEN-1", promotion_coupon="TEN")

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start", shopper="wallet-4711")
        await ana.event("scan", code=MILK, source="scanner")
        card = await ana.event("scan", code="]Q0CARD-7", source="scanner")
        coupon = await ana.event("scan", code="TEN-1", source="keyed")
        await ana.until(lambda: ana.basket["totals"]["discount"] == 20)

        assert (card["outcome"], coupon["outcome"]) == ("member_added", "coupon_added")
        assert "CARD-7" not in str(ana.sent)
        assert ana.basket["totals"]["member"] is True

    on_the_loop(story)
    kept = "".join(repr(row) for table in (Trip, JournalEntry) for row in table.objects.values_list())
    assert "TEN-1" in kept
    assert "CARD-7" not in kept
    assert "wallet-4711" not in kept
    assert Trip.objects.get().shopper == pseudonym(shop.store.retailer_id, "wallet-4711")


def test_a_lower_price_reaches_the_open_basket() -> None:
    shop = _shop()
    product = Product.objects.get(code=MILK)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", code=MILK, source="scanner")
        await asyncio.to_thread(price_set, store_id=shop.store.pk, product_id=product.pk, amount_minor=99, now=NOW)
        forget_catalogues()
        await hub._refresh_contexts()
        await ana.until(lambda: ana.basket["totals"]["due"] == 99)

        assert ana.basket["lines"][0]["unit_price"] == 99

    on_the_loop(story)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (f"]d2010{MILK}17200101", "expired"),
        (f"]d2010{MILK}16200101", "expired"),
        (f"]d2010{MILK}15200101", "expired"),
        (f"]d2010{MILK}70032001011200", "expired"),
        (f"]d2010{MILK}10L4711", "recalled"),
    ],
)
def test_what_is_past_its_date_or_recalled_is_refused_with_a_word(code: str, why: str) -> None:
    shop = _shop()
    Product.objects.filter(code=MILK).update(recalled_batches=["L4711"])
    forget_catalogues()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        result = await ana.event("scan", code=code, source="scanner")

        assert result["outcome"] == "sale_refused"
        assert result["detail"]["why"] == why
        assert "Milk" in result["detail"]["text"]
        assert ana.of("basket") == []

    on_the_loop(story)
