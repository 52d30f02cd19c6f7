"""Cards by Stripe, through its own library, against a stricter fake of Stripe's API and against an independent one."""

import hashlib
import hmac
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import msgspec
import pytest

from checkout.errors import SignatureWrong
from checkout.models import PaymentAttempt, ProviderEvent
from checkout.providers import Payment, ProviderRefused, ProviderUnsure
from checkout.providers.stripe import Stripe
from checkout.services.advancing import payment_advance
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_request
from checkout.services.webhooks import webhook_receive
from tests.checkout.stripe_server import StripeServer
from tests.checkout.world import NOW, Shop, make_trip, open_checkout
from tests.ports import free_port

DUE = 2 * 149 + 299
PAYMENT = Payment(key="key-1", amount_minor=DUE, currency="EUR", source="stripe:pm_visa")
READER = msgspec.structs.replace(PAYMENT, source="stripe:reader:tmr_1")


def known(payment: Payment, reference: str) -> Payment:
    return msgspec.structs.replace(payment, reference=reference)


def test_a_card_is_authorised_and_then_taken(stripe_: Stripe, fake: StripeServer) -> None:
    held = stripe_.authorise(PAYMENT)
    assert (held.state, fake.taken()) == ("authorised", 0)

    taken = stripe_.capture(known(PAYMENT, held.reference))

    assert (taken.state, fake.taken()) == ("captured", DUE)
    found = stripe_.find(known(PAYMENT, held.reference))
    assert found is not None
    assert found.state == "captured"


def test_less_than_was_set_aside_may_be_taken(stripe_: Stripe, fake: StripeServer) -> None:
    held = stripe_.authorise(PAYMENT)

    stripe_.capture(msgspec.structs.replace(PAYMENT, amount_minor=100, reference=held.reference))

    assert fake.taken() == 100


@pytest.mark.parametrize("card", ["pm_declined", "pm_asks"])
def test_a_declined_card_is_an_answer_and_says_why(stripe_: Stripe, card: str) -> None:
    answer = stripe_.authorise(msgspec.structs.replace(PAYMENT, source=f"stripe:{card}"))

    assert (answer.state, answer.detail) == ("declined", "Your card was declined.")


@pytest.mark.parametrize("fault", ["before", "after", "500"])
def test_an_answer_that_was_lost_is_unsure_and_the_repeat_finds_one_payment(
    stripe_: Stripe, fake: StripeServer, fault: str
) -> None:
    fake.fault = fault
    with pytest.raises(ProviderUnsure):
        stripe_.authorise(PAYMENT)

    again = stripe_.authorise(PAYMENT)

    assert (again.state, len(fake.intents)) == ("authorised", 1)


def test_a_key_that_stands_for_another_payment_is_no_payment(stripe_: Stripe, fake: StripeServer) -> None:
    stripe_.authorise(PAYMENT)

    with pytest.raises(ProviderUnsure):
        stripe_.authorise(msgspec.structs.replace(PAYMENT, amount_minor=1))
    assert len(fake.intents) == 1


def test_what_was_never_answered_can_be_made_void_and_stays_so(stripe_: Stripe, fake: StripeServer) -> None:
    fake.fault = "after"
    with pytest.raises(ProviderUnsure):
        stripe_.authorise(PAYMENT)

    assert stripe_.void(PAYMENT).state == "voided"
    assert [intent["status"] for intent in fake.intents.values()] == ["canceled"]


def test_what_was_taken_can_not_be_made_void(stripe_: Stripe) -> None:
    held = stripe_.authorise(PAYMENT)
    stripe_.capture(known(PAYMENT, held.reference))

    assert stripe_.void(known(PAYMENT, held.reference)).state == "captured"


def test_a_card_is_presented_to_a_reader_in_the_store(stripe_: Stripe, fake: StripeServer) -> None:
    asked = stripe_.authorise(READER)
    assert (asked.state, fake.intents[asked.reference]["reader"]) == ("pending", "tmr_1")
    found = stripe_.find(known(READER, asked.reference))
    assert found is not None
    assert found.state == "pending"

    fake.present_card(asked.reference)

    found = stripe_.find(known(READER, asked.reference))
    assert found is not None
    assert found.state == "authorised"


def test_money_goes_back_once_per_key_and_never_over_what_was_taken(stripe_: Stripe, fake: StripeServer) -> None:
    held = stripe_.authorise(PAYMENT)
    paid = known(PAYMENT, held.reference)
    stripe_.capture(paid)

    first = [stripe_.refund(paid, key="r1", amount_minor=100) for _ in range(2)]

    assert first[0] == first[1]
    assert fake.taken() == DUE - 100
    with pytest.raises(ProviderRefused):
        stripe_.refund(paid, key="r2", amount_minor=DUE)


@pytest.mark.parametrize("source", ["", "stripe:", "stripe:4242424242424242", "pm_visa", "stripe:pm_" + "x" * 200])
def test_card_numbers_are_no_source(stripe_: Stripe, source: str) -> None:
    assert not stripe_.takes(source)


def signed(body: bytes, secret: str = "whsec_test", at: int | None = None) -> dict[str, str]:
    at = int(time.time()) if at is None else at
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={at},v1={mac}"}


def event(attempt: PaymentAttempt, name: str = "evt_1") -> bytes:
    thing = {"id": attempt.reference or "pi_0", "object": "payment_intent", "metadata": {"smartcart_key": attempt.key}}
    body = {"id": name, "object": "event", "type": "payment_intent.amount_capturable_updated", "api_version": "x"}
    return json.dumps(body | {"data": {"object": thing}}).encode()


def test_a_checkout_is_paid_at_a_reader_when_the_webhook_comes(
    shop: Shop, stripe_: Stripe, fake: StripeServer, settings: Any
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = "whsec_test"
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source=READER.source, key="k", now=NOW)
    attempt = payment_advance(attempt_id=attempt.id, now=NOW)
    assert (attempt.state, attempt.reference) == ("created", "pi_0")
    fake.present_card(attempt.reference)
    body = event(attempt)

    told = [webhook_receive(provider="stripe", headers=signed(body), body=body, now=NOW) for _ in range(2)]
    payment_advance(attempt_id=attempt.id, now=NOW)

    checkout.refresh_from_db()
    assert told == [(attempt.id, True), (attempt.id, False)]
    assert (checkout.state, fake.taken(), ProviderEvent.objects.count()) == ("paid", DUE, 1)


@pytest.mark.parametrize("harm", ["secret", "body", "old", "none"])
def test_a_webhook_that_stripe_did_not_sign_is_refused(shop: Shop, settings: Any, harm: str) -> None:
    settings.STRIPE_WEBHOOK_SECRET = "whsec_test"
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)
    body = event(attempt)
    headers = {
        "secret": signed(body, "whsec_other"), "body": signed(body + b" "), "old": signed(body, at=1), "none": {},
    }[harm]  # fmt: skip

    with pytest.raises(SignatureWrong):
        webhook_receive(provider="stripe", headers=headers, body=body, now=NOW)


def test_without_a_secret_no_webhook_is_believed(shop: Shop, settings: Any) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ""
    body = b'{"id": "evt_1"}'

    with pytest.raises(SignatureWrong):
        webhook_receive(provider="stripe", headers=signed(body, ""), body=body, now=NOW)


@pytest.mark.parametrize("fault", ["before", "after", "500"])
def test_a_checkout_is_paid_once_and_refunded_once_whatever_stripe_loses(
    shop: Shop, stripe_: Stripe, fake: StripeServer, fault: str
) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source=PAYMENT.source, key="k", now=NOW)
    fake.fault = fault
    assert payment_advance(attempt_id=attempt.id, now=NOW).state == "unknown"

    assert payment_advance(attempt_id=attempt.id, now=NOW + timedelta(minutes=1)).state == "captured"
    fake.fault = fault
    refund = refund_request(
        checkout_id=checkout.id, lines={1: 1}, reason="x", key="r", staff=shop.sue, now=NOW + timedelta(minutes=2)
    )
    assert refund_advance(refund_id=refund.id, now=NOW + timedelta(minutes=2)).state == "pending"
    assert refund_advance(refund_id=refund.id, now=NOW + timedelta(minutes=3)).state == "done"

    assert (len(fake.intents), fake.taken()) == (1, DUE - 149)


class AsLocalstripe(Stripe):
    """localstripe does not know these parameters."""

    confirming: ClassVar[dict[str, Any]] = {}

    def _span(self, since: float, until: float) -> dict[str, Any]:
        return {}


@pytest.fixture(scope="module")
def localstripe() -> Iterator[str]:
    """The independent fake, as a process of its own."""
    pytest.importorskip("localstripe")
    port = free_port()
    command = [sys.executable, "-m", "localstripe", "--port", str(port), "--from-scratch"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"{base}/js.stripe.com/v3/", timeout=5).close()
            break
        except OSError:
            time.sleep(0.05)
    yield base
    process.terminate()
    process.wait(30)


def card(made: Stripe, number: str = "4242424242424242") -> str:
    details: Any = {"type": "card", "card": {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}}
    return f"stripe:{made._client.v1.payment_methods.create(details).id}"


@pytest.mark.slow
def test_an_independent_fake_of_stripe_understands_the_adapter(localstripe: str) -> None:
    made = AsLocalstripe("sk_test_12345", base=localstripe)
    payment = msgspec.structs.replace(PAYMENT, source=card(made))

    held = made.authorise(payment)
    paid = known(payment, held.reference)
    states = [held.state, made.capture(paid).state, getattr(made.find(paid), "state", "")]
    back = made.refund(paid, key="r1", amount_minor=100)
    other = made.authorise(msgspec.structs.replace(payment, key="key-2"))
    voided = made.void(known(msgspec.structs.replace(payment, key="key-2"), other.reference))

    assert [*states, back.state, voided.state] == ["authorised", "captured", "captured", "done", "voided"]
    mine = {held.reference: ("charge", DUE), back.reference: ("refund", 100)}
    listed = {row.reference: (row.kind, row.amount_minor) for row in made.movements(0, 2e9)}
    assert {name: listed.get(name) for name in mine} == mine
    assert other.reference not in listed


@pytest.mark.slow
def test_the_faults_of_localstripe_that_we_know_of(localstripe: str) -> None:
    """What it does otherwise than Stripe (1.15): no keys are remembered, and more goes back than was taken."""
    made = AsLocalstripe("sk_test_12345", base=localstripe)
    payment = msgspec.structs.replace(PAYMENT, source=card(made))

    first, second = made.authorise(payment), made.authorise(payment)
    assert first.reference != second.reference
    paid = known(payment, first.reference)
    made.capture(paid)
    assert made.refund(paid, key="r", amount_minor=DUE + 1).state == "done"
    with pytest.raises(ProviderRefused, match="Unexpected error_on_requires_action"):
        Stripe("sk_test_12345", base=localstripe).authorise(payment)
