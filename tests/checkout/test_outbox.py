"""What leaves after a settlement: at least once, in order, and stock goes down exactly once."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from checkout.models import Checkout, OutboxMessage
from checkout.services import outbox, sweeping
from checkout.services.advancing import payment_advance
from checkout.services.outbox import (
    KEPT,
    LEASE,
    MOST_ATTEMPTS,
    outbox_deliver,
    outbox_expire,
    outbox_put,
    outbox_replay,
)
from checkout.services.payments import payment_start
from checkout.tasks import sweep
from inventory.models import StockLevel, StockMovement
from tests.checkout.world import APPLES, BREAD, MILK, NOW, Shop, in_review, make_trip, open_checkout


def settle(shop: Shop) -> Checkout:
    checkout = open_checkout(shop, make_trip(shop, items={MILK: 3, BREAD: 1, APPLES: 735}))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)
    return checkout


def stock(shop: Shop) -> dict[str, int]:
    levels = StockLevel.objects.filter(store=shop.store)
    return {level.product.code: level.quantity for level in levels.select_related("product")}


def test_stock_goes_down_by_pieces_and_grams(shop: Shop) -> None:
    settle(shop)
    assert stock(shop) == {}

    assert outbox_deliver(now=NOW) == 2
    assert stock(shop) == {"P1": -3, "P2": -1, "P3": -735}


def test_delivered_twice_stock_goes_down_once(shop: Shop) -> None:
    settle(shop)
    outbox_deliver(now=NOW)
    OutboxMessage.objects.update(delivered_at=None, due_at=NOW)

    outbox_deliver(now=NOW)

    assert stock(shop) == {"P1": -3, "P2": -1, "P3": -735}
    assert StockMovement.objects.count() == 3


def test_a_delivery_is_asked_for_when_the_settlement_has_committed(
    shop: Shop, sent: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        settle(shop)

    assert ("checkout.tasks.deliver_outbox", ()) in sent


def put(shop: Shop, topic: str = "nudge.trip", group: str = "g") -> OutboxMessage:
    return outbox_put(store_id=shop.store.pk, topic=topic, group=group, payload={"trip": "t"}, now=NOW)


def test_a_message_that_fails_waits_ever_longer_then_is_dead_and_can_be_replayed(shop: Shop) -> None:
    message, now = put(shop, "unheard.of"), NOW
    waits = []
    for _ in range(MOST_ATTEMPTS):
        outbox_deliver(now=now)
        message.refresh_from_db()
        waits.append(message.due_at - now)
        now = message.due_at

    assert waits[0] == timedelta(seconds=2) < waits[5] < waits[10]
    assert message.dead_at is not None
    assert "unheard.of" in message.error
    assert outbox_deliver(now=now + timedelta(days=1)) == 0
    assert outbox_replay(message_id=message.pk, now=now)
    assert not outbox_replay(message_id=message.pk, now=now)


def test_a_group_is_delivered_in_order_and_groups_do_not_wait_for_each_other(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, other = put(shop, group="a"), put(shop, group="a"), put(shop, group="b")
    broken, delivered = {first.pk}, []

    def deliver(message: OutboxMessage, now: Any) -> None:
        if message.pk in broken:
            raise ConnectionError("down")
        delivered.append(message.pk)

    monkeypatch.setattr(outbox, "deliver", deliver)
    outbox_deliver(now=NOW)
    assert delivered == [other.pk]
    broken.clear()
    for seconds in (2, 3):
        outbox_deliver(now=NOW + timedelta(seconds=seconds))

    assert delivered == [other.pk, first.pk, second.pk]


def test_a_message_whose_deliverer_died_is_due_again_after_its_lease(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(shop)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "deliver", lambda message, now: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            outbox_deliver(now=NOW)

    assert outbox_deliver(now=NOW + LEASE / 2) == 0
    assert outbox_deliver(now=NOW + LEASE) == 1


def test_the_sweep_sends_what_was_lost_and_one_broken_part_stops_no_other(
    shop: Shop, sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from checkout import tasks

    escalation = in_review(shop)
    message = put(shop)
    monkeypatch.setattr(sweeping, "claims_expire", lambda now: 1 / 0)

    tasks.sweep()

    message.refresh_from_db()
    escalation.refresh_from_db()
    assert message.delivered_at is not None
    # The test's clock stands in the past, so for the sweep the look is long lost.
    assert escalation.state == "waiting"


def test_the_sweep_asks_again_about_unknown_payments(shop: Shop, sent: list[Any]) -> None:
    from checkout import tasks

    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:timeout_after", key="k", now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)

    tasks.sweep()
    assert ("checkout.tasks.advance_payment", (str(attempt.id),)) in sent
    tasks.advance_payment(str(attempt.id))

    checkout.refresh_from_db()
    assert checkout.state == "paid"


def test_a_checkout_whose_trip_left_unnoticed_is_mended(shop: Shop) -> None:
    escalation = in_review(shop)
    escalation.checkout.trip.state = "cancelled"
    escalation.checkout.trip.save()

    assert sweeping.checkouts_mend(now=NOW) == 1
    assert sweeping.checkouts_mend(now=NOW) == 0

    escalation.checkout.refresh_from_db()
    assert (escalation.checkout.state, escalation.checkout.open_escalations) == ("abandoned", 0)


def test_what_was_delivered_goes_after_its_time_a_part_at_a_time_and_the_rest_stays(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "FORGOTTEN_AT_ONCE", 2)
    old, late = NOW - KEPT, NOW - KEPT + timedelta(seconds=1)
    gone = [put(shop) for _ in range(3)]
    OutboxMessage.objects.filter(id__in=[message.pk for message in gone]).update(delivered_at=old)
    young, waiting, dead = put(shop), put(shop), put(shop)
    OutboxMessage.objects.filter(id=young.pk).update(delivered_at=late)
    OutboxMessage.objects.filter(id__in=[waiting.pk, dead.pk]).update(created_at=old - KEPT, due_at=old - KEPT)
    OutboxMessage.objects.filter(id=dead.pk).update(dead_at=old - KEPT)

    assert [outbox_expire(now=NOW) for _ in range(3)] == [2, 1, 0]
    assert set(OutboxMessage.objects.values_list("id", flat=True)) == {young.pk, waiting.pk, dead.pk}


def test_the_sweep_forgets_what_was_delivered_long_ago(shop: Shop) -> None:
    message = put(shop)
    OutboxMessage.objects.filter(id=message.pk).update(delivered_at=timezone.now() - KEPT)

    sweep()

    assert not OutboxMessage.objects.filter(id=message.pk).exists()
