"""The checkout's REST calls, as the tablet and the gate make them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from carts.models import Trip
from checkout.models import ExitPass, IdempotencyKey, PaymentAttempt, Receipt
from checkout.providers.sandbox import Sandbox
from checkout.services.idempotency import KEPT, keys_expire
from checkout.services.passes import pass_token
from tests.checkout.world import Shop, make_doubtful, make_shop, make_trip

DUE = 2 * 149 + 299


def post(client: APIClient, path: str, body: Any, key: str | None = "key-1") -> Any:
    headers = {"Idempotency-Key": key} if key is not None else {}
    return client.post(f"/api/v1/{path}", body, format="json", headers=headers)


def opened(shop: Shop, trip: Trip, key: str = "open-1") -> Any:
    return post(shop.api(), f"trips/{trip.id}/checkout", {"language": "de-AT"}, key)


def paid(shop: Shop, key: str = "pay-1") -> Any:
    checkout = opened(shop, make_trip(shop), f"for {key}").json()
    return post(
        shop.api(), f"checkouts/{checkout['id']}/payments", {"method": "card", "source": "sandbox:approve"}, key
    )


def test_a_clear_trip_goes_from_seal_to_receipt(shop: Shop) -> None:
    trip = make_trip(shop)
    first = opened(shop, trip)
    assert (first.status_code, first.json()["state"], first.json()["amount"]) == (201, "cleared", DUE)
    assert first.json()["message"].startswith("Alles in Ordnung")

    url = f"checkouts/{first.json()['id']}"
    answer = post(shop.api(), f"{url}/payments", {"method": "card", "source": "sandbox:approve"}).json()

    assert (answer["state"], answer["payment"]["state"], answer["payment"]["amount"]) == ("paid", "captured", DUE)
    assert answer["receipt"]["url"].endswith(f"/r/{Receipt.objects.get().public_id}/")
    assert answer["exit_pass"]["token"] == pass_token(ExitPass.objects.get())
    assert shop.api().get(f"/api/v1/{url}").json() == answer
    assert set(answer) == {
        "id", "trip", "state", "revision", "amount", "currency", "exponent", "reasons", "problems",
        "open_amount", "message", "payment", "payments", "accepts", "receipt", "exit_pass",
        "till_only", "corrections", "confirmation_due",
    }  # fmt: skip


def test_a_trip_in_doubt_says_why_and_can_not_be_paid(shop: Shop) -> None:
    checkout = opened(shop, make_doubtful(shop)).json()

    refusal = post(shop.api(), f"checkouts/{checkout['id']}/payments", {"source": "sandbox:approve"})

    assert checkout["state"] == "in_review"
    assert checkout["reasons"][0]["code"] == "unscanned"
    assert (refusal.status_code, refusal.json()["code"]) == (409, "checkout_in_review")
    assert refusal.headers["Content-Type"] == "application/problem+json"


def test_a_decline_tells_the_shopper_and_another_card_pays(shop: Shop) -> None:
    checkout = opened(shop, make_trip(shop)).json()
    url = f"checkouts/{checkout['id']}/payments"

    declined = post(shop.api(), url, {"source": "sandbox:decline"}, "pay-1").json()
    approved = post(shop.api(), url, {"source": "sandbox:approve"}, "pay-2").json()

    assert (declined["state"], declined["payment"]["state"]) == ("cleared", "declined")
    assert declined["message"].startswith("Die Zahlung wurde abgelehnt")
    assert approved["state"] == "paid"


def test_a_time_out_is_told_as_unknown_and_not_as_failed(shop: Shop) -> None:
    checkout = opened(shop, make_trip(shop)).json()

    answer = post(shop.api(), f"checkouts/{checkout['id']}/payments", {"source": "sandbox:timeout_after"})

    assert (answer.status_code, answer.json()["state"]) == (201, "unknown")


def test_the_same_key_and_call_get_the_same_bytes_and_one_charge(shop: Shop, sandbox: Sandbox) -> None:
    first = paid(shop)
    url = f"checkouts/{first.json()['id']}/payments"

    # The order of JSON's members does not make another call.
    again = post(shop.api(), url, {"source": "sandbox:approve", "method": "card"}, "pay-1")

    assert (again.status_code, again.content) == (201, first.content)
    assert PaymentAttempt.objects.count() == 1
    assert sandbox.calls(key=PaymentAttempt.objects.get().key) == ["authorise", "capture"]


def test_the_same_key_for_another_body_or_path_is_refused(shop: Shop) -> None:
    first = paid(shop)

    other_body = post(shop.api(), f"checkouts/{first.json()['id']}/payments", {"source": "sandbox:decline"}, "pay-1")
    other_path = opened(shop, Trip.objects.get(), "pay-1")

    assert [other_body.status_code, other_path.status_code] == [422, 422]
    assert other_body.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, "idempotency_key_missing"), ("", "idempotency_key_missing"), ("x" * 201, "idempotency_key_invalid")],
)
def test_a_call_without_a_usable_key_is_refused(shop: Shop, key: str | None, code: str) -> None:
    trip = make_trip(shop)

    answer = post(shop.api(), f"trips/{trip.id}/checkout", {}, key)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert Trip.objects.get().state == "sealed"


def test_a_key_that_is_running_says_when_to_come_back(shop: Shop) -> None:
    trip = make_trip(shop)
    opened(shop, trip)
    IdempotencyKey.objects.update(status=None, body=None, lease_until=timezone.now() + timedelta(seconds=30))

    answer = opened(shop, trip)

    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_running")
    assert answer.headers["Retry-After"] == "1"


def test_a_lease_that_expired_resumes_the_same_payment(shop: Shop, sandbox: Sandbox) -> None:
    first = paid(shop)
    row = IdempotencyKey.objects.get(key="pay-1")
    IdempotencyKey.objects.filter(id=row.id).update(status=None, body=None, lease_until=timezone.now())

    again = post(
        shop.api(), f"checkouts/{first.json()['id']}/payments", {"method": "card", "source": "sandbox:approve"}, "pay-1"
    )

    assert (again.status_code, again.json()["payment"]["id"]) == (201, first.json()["payment"]["id"])
    assert PaymentAttempt.objects.count() == 1


def test_a_refusal_frees_the_key_for_another_try(shop: Shop) -> None:
    trip = make_trip(shop, state="shopping")
    assert opened(shop, trip).json()["code"] == "trip_not_sealed"
    Trip.objects.filter(id=trip.id).update(state="sealed")

    assert opened(shop, trip).status_code == 201


def test_keys_of_two_carts_do_not_meet(shop: Shop) -> None:
    other = make_shop("Dale Foods")

    answers = [opened(place, make_trip(place), "same") for place in (shop, other)]

    assert [answer.status_code for answer in answers] == [201, 201]


def test_keys_are_forgotten_after_thirty_days(shop: Shop) -> None:
    opened(shop, make_trip(shop))
    now = timezone.now()

    assert keys_expire(now=now + KEPT - timedelta(minutes=1)) == 0
    assert keys_expire(now=now + KEPT + timedelta(minutes=1)) == 1


def test_another_carts_checkout_looks_absent(shop: Shop) -> None:
    other = make_shop("Dale Foods")
    checkout = opened(shop, make_trip(shop)).json()

    read = other.api().get(f"/api/v1/checkouts/{checkout['id']}")
    pay = post(other.api(), f"checkouts/{checkout['id']}/payments", {"source": "sandbox:approve"})

    assert [read.status_code, pay.status_code] == [404, 404]
    assert read.json()["code"] == "not_found"


def test_gates_do_not_check_out_and_carts_do_not_open_gates(shop: Shop) -> None:
    trip = make_trip(shop)

    by_gate = post(shop.api(shop.gate_token), f"trips/{trip.id}/checkout", {})
    by_cart = post(shop.api(), "gate/open", {"pass": "x"})
    by_nobody = post(APIClient(), "gate/open", {"pass": "x"})

    assert [by_gate.status_code, by_cart.status_code, by_nobody.status_code] == [403, 403, 401]


@pytest.mark.parametrize("body", [[], "text", {"source": 7 * [1]}, {"method": "card"}])
def test_a_body_that_makes_no_sense_is_refused_and_charges_nothing(shop: Shop, body: Any) -> None:
    checkout = opened(shop, make_trip(shop)).json()

    answer = post(shop.api(), f"checkouts/{checkout['id']}/payments", body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert not PaymentAttempt.objects.exists()


def test_an_exit_pass_opens_the_gate_once(shop: Shop) -> None:
    token = paid(shop).json()["exit_pass"]["token"]
    gate = shop.api(shop.gate_token)

    answers = [post(gate, "gate/open", {"pass": token}, None) for _ in range(2)]

    assert (answers[0].status_code, answers[0].json()) == (200, {"open": True})
    assert (answers[1].status_code, answers[1].json()["code"]) == (409, "pass_used")


def test_an_exit_pass_is_good_for_minutes(shop: Shop) -> None:
    paid(shop)
    row = ExitPass.objects.get()
    row.expires_at = timezone.now() - timedelta(seconds=1)

    answer = post(shop.api(shop.gate_token), "gate/open", {"pass": pass_token(row)}, None)

    assert (answer.status_code, answer.json()["code"]) == (410, "pass_expired")


@pytest.mark.parametrize("harm", ["", "AAAA", "é" * 48, "x" * 90], ids=["zeros", "short", "foreign", "long"])
def test_a_made_up_pass_is_unknown(shop: Shop, harm: str) -> None:
    answer = post(shop.api(shop.gate_token), "gate/open", {"pass": harm or "A" * 48}, None)

    assert (answer.status_code, answer.json()["code"]) == (404, "pass_unknown")


def test_a_pass_with_a_later_expiry_than_signed_is_unknown(shop: Shop) -> None:
    import base64

    token = paid(shop).json()["exit_pass"]["token"].removeprefix("P1.")
    data = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    data[51] ^= 1
    forged = "P1." + base64.urlsafe_b64encode(bytes(data)).decode().rstrip("=")

    assert post(shop.api(shop.gate_token), "gate/open", {"pass": forged}, None).status_code == 404


def test_a_pass_opens_no_gate_of_another_store(shop: Shop) -> None:
    token = paid(shop).json()["exit_pass"]["token"]
    elsewhere = make_shop("Dale Foods")

    assert post(elsewhere.api(elsewhere.gate_token), "gate/open", {"pass": token}, None).status_code == 404
    assert ExitPass.objects.get().used_at is None


def test_the_schema_names_every_call_of_the_checkout(client: Client, db: None) -> None:
    schema = client.get("/api/schema/?format=json").content
    paths = json.loads(schema)["paths"]

    assert {
        "/api/v1/trips/{trip}/checkout", "/api/v1/checkouts/{checkout}", "/api/v1/checkouts/{checkout}/payments",
        "/api/v1/gate/open",
    } <= set(paths)  # fmt: skip
    header = paths["/api/v1/trips/{trip}/checkout"]["post"]["parameters"]
    assert {"Idempotency-Key"} <= {parameter["name"] for parameter in header if parameter["required"]}
