"""One payment, once: whatever the provider does, and whoever asks."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from carts.models import Trip
from checkout.errors import AlreadyPaid, CheckoutEnded, CheckoutInReview, CheckoutMoved, PaymentRunning, SourceUnknown
from checkout.models import Checkout, ExitPass, OutboxMessage, PaymentAttempt, Receipt
from checkout.providers import Answer, Payment, ProviderRefused, ProviderUnsure
from checkout.providers.sandbox import Sandbox
from checkout.services.advancing import GIVE_UP, LEASE, attempts_due, payment_advance
from checkout.services.payments import payment_start
from checkout.services.settling import checkout_settle
from checkout.services.tenders import payment_of
from tests.checkout.world import MILK, NOW, Shop, in_review, make_trip, open_checkout

DUE = 2 * 149 + 299


def start(checkout: Checkout, source: str = "sandbox:approve", key: str = "k1", now: Any = NOW) -> PaymentAttempt:
    return payment_start(checkout_id=checkout.id, method="card", source=source, key=key, now=now)


def pay(shop: Shop, source: str = "sandbox:approve") -> tuple[Checkout, PaymentAttempt]:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_advance(attempt_id=start(checkout, source).id, now=NOW)
    checkout.refresh_from_db()
    return checkout, attempt


def test_an_approved_payment_settles_everything_at_once(shop: Shop, sandbox: Sandbox) -> None:
    checkout, attempt = pay(shop)

    assert (attempt.state, checkout.state, checkout.settled_at) == ("captured", "paid", NOW)
    assert Trip.objects.get(id=checkout.trip_id).state == "paid"
    assert sandbox.captured_minor(key=attempt.key) == checkout.amount_minor == DUE
    assert checkout.receipt.number == 1
    assert checkout.exit_pass.expires_at > NOW
    assert set(OutboxMessage.objects.values_list("topic", flat=True)) == {"stock.sale", "nudge.trip"}


def test_a_declined_payment_leaves_the_checkout_open_for_another(shop: Shop, sandbox: Sandbox) -> None:
    checkout, attempt = pay(shop, "sandbox:decline")
    again = payment_advance(attempt_id=start(checkout, key="k2").id, now=NOW)

    assert (attempt.state, again.state) == ("declined", "captured")
    assert sandbox.captured_minor(key=attempt.key) == 0


def test_a_decline_charges_nothing_and_gives_no_receipt(shop: Shop) -> None:
    checkout, _ = pay(shop, "sandbox:decline")

    assert checkout.state == "cleared"
    assert not Receipt.objects.exists()
    assert not ExitPass.objects.exists()


@pytest.mark.parametrize("source", ["sandbox:timeout_before", "sandbox:timeout_after"])
def test_a_payment_that_timed_out_is_unknown_then_asked_again_with_the_same_key(
    shop: Shop, sandbox: Sandbox, source: str
) -> None:
    checkout, attempt = pay(shop, source)
    assert (attempt.state, checkout.state) == ("unknown", "unknown")
    assert attempts_due(now=NOW) == []
    later = NOW + timedelta(seconds=3)
    assert attempts_due(now=later) == [attempt.id]

    attempt = payment_advance(attempt_id=attempt.id, now=later)

    checkout.refresh_from_db()
    assert (attempt.state, checkout.state) == ("captured", "paid")
    assert sandbox.captured_minor(key=attempt.key) == DUE
    assert PaymentAttempt.objects.count() == 1
    expected = ["authorise", "find", "authorise", "capture"] if source.endswith("before") else None
    assert sandbox.calls(key=attempt.key) == (expected or ["authorise", "find", "capture"])


def test_a_slow_provider_is_waited_for(shop: Shop) -> None:
    checkout, _ = pay(shop, "sandbox:slow")

    assert checkout.state == "paid"


def test_advancing_what_has_ended_asks_nobody(shop: Shop, sandbox: Sandbox) -> None:
    _, attempt = pay(shop)
    calls = sandbox.calls(key=attempt.key)

    payment_advance(attempt_id=attempt.id, now=NOW + timedelta(hours=1))

    assert sandbox.calls(key=attempt.key) == calls
    assert Receipt.objects.count() == 1


def test_while_somebody_asks_nobody_else_does(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)
    PaymentAttempt.objects.filter(id=attempt.id).update(lease_until=NOW + LEASE)

    assert payment_advance(attempt_id=attempt.id, now=NOW).state == "created"
    assert sandbox.calls(key=attempt.key) == []
    # Its asker died: after the lease the next one takes over.
    assert payment_advance(attempt_id=attempt.id, now=NOW + LEASE).state == "captured"


def test_who_lost_the_lease_writes_nothing_and_the_money_is_taken_once(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)

    class Overtaken(Sandbox):
        """While this one asks for the capture, the sweep finds its lease expired and settles."""

        def capture(self, payment: Payment) -> Answer:
            payment_advance(attempt_id=attempt.id, now=NOW + LEASE, provider=sandbox)
            return super().capture(payment)

    slow = Overtaken(sandbox._path, pause=lambda seconds: None)
    ended = payment_advance(attempt_id=attempt.id, now=NOW, provider=slow)

    assert ended.state == "captured"
    assert Receipt.objects.count() == ExitPass.objects.count() == 1
    assert OutboxMessage.objects.filter(topic="stock.sale").count() == 1
    assert sandbox.captured_minor(key=attempt.key) == DUE


class Broken(Sandbox):
    """Raises what it is told to, after the effect."""

    error: Exception = ValueError("gibberish")

    def capture(self, payment: Payment) -> Answer:
        super().capture(payment)
        raise self.error


@pytest.mark.parametrize("error", [ValueError("gibberish"), ProviderUnsure("no answer"), ProviderRefused("strange")])
def test_whatever_goes_wrong_after_the_capture_the_payment_is_unknown_and_never_called_declined(
    shop: Shop, sandbox: Sandbox, error: Exception
) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    broken = Broken(sandbox._path)
    broken.error = error

    attempt = payment_advance(attempt_id=start(checkout).id, now=NOW, provider=broken)

    checkout.refresh_from_db()
    assert (attempt.state, checkout.state) == ("unknown", "unknown")
    attempt = payment_advance(attempt_id=attempt.id, now=NOW + timedelta(seconds=10), provider=sandbox)
    assert attempt.state == "captured"


def test_a_provider_that_never_answers_is_asked_ever_more_rarely_then_the_key_is_made_void(
    shop: Shop, sandbox: Sandbox
) -> None:
    class Dead(Sandbox):
        def authorise(self, payment: Payment) -> Answer:
            raise ProviderUnsure("dead")

    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)
    dead, now, waits = Dead(sandbox._path), NOW, []
    while now < NOW + GIVE_UP:
        attempt = payment_advance(attempt_id=attempt.id, now=now, provider=dead)
        assert attempt.due_at is not None
        waits.append(attempt.due_at - now)
        now = attempt.due_at

    ended = payment_advance(attempt_id=attempt.id, now=NOW + GIVE_UP + timedelta(minutes=1), provider=dead)

    checkout.refresh_from_db()
    assert waits[0] < waits[3] <= timedelta(seconds=60)
    assert (ended.state, checkout.state) == ("voided", "cleared")
    late = sandbox.authorise(payment_of(attempt))
    assert late.state == "voided"


def test_a_capture_that_crashed_before_it_was_written_is_found_by_the_next_question(
    shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkout.services import answers

    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)
    with monkeypatch.context() as patch:
        patch.setattr(answers, "checkout_settle", lambda **call: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            payment_advance(attempt_id=attempt.id, now=NOW)
    assert sandbox.captured_minor(key=attempt.key) == DUE

    ended = payment_advance(attempt_id=attempt.id, now=NOW + LEASE)

    assert ended.state == "captured"
    assert sandbox.calls(key=attempt.key) == ["authorise", "capture", "find"]


def test_who_died_between_authorising_and_capturing_leaves_an_attempt_that_is_captured_later(
    shop: Shop, sandbox: Sandbox
) -> None:
    class Killed(Sandbox):
        def capture(self, payment: Payment) -> Answer:
            raise KeyboardInterrupt

    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)
    with pytest.raises(KeyboardInterrupt):
        payment_advance(attempt_id=attempt.id, now=NOW, provider=Killed(sandbox._path))
    attempt.refresh_from_db()
    assert attempt.state == "authorised"

    ended = payment_advance(attempt_id=attempt.id, now=NOW + LEASE, provider=sandbox)

    assert ended.state == "captured"
    assert sandbox.captured_minor(key=attempt.key) == DUE


def test_two_payments_at_once_have_one_winner(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    start(checkout, key="k1")

    with pytest.raises(PaymentRunning):
        start(checkout, key="k2")
    assert start(checkout, key="k1").key == "k1"
    assert PaymentAttempt.objects.count() == 1


def test_what_can_not_be_paid_says_why(shop: Shop) -> None:
    paid, _ = pay(shop)
    with pytest.raises(AlreadyPaid):
        start(paid, key="k2")
    other = in_review(shop)
    with pytest.raises(CheckoutInReview):
        start(other.checkout, key="k3")
    Checkout.objects.filter(id=other.checkout_id).update(state="abandoned")
    with pytest.raises(CheckoutEnded):
        start(other.checkout, key="k4")


@pytest.mark.parametrize("source", ["", "sandbox:", "sandbox:steal", "free", "visa"])
def test_a_source_that_no_provider_takes_is_refused_and_moves_nothing(shop: Shop, source: str) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    with pytest.raises(SourceUnknown):
        start(checkout, source)
    checkout.refresh_from_db()
    assert checkout.state == "cleared"


def test_a_basket_that_costs_nothing_settles_without_a_provider(shop: Shop) -> None:
    trip = make_trip(shop, items={MILK: 1})
    Trip.objects.filter(id=trip.id).update(due_minor=0)
    checkout = open_checkout(shop, trip)

    attempt = payment_advance(attempt_id=start(checkout, "sandbox:approve").id, now=NOW)

    assert (attempt.provider, attempt.state, attempt.amount_minor) == ("free", "captured", 0)


def test_settling_twice_is_refused_and_leaves_one_receipt(shop: Shop) -> None:
    _, attempt = pay(shop)

    with pytest.raises(Exception, match="moved"), transaction.atomic():
        checkout_settle(attempt=attempt, reference="again", now=NOW)
    assert Receipt.objects.count() == 1


def test_settling_fails_as_a_whole_when_one_part_fails(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from checkout.services import settling

    checkout = open_checkout(shop, make_trip(shop))
    attempt = start(checkout)
    monkeypatch.setattr(settling, "pass_issue", lambda **call: (_ for _ in ()).throw(CheckoutMoved))

    payment_advance(attempt_id=attempt.id, now=NOW)

    checkout.refresh_from_db()
    assert checkout.state == "paying"
    assert Trip.objects.get(id=checkout.trip_id).state == "paying"
    assert not Receipt.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_receipt_numbers_count_up_within_a_store(shop: Shop) -> None:
    numbers = [pay_one(shop, key).receipt.number for key in ("a", "b", "c")]

    assert numbers == [1, 2, 3]


def pay_one(shop: Shop, key: str) -> Checkout:
    checkout = open_checkout(shop, make_trip(shop))
    payment_advance(attempt_id=start(checkout, key=key).id, now=NOW)
    return Checkout.objects.get(id=checkout.id)
