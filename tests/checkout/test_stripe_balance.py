"""Stripe's own list as a source for the end of the day: balance transactions, held against our books."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from checkout.models import DayDifference, PaymentAttempt
from checkout.providers import Payment, ProviderUnsure
from checkout.providers.stripe import Stripe
from checkout.services.advancing import payment_advance
from checkout.services.business_days import day_of, day_open
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_request
from checkout.services.settlement_lists import list_ask
from tests.checkout.stripe_server import StripeServer
from tests.checkout.world import NOW, Shop, make_trip, open_checkout

DUE = 2 * 149 + 299
AT = NOW.timestamp()
PAYMENT = Payment(key="key-1", amount_minor=DUE, currency="EUR", source="stripe:pm_visa")


@pytest.fixture
def fake(fake: StripeServer) -> StripeServer:
    """Its movements happen at one moment."""
    fake.balance.clock = lambda: AT
    return fake


def take(stripe_: Stripe, key: str) -> str:
    payment = msgspec.structs.replace(PAYMENT, key=key)
    held = stripe_.authorise(payment)
    return stripe_.capture(msgspec.structs.replace(payment, reference=held.reference)).reference


def seen(stripe_: Stripe) -> list[tuple[str, str, int, str]]:
    rows = stripe_.movements(AT - 10, AT + 10)
    return [(row.kind, row.key, row.amount_minor, row.currency) for row in rows]


def sold(shop: Shop) -> PaymentAttempt:
    """A sale of which a piece was given back."""
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="stripe:pm_visa", key="k", now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)
    refund = refund_request(checkout_id=checkout.id, lines={1: 1}, reason="x", key="r", staff=shop.sue, now=NOW)
    refund_advance(refund_id=refund.id, now=NOW)
    return PaymentAttempt.objects.get()


def ask(shop: Shop) -> list[tuple[str, str, int | None, int | None]]:
    day = day_open(store=shop.store, day=day_of(shop.store, NOW), now=NOW)
    list_ask(business_day=day, provider="stripe", now=NOW + timedelta(days=1))
    rows = DayDifference.objects.filter(state="open").order_by("kind", "reference")
    return [(row.kind, row.entry, row.ours_minor, row.theirs_minor) for row in rows]


def test_the_list_tells_what_was_taken_and_given_back_under_our_keys(stripe_: Stripe) -> None:
    reference = take(stripe_, "key-1")
    stripe_.authorise(msgspec.structs.replace(PAYMENT, key="key-2"))  # merely set aside: no money has moved
    stripe_.refund(msgspec.structs.replace(PAYMENT, reference=reference), key="r-1", amount_minor=149)

    assert seen(stripe_) == [("refund", "r-1", 149, "EUR"), ("charge", "key-1", DUE, "EUR")]


def test_a_long_list_comes_in_pages_and_what_is_outside_of_the_span_is_left_out(
    stripe_: Stripe, fake: StripeServer
) -> None:
    fake.balance.largest = 2
    for n in range(5):
        take(stripe_, f"key-{n}")
    fake.balance.rows[0]["created"] -= 11
    fake.balance.rows[1]["created"] += 10

    assert [key for _, key, _, _ in seen(stripe_)] == ["key-2", "key-1", "key-0"]


def test_books_and_list_that_agree_leave_nothing_to_do(shop: Shop, stripe_: Stripe, fake: StripeServer) -> None:
    sold(shop)

    assert ask(shop) == []
    assert ask(shop) == []


def test_what_only_one_side_has_is_found(shop: Shop, stripe_: Stripe, fake: StripeServer) -> None:
    """The control: money that moved without a row of ours, and a row of ours without money."""
    sold(shop)
    fake.balance.rows[-1]["source"]["amount_captured"] += 1
    fake.balance.rows.pop(0)
    take(stripe_, "nobody's")

    assert ask(shop) == [
        ("amount", "charge", DUE, DUE + 1),
        ("missing_here", "charge", None, DUE),
        ("missing_there", "refund", 149, None),
    ]


@pytest.mark.parametrize(
    ("kind", "amount", "source", "found"),
    [
        ("adjustment", -500, {"id": "du_1", "object": "dispute"}, [("refund", "", 500, "EUR")]),
        ("adjustment", 500, {"id": "du_1", "object": "dispute"}, [("charge", "", 500, "EUR")]),
        ("adjustment", -500, None, [("refund", "", 500, "EUR")]),
        ("stripe_fee", -30, None, []),
        ("payout", -900, {"id": "po_1", "object": "payout"}, []),
        ("refund_failure", 149, {"id": "re_1", "object": "refund", "status": "failed"}, []),
        ("refund", -149, {"id": "re_1", "object": "refund", "status": "failed", "amount": 149, "currency": "eur"}, []),
    ],
)
def test_chargebacks_are_told_and_fees_payouts_and_failed_refunds_are_not(
    stripe_: Stripe, fake: StripeServer, kind: str, amount: int, source: Any, found: list[Any]
) -> None:
    fake.balance.add(kind, amount, "eur", source)

    assert seen(stripe_) == found


def test_the_sum_is_what_the_shopper_paid_whatever_is_paid_out_for_it(stripe_: Stripe, fake: StripeServer) -> None:
    take(stripe_, "key-1")
    fake.balance.rows[0] |= {"amount": 612, "currency": "chf", "exchange_rate": 1.02}

    assert seen(stripe_) == [("charge", "key-1", DUE, "EUR")]


def test_a_list_that_broke_off_is_no_list(stripe_: Stripe, fake: StripeServer) -> None:
    take(stripe_, "key-1")
    fake.fault = "after"

    with pytest.raises(ProviderUnsure):
        seen(stripe_)
