"""What a retailer's systems read and are told: complete, in order, theirs alone, and as the schemas say."""

import csv
import io
import json
import re
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from rest_framework.test import APIClient

from checkout.models import ExportToken, FeedEntry, OutboxMessage, Receipt, SigningKey, WebhookEndpoint
from checkout.order_schemas import DATA, event_schema, order_schema
from checkout.services.announcing import EVENTS
from checkout.services.business_days import day_close
from checkout.services.disputes import dispute_decide, dispute_open, dispute_refund, dispute_withdraw
from checkout.services.order_feed import feed_extend, token_create
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_line
from checkout.webhooks import secret_text, sign
from inventory.models import Retailer, Store
from tests.checkout.receipts import receipt_for
from tests.checkout.test_end_of_day import DAY, LATER
from tests.checkout.world import APPLES, CAVIAR, MILK, NOW, Shop, make_shop

DOCUMENT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()


def reader(retailer: Retailer) -> APIClient:
    _, token = token_create(retailer=retailer, name="ERP", staff=None, now=NOW)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def refunded(receipt: Receipt, shop: Shop) -> None:
    refund = refund_line(checkout_id=receipt.checkout_id, line=1, reference="r", staff=shop.sue, now=NOW)
    refund_advance(refund_id=refund.id, now=NOW)


def test_the_feed_tells_every_order_and_refund_once_in_pages_without_holes(shop: Shop) -> None:
    receipts = [receipt_for(shop) for _ in range(3)]
    client, cursor = reader(shop.store.retailer), ""
    told: list[dict[str, Any]] = []

    for _ in range(2):
        page = client.get("/api/v1/orders", {"cursor": cursor, "limit": "2"}).json()
        told += page["items"]
        cursor = page["cursor"]
    refunded(receipts[0], shop)
    last = client.get("/api/v1/orders", {"cursor": cursor}).json()
    again = client.get("/api/v1/orders", {"cursor": last["cursor"]}).json()

    assert [item["position"] for item in told] == [1, 2, 3]
    assert [(item["position"], item["kind"]) for item in last["items"]] == [(4, "order.refunded")]
    assert last["items"][0]["order"]["refunded"] == 298
    assert (again["items"], again["cursor"], again["more"]) == ([], last["cursor"], False)


def test_what_the_feed_says_is_what_its_schema_says(shop: Shop) -> None:
    refunded(receipt_for(shop, "en", **{MILK: 2, APPLES: 735}), shop)

    page = reader(shop.store.retailer).get("/api/v1/orders").json()

    jsonschema.validate(page, order_schema())
    broken = json.loads(json.dumps(page))
    broken["items"][0]["order"]["lines"][0]["amount"] = "2.98"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, order_schema())


def test_the_feed_as_a_table_has_a_row_a_line(shop: Shop) -> None:
    receipt_for(shop, "en", **{MILK: 2, CAVIAR: 1})

    answer = reader(shop.store.retailer).get("/api/v1/orders", {"as": "csv"})

    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert [(row["name"], row["amount"]) for row in rows] == [("Milk 1 l", "2.98"), ("Caviar", "49.99")]
    assert answer.headers["Next-Cursor"]


def test_a_retailer_reads_its_own_orders_and_days_only(shop: Shop) -> None:
    other = make_shop("Dale Foods")
    receipt_for(shop)
    day_close(store=shop.store, day=DAY, now=LATER)
    ours, theirs = reader(shop.store.retailer), reader(other.store.retailer)

    assert len(ours.get("/api/v1/orders").json()["items"]) == 1
    assert theirs.get("/api/v1/orders").json()["items"] == []
    assert ours.get(f"/api/v1/days/market/{DAY}").json()["totals"]["receipts"]["count"] == 1
    assert theirs.get(f"/api/v1/days/market/{DAY}").status_code == 404
    assert ours.get("/api/v1/days/elsewhere/2026-03-02").status_code == 404
    assert ours.get("/api/v1/days/market/yesterday").json()["code"] == "day_invalid"


@pytest.mark.parametrize("header", ["", "Bearer nonsense", "Device x", "Bearer "])
def test_without_a_token_nothing_is_read(shop: Shop, header: str) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)

    assert client.get("/api/v1/orders").status_code == 401


def test_a_revoked_token_reads_nothing_more_and_is_nowhere_in_the_clear(shop: Shop, capsys: Any) -> None:
    call_command("export_token", "--retailer", "hill-foods", "--name", "ERP")
    token = capsys.readouterr().out.splitlines()[1]
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    assert client.get("/api/v1/orders").status_code == 200
    assert token not in str(list(ExportToken.objects.values()))

    call_command("export_token", "--retailer", "hill-foods", "--revoke", str(ExportToken.objects.get().pk))

    assert client.get("/api/v1/orders").status_code == 401
    with pytest.raises(CommandError):
        call_command("export_token", "--retailer", "nobody")


def test_a_cursor_that_is_none_is_refused(shop: Shop) -> None:
    answer = reader(shop.store.retailer).get("/api/v1/orders", {"cursor": "??"})

    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


def test_positions_are_given_once(shop: Shop) -> None:
    receipt_for(shop)

    assert [feed_extend(retailer_id=shop.store.retailer_id) for _ in range(2)] == [1, 0]
    assert FeedEntry.objects.count() == 1


def test_everything_that_is_sent_is_as_its_schema_says(shop: Shop) -> None:
    shop.store.policy = {**shop.store.policy, "refunds": {"four_eyes_minor": 1000}}
    shop.store.save()
    WebhookEndpoint.objects.create(
        retailer=shop.store.retailer, url="https://erp.example/", secret_sealed=b"", created_at=NOW
    )
    receipt = receipt_for(shop, "en", **{MILK: 2, APPLES: 735, CAVIAR: 1})
    dispute_withdraw(dispute=dispute_open(receipt=receipt, line=2, now=NOW), now=NOW)
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.sue, accept=True, answer="", now=NOW)
    dispute_refund(dispute_id=dispute.id, now=NOW)
    refund_line(checkout_id=receipt.checkout_id, line=3, reference="four eyes", staff=shop.sue, now=NOW)
    day_close(store=shop.store, day=DAY, now=LATER)

    sent = [row.payload for row in OutboxMessage.objects.filter(topic__startswith="webhook.")]

    for body in sent:
        told = {name: body[name] for name in ("type", "timestamp", "data")}
        jsonschema.validate(json.loads(json.dumps(told)), event_schema(body["type"]))
    assert {body["type"] for body in sent} >= {
        "refund.requested", "refund.started", "refund.paid", "dispute.opened", "dispute.withdrawn", "dispute.decided",
        "dispute.refunded", "day.closed",
    }  # fmt: skip


def test_the_document_names_every_event_and_every_field_of_it() -> None:
    assert set(EVENTS) <= set(DATA)
    for event, kind in DATA.items():
        row = next(line for line in DOCUMENT.splitlines() if line.startswith(f"| `{event}` |"))
        if "the same" not in row:
            assert [name for name in kind.__struct_fields__ if f"`{name}`" not in row] == []


def test_the_documents_verifier_takes_what_we_sign_and_nothing_else() -> None:
    found: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)[0], found)
    verified, secret, now = found["verified"], b"s" * 32, int(time.time())
    body = b'{"type":"checkout.paid"}'
    headers = sign(secret, message_id="msg_1", at=now, body=body)

    assert verified(secret_text(secret), headers, body)
    assert not verified(secret_text(b"t" * 32), headers, body)
    assert not verified(secret_text(secret), headers, body + b" ")
    assert not verified(secret_text(secret), headers | {"webhook-id": "msg_2"}, body)
    assert not verified(secret_text(secret), headers | {"webhook-timestamp": str(now - 301)}, body)
    assert not verified(secret_text(secret), sign(secret, message_id="msg_1", at=now - 301, body=body), body)


def test_the_schemas_are_public_and_complete(shop: Shop) -> None:
    body = APIClient().get("/api/v1/webhook-schemas").json()

    assert set(body["webhooks"]) == set(DATA)
    for schema in [body["orders"], *body["webhooks"].values()]:
        jsonschema.Draft202012Validator.check_schema(schema)


def test_the_command_rotates_and_revokes_keys(shop: Shop, capsys: Any) -> None:
    receipt = receipt_for(shop)
    assert receipt.key is not None

    call_command("rotate_key", "--retailer", "hill-foods")
    call_command("rotate_key", "--retailer", "hill-foods", "--revoke", receipt.key.kid)

    states = dict(SigningKey.objects.filter(purpose="receipt").values_list("kid", "state"))
    assert sorted(states.values()) == ["active", "revoked"]
    assert states[receipt.key.kid] == "revoked"
    with pytest.raises(CommandError):
        call_command("rotate_key", "--retailer", "hill-foods", "--revoke", "nothing")


def test_stores_of_one_retailer_share_the_feed_and_can_be_read_alone(shop: Shop) -> None:
    receipt_for(shop)
    Store.objects.create(retailer=shop.store.retailer, code="second", name="Second")
    client = reader(shop.store.retailer)

    assert len(client.get("/api/v1/orders", {"store": "market"}).json()["items"]) == 1
    assert client.get("/api/v1/orders", {"store": "second"}).json()["items"] == []
