"""The whole checkout with double entry: every cent that a shopper misses stands in an account of ours."""

import contextlib
import uuid
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from carts.models import Cart, Trip, TripState
from carts.services.settlement import trip_transition
from carts.signals import trip_left
from checkout.models import LIVE_ATTEMPTS, Checkout, PaymentAttempt, Receipt, Refund, SaleLine
from checkout.providers.sandbox import Sandbox
from checkout.services import sweeping
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_request
from checkout.services.tenders import tender_release
from inventory.errors import DomainError
from tests.checkout.world import APPLES, BREAD, MILK, NOW, Shop, make_trip

SOURCES = st.sampled_from(
    ["approve", "decline", "timeout_before", "timeout_after", "partial", "gift:g120", "points:p50", "expires",
     "capture_timeout", "refund_timeout", "refund_fails"]
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
        self.before = self.sandbox.kept_minor()
        self.name = uuid.uuid4().hex[:6].translate(str.maketrans("0123456789", "ghijklmnop"))

    @property
    def checkout(self) -> Checkout | None:
        found: Checkout | None = Checkout.objects.filter(trip=self.trip).order_by("-created_at").first()
        return found

    @property
    def checkouts(self) -> list[Checkout]:
        return list(Checkout.objects.filter(trip=self.trip))

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

        def work() -> None:
            attempt = payment_start(
                checkout_id=self.checkout.id, method="card", source=f"sandbox:{named}", key=uuid.uuid4().hex,  # type: ignore[union-attr]
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
    @rule()
    def take_a_tender_back(self) -> None:
        held = PaymentAttempt.objects.filter(checkout=self.checkout, state="authorised").first()
        if held is not None:
            self.attempt(lambda: tender_release(attempt_id=held.id, now=self.now))

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

    def sweep(self, times: int) -> None:
        for _ in range(times):
            self.now += timedelta(seconds=20)
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
        """At rest: what the shoppers miss is what our rows say, account by account."""
        self.sweep(6)
        entries: dict[str, int] = {"shopper": self.before - self.sandbox.kept_minor(), "sold": 0, "held": 0}
        for checkout in self.checkouts:
            assert checkout.state not in {"paying", "unknown"}
            rows = PaymentAttempt.objects.filter(checkout=checkout)
            entries["held"] += sum(row.amount_minor for row in rows if row.state == "authorised")
            entries["sold"] += sum(row.amount_minor - row.refunded_minor for row in rows if row.state == "captured")
            if checkout.state != "paid":
                unsold = Refund.objects.filter(checkout=checkout, reason="not_sold", state="failed").exists()
                back = sum(row.amount_minor - row.refunded_minor for row in rows if row.state == "captured")
                assert back == 0 or unsold
        assert sum(entries.values()) == 0, entries


def test_no_money_is_made_or_lost_whatever_shoppers_staff_and_providers_do(shop: Shop, sandbox: Sandbox) -> None:
    shop.store.policy = shop.store.policy | {"refunds": {"four_eyes_minor": 10_000}}
    shop.store.save()
    Books.shop, Books.sandbox = shop, sandbox

    run_state_machine_as_test(
        Books,
        settings=settings(
            max_examples=12, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
