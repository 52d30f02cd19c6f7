"""Two at the same moment: exactly one wins, and everything still adds up. Real threads, real transactions."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from carts.errors import IllegalTransition
from carts.models import Trip, TripState
from carts.services.settlement import trip_transition
from carts.signals import trip_left
from checkout.models import Checkout, Escalation, ExitPass, OutboxMessage, PaymentAttempt, Receipt
from checkout.providers.sandbox import Sandbox
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_open
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.passes import gate_open, pass_token
from checkout.services.payments import payment_start
from inventory.errors import DomainError
from tests.checkout.world import NOW, Shop, in_review, make_shop, make_trip, open_checkout

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 4


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return make_shop()


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Runs them in threads that start as one; answers in order, refusals among them. Any other error fails the test."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            barrier.wait(10)
            answers[index] = call()
        except Exception as error:  # judged below, in the test's own thread
            answers[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for answer in answers:
        assert not isinstance(answer, Exception) or isinstance(answer, DomainError), repr(answer)
    return answers


def winners(answers: list[Any]) -> list[Any]:
    return [answer for answer in answers if not isinstance(answer, Exception)]


def start(checkout: Checkout, key: str) -> PaymentAttempt:
    return payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=NOW)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_requests_open_one_checkout(shop: Shop, round_: int) -> None:
    trip = make_trip(shop)

    def call() -> tuple[Checkout, bool]:
        return checkout_open(trip_id=trip.id, cart_id=shop.cart.id, now=NOW)

    answers = together(call, call)

    assert sorted(new for _, new in answers) == [False, True]
    assert Checkout.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_payments_start_one_attempt(shop: Shop, round_: int) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    answers = together(lambda: start(checkout, "a"), lambda: start(checkout, "b"))

    assert len(winners(answers)) == 1
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_retry_webhook_and_sweep_at_once_settle_once(shop: Shop, sandbox: Sandbox, round_: int) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout, "a")

    def call() -> PaymentAttempt:
        return payment_advance(attempt_id=attempt.id, now=NOW)

    together(call, call, call)

    assert sandbox.calls(key="a") == ["authorise", "capture"]
    assert Receipt.objects.count() == ExitPass.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="stock.sale").count() == 1
    assert Checkout.objects.get().state == "paid"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_paying_and_going_on_shopping_have_one_winner(shop: Shop, round_: int) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    @transaction.atomic
    def reopen() -> str:
        trip_transition(trip_id=checkout.trip_id, to=TripState.SHOPPING, now=NOW)
        trip_left.send(sender=Trip, trip_id=checkout.trip_id, to=TripState.SHOPPING, now=NOW)
        return "reopened"

    answers = together(lambda: start(checkout, "a"), reopen)

    checkout.refresh_from_db()
    states = (Trip.objects.get().state, checkout.state, PaymentAttempt.objects.count())
    assert len(winners(answers)) == 1
    assert states in {("paying", "paying", 1), ("shopping", "abandoned", 0)}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_people_claim_one_review(shop: Shop, round_: int) -> None:
    escalation = in_review(shop)

    answers = together(
        lambda: escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW),
        lambda: escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW),
    )

    assert len(winners(answers)) == 1
    assert Escalation.objects.get().claimed_by == winners(answers)[0].claimed_by


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_deciding_and_going_on_shopping_have_one_winner(shop: Shop, round_: int) -> None:
    escalation = in_review(shop)
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)

    @transaction.atomic
    def reopen() -> str:
        # Only from review, so that it can't win after the decision as well.
        if not Trip.objects.filter(id=escalation.checkout.trip_id, state="in_review").update(state="shopping"):
            raise IllegalTransition
        trip_left.send(sender=Trip, trip_id=escalation.checkout.trip_id, to=TripState.SHOPPING, now=NOW)
        return "reopened"

    def clear() -> Escalation:
        return escalation_decide(escalation_id=escalation.id, staff=shop.sue, conclusion="cleared", now=NOW)  # type: ignore[arg-type]

    answers = together(clear, reopen)

    checkout = Checkout.objects.get()
    assert len(winners(answers)) == 1
    assert (Trip.objects.get().state, checkout.state) in {("cleared", "cleared"), ("shopping", "abandoned")}
    assert checkout.open_escalations == 0


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_gates_open_once(shop: Shop, round_: int) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    payment_advance(attempt_id=start(checkout, "a").id, now=NOW)
    token = pass_token(ExitPass.objects.get())

    def call() -> bool:
        gate_open(token=token, store_id=shop.store.pk, now=NOW)
        return True

    assert len(winners(together(call, call))) == 1


def test_settlements_of_one_store_number_their_receipts_without_holes(shop: Shop) -> None:
    from carts.models import Cart

    attempts = []
    for number in range(4):
        cart = Cart.objects.create(store=shop.store, label=f"B{number}")
        trip = make_trip(shop, cart=cart)
        attempts.append(start(open_checkout(shop, trip), f"k{number}"))

    together(*[lambda id_=attempt.id: payment_advance(attempt_id=id_, now=NOW) for attempt in attempts])

    assert sorted(Receipt.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
