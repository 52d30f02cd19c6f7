"""Money back: by line, by piece, whole; never over what was paid, and not without whom the store asks for."""

from datetime import timedelta
from typing import Any

import pytest

from checkout.errors import (
    NotPaid,
    RefundDecided,
    RefundNotAutomatic,
    RefundOver,
    RefundOverLimit,
    RefundOwn,
    RefundTooLate,
)
from checkout.models import Checkout, ExitPass, Refund, SaleLine
from checkout.providers.sandbox import Sandbox
from checkout.services.advancing import payment_advance
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance, refunds_due
from checkout.services.refunds import refund_decide, refund_line, refund_request
from inventory.errors import NotFound
from inventory.models import AuditEntry, Role
from inventory.services.promotions import promotion_set
from tests.checkout.world import APPLES, BREAD, CAVIAR, MILK, NOW, Shop, make_trip, open_checkout
from tests.inventory.world import make_person


def sale(shop: Shop, items: dict[str, int] | None = None, source: str = "sandbox:approve") -> Checkout:
    checkout = open_checkout(shop, make_trip(shop, items=items))
    attempt = payment_start(checkout_id=checkout.id, method="card", source=source, key=str(checkout.id), now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)
    checkout.refresh_from_db()
    assert checkout.state == "paid"
    return checkout


def back(checkout: Checkout, lines: dict[int, int] | None, staff: Any, key: str = "r1", **fields: Any) -> Refund:
    refund = refund_request(
        checkout_id=checkout.id, lines=lines, reason="returned", key=key, staff=staff, **({"now": NOW} | fields)
    )
    return refund_advance(refund_id=refund.id, now=NOW)


def test_a_line_goes_back_by_pieces_to_the_tender_that_paid_it(shop: Shop, sandbox: Sandbox) -> None:
    checkout = sale(shop, {MILK: 3, BREAD: 1})

    refund = back(checkout, {1: 2}, shop.sue)

    assert (refund.state, refund.amount_minor) == ("done", 2 * 149)
    assert sandbox.given_minor(key=checkout.attempts.get().key) == 2 * 149
    line = SaleLine.objects.get(checkout=checkout, line=1)
    assert (line.refunded_pieces, line.refunded_minor) == (2, 2 * 149)
    assert AuditEntry.objects.filter(action="refund.request", actor=shop.sue).count() == 1


def test_pieces_in_any_steps_give_back_exactly_what_was_paid_with_the_lines_share_of_the_discount(
    shop: Shop, sandbox: Sandbox
) -> None:
    rule = {"kind": "percent", "on": {"products": ["P1"]}, "percent_bp": 1000}
    promotion_set(store_id=shop.store.pk, code="ten", name="Ten", rule=rule, now=NOW - timedelta(days=1))
    checkout = sale(shop, {MILK: 3, BREAD: 1})
    line = SaleLine.objects.get(checkout=checkout, line=1)
    assert line.amount_minor < 3 * 149

    parts = [back(checkout, {1: 1}, shop.sue, key=f"r{n}").amount_minor for n in range(3)]
    rest = back(checkout, None, shop.sue, key="rest")

    assert sum(parts) == line.amount_minor
    assert max(parts) - min(parts) <= 1
    assert sum(parts) + rest.amount_minor == checkout.amount_minor
    assert sandbox.kept_minor() == 0


def test_the_lines_of_a_sale_add_up_to_what_was_paid(shop: Shop) -> None:
    checkout = sale(shop, {MILK: 2, APPLES: 735, CAVIAR: 1})

    assert sum(SaleLine.objects.values_list("amount_minor", flat=True)) == checkout.amount_minor
    assert SaleLine.objects.get(line=2).pieces == 1


def test_more_than_is_left_is_refused_and_changes_nothing(shop: Shop) -> None:
    checkout = sale(shop, {MILK: 2})
    back(checkout, {1: 1}, shop.sue)

    for lines in ({1: 2}, {2: 1}, {1: -1}, {1: 0}):
        with pytest.raises(RefundOver):
            back(checkout, lines, shop.sue, key=f"{lines}")
    assert Refund.objects.count() == 1
    assert SaleLine.objects.get().refunded_pieces == 1


def test_all_of_a_sale_is_a_void(shop: Shop) -> None:
    assert back(sale(shop), None, shop.sue).void


def test_the_same_key_is_the_same_refund(shop: Shop, sandbox: Sandbox) -> None:
    checkout = sale(shop)

    first, second = back(checkout, {1: 1}, shop.sue), back(checkout, {1: 1}, shop.sue)

    assert first.id == second.id
    assert sandbox.given_minor(key=checkout.attempts.get().key) == 149


def test_a_refund_is_shared_out_to_the_tenders_in_their_order(shop: Shop, sandbox: Sandbox) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    for key, source, amount in (("a", "sandbox:gift:g200", 200), ("b", "sandbox:approve", None)):
        now = NOW + timedelta(seconds=key == "b")
        attempt = payment_start(
            checkout_id=checkout.id, method="card", source=source, key=key, now=now, amount_minor=amount
        )
        payment_advance(attempt_id=attempt.id, now=now)

    back(checkout, {1: 2}, shop.sue)

    assert (sandbox.given_minor(key="a"), sandbox.given_minor(key="b")) == (200, 98)


def test_roles_have_limits(shop: Shop) -> None:
    shop.store.policy = shop.store.policy | {"refunds": {"limits": {"supervisor": 200, "manager": 500}}}
    shop.store.save()
    max_ = make_person("max", Role.MANAGER, store=shop.store)
    checkout = sale(shop)

    with pytest.raises(NotFound):
        back(checkout, {1: 1}, shop.ben)
    with pytest.raises(NotFound):
        back(checkout, {1: 1}, shop.cal)
    with pytest.raises(RefundOverLimit):
        back(checkout, {2: 1}, shop.sue)
    assert back(checkout, {2: 1}, max_).state == "done"


def test_a_large_sum_takes_a_second_person_who_is_another(shop: Shop, sandbox: Sandbox) -> None:
    shop.store.policy = shop.store.policy | {"refunds": {"four_eyes_minor": 200}}
    shop.store.save()
    eve = make_person("eve", Role.SUPERVISOR, store=shop.store)
    checkout = sale(shop)

    refund = back(checkout, {2: 1}, shop.sue)
    assert (refund.state, sandbox.kept_minor()) == ("waiting", checkout.amount_minor)
    with pytest.raises(RefundOwn):
        refund_decide(refund_id=refund.id, staff=shop.sue, agree=True, now=NOW)
    with pytest.raises(NotFound):
        refund_decide(refund_id=refund.id, staff=shop.cal, agree=True, now=NOW)
    refund_decide(refund_id=refund.id, staff=eve, agree=True, now=NOW)

    assert refund_advance(refund_id=refund.id, now=NOW).state == "done"
    assert sandbox.given_minor(key=checkout.attempts.get().key) == 299
    with pytest.raises(RefundDecided):
        refund_decide(refund_id=refund.id, staff=eve, agree=False, now=NOW)


def test_a_second_person_who_refuses_gives_the_pieces_back_to_the_sale(shop: Shop) -> None:
    shop.store.policy = shop.store.policy | {"refunds": {"four_eyes_minor": 0}}
    shop.store.save()
    eve = make_person("eve", Role.SUPERVISOR, store=shop.store)
    checkout = sale(shop)
    refund = back(checkout, {1: 2}, shop.sue)
    assert SaleLine.objects.get(line=1).refunded_pieces == 2

    assert refund_decide(refund_id=refund.id, staff=eve, agree=False, now=NOW).state == "refused"

    assert SaleLine.objects.get(line=1).refunded_pieces == 0
    assert back(checkout, {1: 2}, eve, key="again").state == "waiting"


def test_an_accepted_dispute_gives_a_small_sum_back_without_a_person(shop: Shop, sandbox: Sandbox) -> None:
    checkout = sale(shop, {MILK: 4, CAVIAR: 1})

    refund = refund_line(checkout_id=checkout.id, line=1, pieces=1, reference="dispute:1", now=NOW)
    again = refund_line(checkout_id=checkout.id, line=1, pieces=1, reference="dispute:1", now=NOW)
    refund_advance(refund_id=refund.id, now=NOW)

    assert (refund.automatic, again.id) == (True, refund.id)
    assert sandbox.given_minor(key=checkout.attempts.get().key) == 149
    with pytest.raises(RefundNotAutomatic):
        refund_line(checkout_id=checkout.id, line=2, reference="dispute:2", now=NOW)


def test_many_small_ones_of_a_trip_need_a_person_in_the_end(shop: Shop) -> None:
    shop.store.policy = shop.store.policy | {"refunds": {"automatic_minor": 200, "automatic_trip_minor": 300}}
    shop.store.save()
    checkout = sale(shop, {MILK: 4})
    for number in range(2):
        refund_line(checkout_id=checkout.id, line=1, pieces=1, reference=f"dispute:{number}", now=NOW)

    with pytest.raises(RefundNotAutomatic):
        refund_line(checkout_id=checkout.id, line=1, pieces=1, reference="dispute:9", now=NOW)


def test_a_giving_back_that_timed_out_is_asked_again_with_the_same_key(shop: Shop, sandbox: Sandbox) -> None:
    checkout = sale(shop, source="sandbox:refund_timeout")

    refund = back(checkout, {1: 1}, shop.sue)
    assert (refund.state, refunds_due(now=NOW)) == ("pending", [])
    later = NOW + timedelta(seconds=3)
    assert refunds_due(now=later) == [refund.id]

    assert refund_advance(refund_id=refund.id, now=later).state == "done"
    assert sandbox.given_minor(key=checkout.attempts.get().key) == 149


def test_a_refund_that_fails_is_said_and_its_pieces_can_be_given_back_again(shop: Shop) -> None:
    checkout = sale(shop, source="sandbox:refund_fails")

    assert back(checkout, {1: 1}, shop.sue).state == "failed"
    assert SaleLine.objects.get(line=1).refunded_pieces == 0
    assert checkout.attempts.get().refunded_minor == 0


def test_what_is_not_paid_or_long_ago_gives_nothing_back(shop: Shop) -> None:
    unpaid = open_checkout(shop, make_trip(shop))
    with pytest.raises(NotPaid):
        back(unpaid, {1: 1}, shop.sue)
    Checkout.objects.filter(id=unpaid.id).update(state="abandoned")
    unpaid.trip.state = "cancelled"
    unpaid.trip.save()
    checkout = sale(shop)
    with pytest.raises(RefundTooLate):
        back(checkout, {1: 1}, shop.sue, now=NOW + timedelta(days=31))
    assert ExitPass.objects.count() == 1
