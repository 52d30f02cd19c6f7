"""Several tenders for one sale: set aside one by one, taken together or not at all."""

from datetime import timedelta
from typing import Any

import pytest

from checkout.errors import (
    AmountInvalid,
    CheckoutInReview,
    PaymentRunning,
    SourceUnknown,
    SplitOff,
    TenderGone,
    TipsOff,
)
from checkout.models import Checkout, PaymentAttempt, Receipt
from checkout.providers.sandbox import Sandbox
from checkout.services import sweeping
from checkout.services.advancing import payment_advance
from checkout.services.checkouts import checkout_leave
from checkout.services.confirming import correction_confirm
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.payments import payment_start
from checkout.services.tenders import tender_release
from checkout.tendering import TenderingError, payment_rules, refund_rules
from tests.checkout.world import NOW, Shop, in_review, make_trip, open_checkout

DUE = 2 * 149 + 299


def pay(checkout: Checkout, source: str, amount: int | None = None, **fields: Any) -> PaymentAttempt:
    count = PaymentAttempt.objects.count()
    # One after the other: tenders are taken in their order.
    now = NOW + timedelta(milliseconds=count)
    attempt = payment_start(
        checkout_id=checkout.id, method="card", source=source, key=f"k{count}", now=now, amount_minor=amount, **fields
    )
    return payment_advance(attempt_id=attempt.id, now=now)


def states(checkout: Checkout) -> list[tuple[str, int]]:
    checkout.refresh_from_db()
    return [(str(row.state), row.amount_minor) for row in checkout.attempts.order_by("created_at", "id")]


def policy(shop: Shop, **rules: Any) -> None:
    shop.store.policy = shop.store.policy | {"payments": rules}
    shop.store.save()


def drain(checkout: Checkout) -> None:
    """What the sweep would do."""
    now = NOW + timedelta(seconds=1)
    sweeping.tenders_mend(now=now)
    for row in checkout.attempts.all():
        payment_advance(attempt_id=row.id, now=now)


def test_a_gift_card_and_a_card_pay_together(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    gift = pay(checkout, "sandbox:gift:g200", 200)
    assert (gift.state, states(checkout)) == ("authorised", [("authorised", 200)])
    assert (checkout.state, sandbox.captured_minor(key=gift.key)) == ("cleared", 0)
    card = pay(checkout, "sandbox:approve")

    assert sorted(states(checkout)) == [("captured", 200), ("captured", DUE - 200)]
    assert (checkout.state, card.amount_minor) == ("paid", DUE - 200)
    assert sandbox.kept_minor() == DUE
    assert Receipt.objects.count() == 1


def test_a_card_that_gives_only_a_part_leaves_the_rest_open(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    part = pay(checkout, "sandbox:partial")
    checkout.refresh_from_db()
    assert (part.state, part.amount_minor, part.requested_minor) == ("authorised", DUE // 2, DUE)
    assert checkout.reserved_minor == DUE // 2
    pay(checkout, "sandbox:points:p1000")

    checkout.refresh_from_db()
    assert (checkout.state, sandbox.kept_minor()) == ("paid", DUE)


def test_a_gift_card_gives_what_is_left_on_it_and_no_more_the_second_time(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))

    first, second = pay(checkout, "sandbox:gift:g150"), pay(checkout, "sandbox:gift:g150")

    assert [(first.state, first.amount_minor), second.state] == [("authorised", 150), "declined"]


def test_a_second_tender_that_is_declined_leaves_the_first_held_and_nothing_taken(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    pay(checkout, "sandbox:approve", 100)

    pay(checkout, "sandbox:decline")

    assert [state for state, _ in states(checkout)] == ["authorised", "declined"]
    assert (checkout.state, Receipt.objects.count()) == ("cleared", 0)
    assert sandbox.kept_minor() == 100


def test_going_on_shopping_lets_go_what_was_held(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    pay(checkout, "sandbox:gift:g200", 200)
    assert sandbox.kept_minor() == 200

    checkout_leave(trip_id=checkout.trip_id, now=NOW)
    drain(checkout)

    assert states(checkout) == [("voided", 200)]
    assert sandbox.kept_minor() == 0


def test_one_tender_is_taken_back_and_its_sum_is_open_again(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    first = pay(checkout, "sandbox:approve", 200)

    tender_release(attempt_id=first.id, now=NOW)
    payment_advance(attempt_id=first.id, now=NOW)
    pay(checkout, "sandbox:approve")

    assert sorted(states(checkout)) == [("captured", DUE), ("voided", 0)]
    assert sandbox.kept_minor() == DUE
    with pytest.raises(TenderGone):
        tender_release(attempt_id=first.id, now=NOW)


def test_a_first_tender_that_expires_when_taken_leaves_the_second_held(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    pay(checkout, "sandbox:expires", 200)
    pay(checkout, "sandbox:approve")

    assert sorted(states(checkout)) == [("authorised", DUE - 200), ("declined", 200)]
    assert checkout.state == "cleared"
    pay(checkout, "sandbox:approve")
    assert (Checkout.objects.get().state, sandbox.kept_minor()) == ("paid", DUE)


def test_what_was_taken_before_a_later_tender_failed_goes_back_when_the_shopper_leaves(
    shop: Shop, sandbox: Sandbox
) -> None:
    from checkout.services.refunding import refund_advance, refunds_due

    checkout = open_checkout(shop, make_trip(shop))
    pay(checkout, "sandbox:approve", 200)
    pay(checkout, "sandbox:expires")
    assert sorted(states(checkout)) == [("captured", 200), ("declined", DUE - 200)]

    checkout_leave(trip_id=checkout.trip_id, now=NOW)
    drain(checkout)
    later = NOW + timedelta(seconds=2)
    for refund_id in refunds_due(now=later):
        refund_advance(refund_id=refund_id, now=later)

    assert sandbox.kept_minor() == 0
    assert checkout.refunds.get().state == "done"


def test_a_taking_that_timed_out_is_found_again_and_the_others_follow(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    first = pay(checkout, "sandbox:capture_timeout", 200)
    pay(checkout, "sandbox:approve")
    assert sorted(state for state, _ in states(checkout)) == ["authorised", "unknown"]
    assert checkout.state == "unknown"

    payment_advance(attempt_id=first.id, now=NOW + timedelta(minutes=1))

    assert sorted(states(checkout)) == [("captured", 200), ("captured", DUE - 200)]
    assert (checkout.state, sandbox.kept_minor()) == ("paid", DUE)


def test_sums_that_make_no_sense_are_refused_and_move_nothing(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    for amount in (0, -1, DUE + 1):
        with pytest.raises(AmountInvalid):
            pay(checkout, "sandbox:approve", amount)
    pay(checkout, "sandbox:approve", 500)
    with pytest.raises(AmountInvalid):
        pay(checkout, "sandbox:approve", 98)

    checkout.refresh_from_db()
    assert checkout.state == "cleared"


def test_a_store_may_take_one_tender_only_and_only_some_providers(shop: Shop) -> None:
    policy(shop, split=False, providers=["till"])
    checkout = open_checkout(shop, make_trip(shop))

    with pytest.raises(SourceUnknown):
        pay(checkout, "sandbox:approve")
    policy(shop, split=False)
    with pytest.raises(SplitOff):
        pay(checkout, "sandbox:approve", 100)
    assert pay(checkout, "sandbox:approve", DUE).state == "captured"


def test_tips_are_off_until_the_store_takes_them(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    with pytest.raises(TipsOff):
        pay(checkout, "sandbox:approve", tip_minor=50)
    policy(shop, tips=True)
    with pytest.raises(TipsOff):
        pay(checkout, "sandbox:approve", tip_minor=DUE)

    attempt = pay(checkout, "sandbox:approve", tip_minor=50)

    assert (attempt.amount_minor, attempt.tip_minor, sandbox.kept_minor()) == (DUE, 50, DUE + 50)


def test_money_is_set_aside_during_a_review_only_where_the_store_wants_it(shop: Shop) -> None:
    with pytest.raises(CheckoutInReview):
        pay(in_review(shop).checkout, "sandbox:approve")


def test_what_was_set_aside_during_a_review_is_taken_after_it(shop: Shop, sandbox: Sandbox) -> None:
    policy(shop, authorise_in_review=True)
    escalation = in_review(shop)
    checkout = escalation.checkout

    held = pay(checkout, "sandbox:approve")
    checkout.refresh_from_db()
    assert (held.state, checkout.state, sandbox.captured_minor(key=held.key)) == ("authorised", "in_review", 0)
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    escalation_decide(escalation_id=escalation.id, staff=shop.sue, conclusion="cleared", now=NOW)  # type: ignore[arg-type]
    drain(checkout)

    checkout.refresh_from_db()
    assert (checkout.state, sandbox.captured_minor(key=held.key)) == ("paid", DUE)


def test_a_review_that_takes_something_out_takes_less(shop: Shop, sandbox: Sandbox) -> None:
    from carts.services.settlement import Correction

    policy(shop, authorise_in_review=True)
    escalation = in_review(shop)
    held = pay(escalation.checkout, "sandbox:approve")
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)

    escalation_decide(
        escalation_id=escalation.id, staff=shop.sue, conclusion="corrected",  # type: ignore[arg-type]
        corrections=[Correction(line=2, quantity=0)], now=NOW,
    )  # fmt: skip
    drain(escalation.checkout)

    checkout = escalation.checkout
    checkout.refresh_from_db()
    assert checkout.state == "cleared", "nothing is taken before the shopper has seen what changed"
    correction_confirm(checkout_id=checkout.id, cart_id=shop.cart.id, revision=checkout.revision, now=NOW)
    drain(checkout)
    checkout.refresh_from_db()
    assert checkout.state == "paid"
    assert sandbox.captured_minor(key=held.key) == sandbox.kept_minor() == 2 * 149


def test_a_review_that_refuses_lets_the_money_go(shop: Shop, sandbox: Sandbox) -> None:
    policy(shop, authorise_in_review=True)
    escalation = in_review(shop)
    pay(escalation.checkout, "sandbox:approve")
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)

    escalation_decide(escalation_id=escalation.id, staff=shop.sue, conclusion="refused", now=NOW)  # type: ignore[arg-type]
    drain(escalation.checkout)

    assert sandbox.kept_minor() == 0
    assert PaymentAttempt.objects.get().state == "voided"


def test_a_tender_that_is_being_asked_about_keeps_another_from_starting(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    pay(checkout, "sandbox:timeout_after", 200)

    with pytest.raises(PaymentRunning):
        pay(checkout, "sandbox:approve")


@pytest.mark.parametrize("rules", [{"tip": True}, {"most_tip": 2}, {"providers": "sandbox"}])
def test_rules_that_can_not_be_read_are_refused(rules: dict[str, Any]) -> None:
    with pytest.raises(TenderingError):
        payment_rules({"payments": rules})
    with pytest.raises(TenderingError):
        refund_rules({"refunds": {"days": -1}})
