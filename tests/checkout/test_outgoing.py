"""Webhooks to the retailer: signed as the standard says, and to addresses of the internet only."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from checkout.errors import SignatureWrong
from checkout.models import Checkout, OutboxMessage, PaymentAttempt, ProviderEvent, WebhookEndpoint
from checkout.outgoing import target
from checkout.providers.sandbox import Sandbox, SandboxEvent, sandbox_signed
from checkout.services import sweeping
from checkout.services.advancing import payment_advance
from checkout.services.outbox import MOST_ATTEMPTS, outbox_deliver, outbox_replay
from checkout.services.payments import payment_start
from checkout.services.webhooks import EndpointRefused, endpoint_create, sandbox_secret, webhook_receive
from checkout.webhooks import SignatureInvalid, secret_text, sign, verify
from inventory.addresses import AddressRefused
from tests.checkout.world import NOW, Shop, make_trip, open_checkout


class Listener:
    """An order system: keeps what it is sent, and answers as it is told."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *arguments: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(listener.status)
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.WEBHOOKS_TO_PRIVATE = True
    made = Listener()
    yield made
    made.server.shutdown()
    made.server.server_close()


def pay(shop: Shop, source: str = "sandbox:approve") -> PaymentAttempt:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source=source, key=str(checkout.id), now=NOW)
    return payment_advance(attempt_id=attempt.id, now=NOW)


def endpoint(shop: Shop, url: str, **fields: Any) -> tuple[WebhookEndpoint, bytes]:
    return endpoint_create(retailer_id=shop.store.retailer_id, url=url, now=NOW, **fields)


def test_a_sale_is_told_signed_so_that_the_standards_own_library_accepts_it(
    shop: Shop, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, secret = endpoint(shop, listener.url)
    pay(shop)

    from datetime import UTC, datetime

    outbox_deliver(now=datetime.now(UTC))

    headers, body = listener.taken[0]
    told = Webhook(secret_text(secret)).verify(body, headers)
    assert (told["type"], told["data"]["amount"]) == ("checkout.paid", 2 * 149 + 299)
    assert [line["pieces"] for line in told["data"]["lines"]] == [2, 1]


def test_an_endpoint_that_fails_is_tried_again_with_the_same_id_and_then_given_up(
    shop: Shop, listener: Listener
) -> None:
    endpoint(shop, listener.url)
    pay(shop)
    listener.status, now = 500, NOW
    for _ in range(MOST_ATTEMPTS):
        outbox_deliver(now=now)
        now += timedelta(hours=2)

    message = OutboxMessage.objects.get(topic="webhook.checkout.paid")
    assert message.dead_at is not None
    assert "500" in message.error
    assert len({headers["webhook-id"] for headers, _ in listener.taken}) == 1
    listener.status = 204
    outbox_replay(message_id=message.pk, now=now)
    outbox_deliver(now=now)
    message.refresh_from_db()
    assert message.delivered_at is not None


def test_who_answers_gone_is_told_no_more(shop: Shop, listener: Listener) -> None:
    row, _ = endpoint(shop, listener.url)
    listener.status = 410
    pay(shop)

    outbox_deliver(now=NOW)

    row.refresh_from_db()
    assert not row.active


def test_an_endpoint_hears_of_its_topics_and_its_retailer_only(shop: Shop, listener: Listener) -> None:
    endpoint(shop, listener.url, topics=("refund.",))
    pay(shop)

    assert not OutboxMessage.objects.filter(topic__startswith="webhook.").exists()


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://10.1.2.3/", "https://192.168.0.1/", "https://169.254.169.254/latest", "https://[::1]/",
     "https://[::ffff:10.0.0.1]/", "https://[fd00::1]/", "https://0.0.0.0/", "https://100.64.0.1/", "http://8.8.8.8/",
     "ftp://8.8.8.8/", "https://", "https://user:pass@8.8.8.8/", "https://[64:ff9b::a00:1]/", "https://2130706433/"],
)  # fmt: skip
def test_private_addresses_are_refused_in_whatever_clothes(shop: Shop, url: str) -> None:
    with pytest.raises(EndpointRefused):
        endpoint(shop, url)


def test_a_name_with_one_private_address_among_public_ones_is_refused_and_the_checked_address_is_called() -> None:
    with pytest.raises(AddressRefused):
        target("https://shop.example/", resolve=lambda host, port: ["8.8.8.8", "10.0.0.1"])

    url, host = target("https://shop.example/a?b=1", resolve=lambda host, port: ["8.8.8.8"])
    assert (url, host) == ("https://8.8.8.8:443/a?b=1", "shop.example")


def test_an_address_that_became_private_is_not_called_when_it_is_delivered(
    shop: Shop, listener: Listener, settings: Any
) -> None:
    endpoint(shop, listener.url)
    pay(shop)
    settings.WEBHOOKS_TO_PRIVATE = False

    outbox_deliver(now=NOW)

    assert listener.taken == []
    assert "AddressRefused" in OutboxMessage.objects.get(topic="webhook.checkout.paid").error


def test_what_was_not_signed_by_us_or_is_old_is_not_believed() -> None:
    headers = sign(b"secret", message_id="m", at=1000, body=b"x")

    assert verify(b"secret", headers, b"x", now=1000) == "m"
    wrongs: list[tuple[bytes, dict[str, str], bytes, int]] = [
        (b"other", headers, b"x", 1000), (b"secret", headers, b"y", 1000), (b"secret", headers, b"x", 1301),
        (b"secret", headers | {"webhook-id": "n"}, b"x", 1000), (b"secret", {}, b"x", 1000),
        (b"secret", headers | {"webhook-signature": "v1,AAAA"}, b"x", 1000),
    ]  # fmt: skip
    for secret, given, body, now in wrongs:
        with pytest.raises(SignatureInvalid):
            verify(secret, given, body, now=now)


class Clock:
    now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("source", "events"),
    [("webhook", 1), ("webhook_late", 1), ("webhook_twice", 2), ("webhook_out_of_order", 2), ("webhook_never", 0)],
)
def test_a_payment_is_settled_once_however_its_webhooks_come(
    shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, source: str, events: int
) -> None:
    clock = Clock()
    monkeypatch.setattr(sandbox, "_clock", clock)
    attempt = pay(shop, f"sandbox:{source}")
    assert attempt.state == "created"
    now = NOW

    for _ in range(20):
        now += timedelta(seconds=3)
        clock.now = now.timestamp()
        sweeping.sandbox_events_take(now=now)
        sweeping.payments_recover(now=now, send=lambda id_: payment_advance(attempt_id=id_, now=now))  # type: ignore[arg-type]  # noqa: B023

    assert Checkout.objects.get().state == "paid"
    assert ProviderEvent.objects.count() == events
    assert sandbox.calls(key=attempt.key).count("capture") == 1


def test_a_forged_webhook_is_refused_and_a_true_one_about_nothing_of_ours_is_harmless(shop: Shop) -> None:
    attempt = pay(shop, "sandbox:webhook")
    event = SandboxEvent("evt_1", "payment.authorised", attempt.key)
    forged, body = sandbox_signed(event, secret=b"guess", at=int(NOW.timestamp()))
    with pytest.raises(SignatureWrong):
        webhook_receive(provider="sandbox", headers=forged, body=body, now=NOW)

    headers, other = sandbox_signed(
        event._replace(key="nobody"), secret=sandbox_secret(), at=int(NOW.timestamp())
    )  # fmt: skip
    assert webhook_receive(provider="sandbox", headers=headers, body=other, now=NOW) == (None, True)
