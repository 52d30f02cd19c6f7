"""The whole checkout with double entry: every cent that a shopper misses stands in an account of ours.

`BOOKS_EXAMPLES=2000 pytest tests/checkout/test_books.py` runs it at length.
"""

import contextlib
import os
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from carts.models import Cart, Trip, TripState
from carts.services.settlement import trip_transition
from carts.signals import trip_left
from checkout.models import (
    IN_FLIGHT,
    LIVE_ATTEMPTS,
    Checkout,
    PaymentAttempt,
    Receipt,
    Refund,
    RefundPart,
    SaleLine,
    TillBasket,
)
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.till import Till, till_code
from checkout.services import sweeping
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_request
from checkout.services.tenders import tender_release
from checkout.services.tills import till_basket_body, till_basket_pay
from inventory.errors import DomainError
from tests.checkout.world import APPLES, BREAD, MILK, NOW, Shop, make_trip

SOURCES = st.sampled_from(
    ["approve", "decline", "timeout_before", "timeout_after", "partial", "gift:g120", "points:p50", "expires",
     "capture_timeout", "refund_timeout", "refund_fails", "webhook", "webhook_late", "till", "till"]
)  # fmt: skip


class Books(RuleBasedStateMachine):
    """One shopper's checkout, from seal to the last refund. Accounts are in minor units."""

    shop: Shop
    sandbox: Sandbox

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        cart = Cart.objects.create(store=self.shop.store, label=uuid.uuid4().hex[:12])
        self.trip = make_trip(self.shop, items={MILK: 3, BREAD: 1, APPLES: 735}, cart=cart)
        self.sandbox._clock = self.seconds
        self.before = self.sandbox.kept_minor()
        self.name = uuid.uuid4().hex[:6].translate(str.maketrans("0123456789", "ghijklmnop"))

    def seconds(self) -> float:
        return self.now.timestamp()

    @property
    def checkout(self) -> Checkout | None:
        found: Checkout | None = Checkout.objects.filter(trip=self.trip).order_by("-created_at").first()
        return found

    @property
    def checkouts(self) -> list[Checkout]:
        return list(Checkout.objects.filter(trip=self.trip))

    @property
    def basket(self) -> TillBasket | None:
        """The last that was handed to the till, also where it was taken back."""
        rows = TillBasket.objects.filter(attempt__checkout__trip=self.trip)
        found: TillBasket | None = rows.order_by("-created_at").first()
        return found

    def attempt(self, work: Any) -> None:
        """Refusals are answers; any other error fails the test."""
        self.now += timedelta(seconds=1)
        with contextlib.suppress(DomainError):
            work()

    @rule()
    def open(self) -> None:
        self.attempt(lambda: checkout_open(trip_id=self.trip.id, cart_id=self.trip.cart_id, now=self.now))

    @precondition(lambda self: self.checkout is not None)
    @rule(source=SOURCES, share=st.sampled_from([None, 1, 99, 200]))
    def pay(self, source: str, share: int | None) -> None:
        named = source.replace("gift:g", f"gift:{self.name}").replace("points:p", f"points:{self.name}")
        named = named if source == "till" else f"sandbox:{named}"

        def work() -> None:
            attempt = payment_start(
                checkout_id=self.checkout.id, method="card", source=named, key=uuid.uuid4().hex,  # type: ignore[union-attr]
                now=self.now, amount_minor=share,
            )  # fmt: skip
            payment_advance(attempt_id=attempt.id, now=self.now)

        self.attempt(work)

    @rule()
    def shop_on_and_seal_again(self) -> None:
        def work() -> None:
            trip_transition(trip_id=self.trip.id, to=TripState.SHOPPING, now=self.now)
            trip_left.send(sender=Trip, trip_id=self.trip.id, to=TripState.SHOPPING, now=self.now)
            trip_transition(trip_id=self.trip.id, to=TripState.SEALED, now=self.now)

        self.attempt(work)

    @precondition(lambda self: self.checkout is not None)
    @rule(waiting=st.booleans())
    def take_a_tender_back(self, waiting: bool) -> None:
        """One that is held, or that waits for people at a till or for a network; the sweep tells the provider."""
        states = IN_FLIGHT if waiting else ["authorised"]
        tender = PaymentAttempt.objects.filter(checkout=self.checkout, state__in=states).first()
        if tender is not None:
            self.attempt(lambda: tender_release(attempt_id=tender.id, now=self.now))

    @precondition(lambda self: self.basket is not None)
    @rule(tender=st.sampled_from(["card", "cash"]))
    def the_till_takes_it(self, tender: str) -> None:
        """Nobody of ours has asked since: the shopper's word may come between the two."""
        code = till_code(self.basket.id)  # type: ignore[union-attr]
        body = till_basket_body(self.basket)  # type: ignore[arg-type]
        amount = body["amount_cash" if tender == "cash" else "amount"]
        told: dict[str, Any] = {"amount_minor": amount, "tender": tender, "reference": "R"}
        self.attempt(lambda: till_basket_pay(code=code, store_id=self.shop.store.pk, now=self.now, **told))

    @precondition(lambda self: self.checkout is not None)
    @rule(line=st.integers(1, 4), pieces=st.integers(-1, 4), whole=st.booleans())
    def give_back(self, line: int, pieces: int, whole: bool) -> None:
        def work() -> None:
            refund = refund_request(
                checkout_id=self.checkout.id, lines=None if whole else {line: pieces}, reason="x",  # type: ignore[union-attr]
                key=uuid.uuid4().hex, staff=self.shop.sue, now=self.now,
            )  # fmt: skip
            refund_advance(refund_id=refund.id, now=self.now)

        self.attempt(work)

    @rule()
    def time_goes_by(self) -> None:
        self.sweep(2)

    def sweep(self, times: int, seconds: int = 20) -> None:
        for _ in range(times):
            self.now += timedelta(seconds=seconds)
            sweeping.tenders_mend(now=self.now)
            sweeping.payments_recover(
                now=self.now,
                send=lambda id_: payment_advance(attempt_id=id_, now=self.now),  # type: ignore[arg-type]
            )
            sweeping.refunds_recover(
                now=self.now,
                send=lambda id_: refund_advance(refund_id=id_, now=self.now),  # type: ignore[arg-type]
            )

    @invariant()
    def sums_hold(self) -> None:
        for checkout in self.checkouts:
            rows = PaymentAttempt.objects.filter(checkout=checkout)
            captured = sum(row.amount_minor for row in rows if row.state == "captured")
            live = sum(row.amount_minor for row in rows if row.state in LIVE_ATTEMPTS)
            assert (checkout.captured_minor, checkout.reserved_minor) == (captured, captured + live)
            assert checkout.reserved_minor <= checkout.amount_minor
            if checkout.state == "paid":
                assert captured == checkout.amount_minor
                assert sum(line.amount_minor for line in SaleLine.objects.filter(checkout=checkout)) == captured
            assert Receipt.objects.filter(checkout=checkout).count() == (checkout.state == "paid")

    def teardown(self) -> None:
        """At rest the accounts agree; and once more after the shopper has left what is not paid."""
        self.sweep(3, seconds=70)
        self.sweep(3, seconds=900)  # nobody came to the till: given up
        self.balance()
        self.shop_on_and_seal_again()
        self.sweep(6)
        self.balance()

    def balance(self) -> None:
        """What the shoppers miss is what our rows say, account by account."""
        drawer, rounded = self.drawer()
        shopper = self.before - self.sandbox.kept_minor() - drawer
        entries: dict[str, int] = {"shopper": shopper, "sold": 0, "held": 0, "rounded": rounded}
        for checkout in self.checkouts:
            assert checkout.state not in {"paying", "unknown"}
            rows = PaymentAttempt.objects.filter(checkout=checkout)
            entries["held"] += sum(row.amount_minor for row in rows if row.state == "authorised")
            entries["sold"] += sum(row.amount_minor - row.refunded_minor for row in rows if row.state == "captured")
            if checkout.state in {"abandoned", "refused"}:
                unsold = Refund.objects.filter(checkout=checkout, reason="not_sold", state="failed").exists()
                kept = sum(row.amount_minor - row.refunded_minor for row in rows if row.state == "captured")
                assert unsold or (kept == 0 and not rows.filter(state="authorised").exists())
        assert sum(entries.values()) == 0, entries

    def drawer(self) -> tuple[int, int]:
        """What the till took and has not handed out again, and how much of it is the rounding of cash."""
        taken = TillBasket.objects.filter(attempt__checkout__trip=self.trip, state="paid")
        parts = RefundPart.objects.filter(attempt__checkout__trip=self.trip, attempt__provider="till", state="done")
        sums = [
            rows.aggregate(sum=Sum(F(f"{at}amount_minor") + F(f"{at}rounding_minor")), more=Sum(f"{at}rounding_minor"))
            for rows, at in ((taken, "attempt__"), (parts, ""))
        ]
        (into, up), (out, down) = [(row["sum"] or 0, row["more"] or 0) for row in sums]
        return into - out, up - down


@pytest.fixture
def books(shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> type[Books]:
    """A shop whose till takes baskets, and coins of 5."""
    monkeypatch.setattr(registry, "_providers", lambda: (sandbox, Till(), Free()))
    shop.store.policy = shop.store.policy | {"refunds": {"four_eyes_minor": 10_000}, "pricing": {"cash_step_minor": 5}}
    shop.store.save()
    Books.shop, Books.sandbox = shop, sandbox
    return Books


def test_no_money_is_made_or_lost_whatever_shoppers_staff_and_providers_do(books: type[Books]) -> None:
    run_state_machine_as_test(
        books,
        settings=settings(
            max_examples=int(os.environ.get("BOOKS_EXAMPLES", "12")), stateful_step_count=10, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


@pytest.mark.parametrize("faster", [False, True])
def test_a_waiting_part_is_taken_back_and_the_till_that_was_faster_keeps_what_it_took(
    books: type[Books], faster: bool
) -> None:
    run = books()
    run.open()
    run.pay("gift:g120", 99)
    run.pay("till", 200)
    if faster:
        run.the_till_takes_it("cash")
    run.take_a_tender_back(waiting=True)
    run.sweep(1)

    run.the_till_takes_it("cash")
    run.sweep(1)

    taken = PaymentAttempt.objects.get(provider="till")
    assert (taken.state, run.checkout.captured_minor) == (("captured", 200) if faster else ("voided", 0))  # type: ignore[union-attr]
    run.teardown()


def test_a_server_that_forgets_a_waiting_tender_without_asking_the_till_is_noticed(
    books: type[Books], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(*, attempt_id: uuid.UUID, now: Any) -> None:
        PaymentAttempt.objects.filter(id=attempt_id).update(state="voided", ended_at=now)

    monkeypatch.setattr(f"{__name__}.tender_release", forget)
    run = books()
    run.open()
    run.pay("till", 200)
    run.take_a_tender_back(waiting=True)
    run.the_till_takes_it("card")

    with pytest.raises(AssertionError):
        run.teardown()
