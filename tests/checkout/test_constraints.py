"""What the database refuses by itself, however wrong the code above it were. The same on SQLite and PostgreSQL."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from carts.models import Trip
from checkout import triggers
from checkout.models import Checkout, PaymentAttempt, Refund, RefundPart, SaleLine
from checkout.services.advancing import payment_advance
from checkout.services.payments import payment_start
from tests.checkout.world import NOW, Shop, in_review, make_trip, open_checkout

DUE = 2 * 149 + 299


def start(checkout: Checkout, amount: int | None = None, key: str = "k1") -> PaymentAttempt:
    return payment_start(
        checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=NOW, amount_minor=amount
    )


def paid(shop: Shop) -> Checkout:
    checkout = open_checkout(shop, make_trip(shop))
    payment_advance(attempt_id=start(checkout).id, now=NOW)
    checkout.refresh_from_db()
    assert checkout.state == "paid"
    return checkout


def attempt_of(checkout: Checkout, **fields: Any) -> PaymentAttempt:
    values = {
        "checkout": checkout, "provider": "sandbox", "method": "card", "source": "x", "amount_minor": 1,
        "currency": "EUR", "lease_until": NOW, "created_at": NOW, "key": "other",
    }  # fmt: skip
    return PaymentAttempt.objects.create(**(values | fields))


def refused(call: Any) -> bool:
    try:
        with transaction.atomic():
            call()
    except IntegrityError:
        return True
    return False


def test_no_trigger_is_missing(db: None) -> None:
    assert triggers.missing() == set()


@pytest.mark.parametrize("state", ["paying", "unknown"])
@pytest.mark.parametrize("counter", ["open_escalations", "open_problems"])
def test_nothing_is_paid_over_an_open_escalation_or_problem(shop: Shop, state: str, counter: str) -> None:
    checkout = in_review(shop).checkout
    rows = Checkout.objects.filter(id=checkout.id)
    rows.update(open_escalations=0, open_problems=0)
    rows.update(**{counter: 1})

    assert refused(lambda: rows.update(state=state))

    # The counter alone holds it back: without it the very same update goes through.
    rows.update(**{counter: F(counter) - 1})
    assert rows.update(state=state) == 1


def test_no_escalation_opens_on_what_is_being_paid(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    start(checkout)

    assert refused(lambda: Checkout.objects.filter(id=checkout.id).update(open_escalations=1))


@pytest.mark.parametrize("state", ["created", "unknown"])
def test_two_tenders_are_never_asked_about_at_once(shop: Shop, state: str) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    start(checkout, 100)

    assert refused(lambda: attempt_of(checkout, state=state))
    attempt_of(checkout, state="declined")


@pytest.mark.parametrize("state", ["authorised", "captured"])
def test_tenders_never_come_to_more_than_the_sealed_amount(shop: Shop, state: str) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    start(checkout, DUE - 100)

    assert refused(lambda: attempt_of(checkout, state=state, amount_minor=101))
    # One cent less is let through, so it is the sum that holds it back.
    attempt_of(checkout, state=state, amount_minor=100)


def test_a_tender_that_ended_unpaid_makes_room_for_another(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    first = start(checkout)
    PaymentAttempt.objects.filter(id=first.id).update(state="declined")
    checkout.refresh_from_db()
    assert checkout.reserved_minor == 0

    attempt_of(checkout, amount_minor=DUE)

    checkout.refresh_from_db()
    assert checkout.reserved_minor == DUE


@pytest.mark.parametrize("less", [0, 1])
def test_paid_is_what_was_sealed_to_the_cent(shop: Shop, less: int) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    first = start(checkout, DUE - less if less else None)
    PaymentAttempt.objects.filter(id=first.id).update(state="captured")

    assert refused(lambda: Checkout.objects.filter(id=checkout.id).update(state="paid")) is bool(less)


@pytest.mark.parametrize("change", [{"amount_minor": DUE - 1}, {"revision": 99}])
def test_what_is_paid_has_amount_and_revision_of_the_sealed_trip(shop: Shop, change: dict[str, int]) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    rows = Checkout.objects.filter(id=checkout.id)

    assert refused(lambda: rows.update(state="paying", **change))
    assert rows.update(state="paying") == 1
    assert refused(lambda: rows.update(**change))


@pytest.mark.parametrize("change", [{"due_minor": 1}, {"sealed_revision": 99}])
def test_a_trip_that_is_being_paid_stands_still(shop: Shop, change: dict[str, int]) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    rows = Trip.objects.filter(id=checkout.trip_id)
    start(checkout)

    assert refused(lambda: rows.update(**change))
    assert rows.update(reason="something else") == 1


def test_money_is_taken_only_for_what_is_being_paid(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    early = attempt_of(checkout, state="authorised", intent="hold")

    assert refused(lambda: PaymentAttempt.objects.filter(id=early.id).update(state="captured"))
    assert refused(lambda: attempt_of(checkout, state="captured", key="third"))
    Checkout.objects.filter(id=checkout.id).update(state="paying")
    assert PaymentAttempt.objects.filter(id=early.id).update(state="captured") == 1


def part_of(checkout: Checkout, amount: int, key: str, state: str = "pending") -> RefundPart:
    refund = Refund.objects.create(
        store=checkout.store, checkout=checkout, state="pending", amount_minor=amount, reason="x", key=key,
        created_at=NOW,
    )  # fmt: skip
    attempt = checkout.attempts.get()
    return RefundPart.objects.create(
        refund=refund, attempt=attempt, amount_minor=amount, key=key, state=state, lease_until=NOW
    )


def test_no_more_goes_back_than_was_taken(shop: Shop) -> None:
    checkout = paid(shop)
    part_of(checkout, DUE - 100, "a")

    assert refused(lambda: part_of(checkout, 101, "b"))
    part_of(checkout, 5000, "c", state="failed")
    part_of(checkout, 100, "d")
    assert checkout.attempts.get().refunded_minor == DUE


def test_nothing_goes_back_of_what_was_never_taken(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    start(checkout)

    assert refused(lambda: part_of(checkout, 1, "a"))


def test_a_refund_that_failed_makes_room_for_another(shop: Shop) -> None:
    checkout = paid(shop)
    part = part_of(checkout, DUE, "a")
    assert refused(lambda: part_of(checkout, 1, "b"))

    RefundPart.objects.filter(id=part.id).update(state="failed")

    part_of(checkout, DUE, "c")


def test_no_line_gives_back_more_than_it_cost(shop: Shop) -> None:
    paid(shop)
    rows = SaleLine.objects.filter(line=1)

    assert refused(lambda: rows.update(refunded_minor=F("amount_minor") + 1))
    assert refused(lambda: rows.update(refunded_pieces=F("pieces") + 1))
    assert rows.update(refunded_minor=F("amount_minor"), refunded_pieces=F("pieces")) == 1


def test_without_the_triggers_the_same_wrongs_go_through(shop: Shop) -> None:
    """The control: it is these triggers that hold it back."""
    checkout = open_checkout(shop, make_trip(shop))
    names = [*triggers.KEEP, *triggers.REFUSE]
    with transaction.atomic():
        from django.db import connection

        tables = {name: rule[1] for name, rule in [*triggers.KEEP.items(), *triggers.REFUSE.items()]}
        with connection.cursor() as cursor:
            for name in names:
                on = f" ON {tables[name]}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {name}{on}")
        assert not refused(lambda: Checkout.objects.filter(id=checkout.id).update(state="paying", amount_minor=1))
        assert not refused(lambda: attempt_of(checkout, state="captured", amount_minor=10 * DUE))
        triggers.install()
    assert triggers.missing() == set()
