"""A basket that waits at a till: its system is told, and the shopper may take it back until the till has taken it."""

from typing import Any

import msgspec
import pytest
from django.test import Client

from checkout.models import OutboxMessage, PaymentAttempt, TillBasket
from checkout.order_schemas import TillBasketTold
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.till import Till
from checkout.services.webhooks import endpoint_create
from tests.checkout.test_apis import opened, post
from tests.checkout.test_tills import DUE, till_of
from tests.checkout.world import NOW, Shop, make_trip


@pytest.fixture(autouse=True)
def _till(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_providers", lambda: (sandbox, Till(), Free()))


@pytest.fixture
def url(shop: Shop) -> str:
    return f"checkouts/{opened(shop, make_trip(shop)).json()['id']}"


def hand_over(shop: Shop, url: str, key: str = "t") -> dict[str, Any]:
    answer = post(shop.api(), f"{url}/payments", {"method": "till", "source": "till"}, key).json()
    payment: dict[str, Any] = answer["payment"]
    return payment


def take_back(shop: Shop, payment: dict[str, Any]) -> Any:
    return post(shop.api(), f"payments/{payment['id']}/void", {}, f"void {payment['id']}")


def pay(shop: Shop, code: str, amount: int = DUE) -> Any:
    told = {"tender": "card", "reference": "R-1", "amount": amount}
    return post(till_of(shop), f"till/baskets/{code}/paid", told, "paid")


def told() -> list[tuple[str, int]]:
    rows = OutboxMessage.objects.filter(topic="webhook.till.basket").order_by("id")
    return [(row.payload["data"]["state"], row.payload["data"]["amount"]) for row in rows]


def test_the_tills_system_is_told_once_of_a_basket_and_again_when_it_is_taken_back(
    shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("checkout.services.webhooks.target", lambda url, private: None)
    endpoint_create(retailer_id=shop.store.retailer_id, url="https://pos.test/hook", now=NOW)

    payment = hand_over(shop, url)
    hand_over(shop, url)
    assert told() == [("open", DUE)]
    data = OutboxMessage.objects.get(topic="webhook.till.basket").payload["data"]
    basket = msgspec.convert(data, TillBasketTold)
    assert (basket.code, [line.quantity for line in basket.lines]) == (payment["code"], [2, 1])
    take_back(shop, payment)

    assert told() == [("open", DUE), ("voided", DUE)]


def test_a_basket_taken_back_is_not_paid_at_the_till_and_another_way_is_open(shop: Shop, url: str) -> None:
    payment = hand_over(shop, url)

    answer = take_back(shop, payment).json()

    assert (answer["state"], answer["open_amount"], answer["payment"]["state"]) == ("cleared", DUE, "voided")
    assert pay(shop, payment["code"]).json()["code"] == "till_basket_ended"
    again = post(shop.api(), f"{url}/payments", {"source": "sandbox:approve"}, "c").json()
    assert (again["state"], PaymentAttempt.objects.filter(state="captured").count()) == ("paid", 1)


def test_a_basket_that_the_till_has_taken_stays_paid_however_late_the_shopper_wants_it_back(
    shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(shop.api(), f"{url}/payments", {"source": "sandbox:gift:g200", "amount": 200, "method": "gift_card"}, "g")
    payment = hand_over(shop, url)
    # The till has said it, and nobody has asked since: the shopper's word arrives between the two.
    TillBasket.objects.update(state="paid", tender="card", reference="R-1")

    answer = take_back(shop, payment).json()

    assert answer["state"] == "paid"
    assert {row["state"] for row in answer["payments"]} == {"captured"}


def test_without_the_void_the_till_could_take_a_basket_that_was_taken_back(
    shop: Shop, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Till, "void", Till.find)
    payment = hand_over(shop, url)

    take_back(shop, payment)

    assert pay(shop, payment["code"]).status_code == 201


def test_what_is_being_asked_about_is_not_taken_back(shop: Shop, url: str) -> None:
    payment = post(shop.api(), f"{url}/payments", {"source": "sandbox:timeout_after"}, "a").json()["payment"]

    assert take_back(shop, payment).json()["code"] == "tender_not_held"


def test_the_code_comes_as_a_picture_and_only_codes_of_ours_do(shop: Shop, url: str, client: Client) -> None:
    payment = hand_over(shop, url)

    assert client.get(payment["qr"]).headers["Content-Type"] == "image/svg+xml"
    assert client.get(payment["qr"].replace(payment["code"], payment["code"][:-1] + "!")).status_code == 404


def test_the_checkout_says_what_the_store_takes(shop: Shop, url: str) -> None:
    assert shop.api().get(f"/api/v1/{url}").json()["accepts"] == {
        "providers": ["sandbox", "till"], "split": True, "most_tip": 0,
    }  # fmt: skip
    shop.store.policy = shop.store.policy | {
        "payments": {"providers": ["till"], "tips": True, "most_tip": 0.1, "split": False}
    }
    shop.store.save()
    assert shop.api().get(f"/api/v1/{url}").json()["accepts"] == {
        "providers": ["till"], "split": False, "most_tip": DUE // 10,
    }  # fmt: skip
    shop.store.policy = shop.store.policy | {"payments": {"tip": True}}
    shop.store.save()
    assert shop.api().get(f"/api/v1/{url}").json()["accepts"]["providers"] == []
