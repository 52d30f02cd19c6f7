"""Days close by themselves: by each store's clock, once, in order, and as soon as they can."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checkout.models import BusinessDay, DayDifference, OutboxMessage, PaymentAttempt, Receipt
from checkout.providers import ProviderUnsure
from checkout.providers.sandbox import Sandbox
from checkout.services import closing
from checkout.services.business_days import day_close
from checkout.services.closing import days_close, store_days_close
from checkout.services.payments import payment_start
from inventory.models import AuditEntry
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop, make_shop, make_trip, open_checkout

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _sandbox_of_that_day(sandbox: Sandbox) -> None:
    sandbox._clock = NOW.timestamp


def closed() -> list[tuple[str, date]]:
    rows = BusinessDay.objects.filter(state="closed").order_by("closed_at", "day")
    return [(row.store.timezone, row.day) for row in rows]


def test_each_store_closes_by_its_own_clock(shop: Shop) -> None:
    tokyo = make_shop("Dale Foods", timezone="Asia/Tokyo")
    receipt_for(shop)
    receipt_for(tokyo)
    # 15:00 in UTC is midnight in Tokyo; in Vienna that is an hour before this.
    for moment, count in (((2, 15, 4), 0), ((2, 15, 5), 1), ((2, 23, 4), 0), ((2, 23, 5), 1)):
        assert days_close(now=datetime(2026, 3, *moment, tzinfo=UTC)) == count, moment

    assert closed() == [("Asia/Tokyo", DAY), (shop.store.timezone, DAY)]


def test_closing_again_or_beside_a_person_changes_nothing(shop: Shop) -> None:
    receipt_for(shop)
    later = NOW + timedelta(days=1)
    by_hand = day_close(store=shop.store, day=DAY, staff=shop.sue, now=later)

    assert [days_close(now=later) for _ in range(2)] == [0, 0]

    by_hand.refresh_from_db()
    assert by_hand.closed_by == shop.sue
    assert AuditEntry.objects.filter(action="day.close").count() == 1
    assert not OutboxMessage.objects.filter(topic="webhook.day.closed").exists()


def test_missed_days_are_made_up_for_from_the_first_sale_on_and_in_order(shop: Shop) -> None:
    receipt_for(shop)

    assert days_close(now=NOW + timedelta(days=3)) == 3

    assert [day for _, day in closed()] == [DAY + timedelta(days=n) for n in range(3)]
    assert days_close(now=NOW + timedelta(days=3)) == 0


def test_a_store_that_never_sold_or_wants_to_do_it_itself_is_left_alone(shop: Shop) -> None:
    later = NOW + timedelta(days=1)
    assert days_close(now=later) == 0
    receipt_for(shop)
    shop.store.policy = shop.store.policy | {"end_of_day": {"automatic": False}}
    shop.store.save()

    assert days_close(now=later) == 0
    assert not BusinessDay.objects.exists()


def test_a_day_waits_for_an_unknown_payment_and_the_days_after_it_wait_too(shop: Shop) -> None:
    receipt_for(shop)
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)

    assert days_close(now=NOW + timedelta(days=2)) == 0
    PaymentAttempt.objects.filter(id=attempt.id).update(state="voided", ended_at=NOW)

    assert days_close(now=NOW + timedelta(days=2)) == 2


def test_the_providers_list_is_asked_for_and_its_absence_keeps_no_day_open(
    shop: Shop, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt_for(shop)
    PaymentAttempt.objects.update(reference="lost")
    day_after = NOW + timedelta(days=1)
    monkeypatch.setattr(sandbox, "movements", unsure)
    assert days_close(now=day_after) == 1
    assert not DayDifference.objects.exists()
    BusinessDay.objects.update(state="open", closed_at=None)
    monkeypatch.undo()
    monkeypatch.setattr("checkout.providers.registry._providers", lambda: (sandbox,))

    assert days_close(now=day_after) == 1
    assert sorted(DayDifference.objects.values_list("kind", flat=True)) == ["missing_here", "missing_there"]


def unsure(since: float, until: float) -> None:
    raise ProviderUnsure("no answer")


def test_one_stores_trouble_keeps_no_other_store_from_closing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    other = make_shop("Dale Foods")
    receipt_for(shop)
    receipt_for(other)

    def close(*, store: object, now: datetime) -> int:
        if store == shop.store:
            raise RuntimeError("broken")
        return store_days_close(store=other.store, now=now)

    monkeypatch.setattr(closing, "store_days_close", close)

    assert days_close(now=NOW + timedelta(days=1)) == 1
    assert [row.store for row in BusinessDay.objects.all()] == [other.store]
    assert Receipt.objects.count() == 2
