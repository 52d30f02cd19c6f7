"""How far a trip's snapshot may lie behind its journal: another server has that much to go through again."""

import pytest

from carts.live import shopping
from carts.live.hub import Hub
from carts.models import JournalEntry, Snapshot
from tests.carts.live.cast import MILK, make_shop, on_the_loop, open_tablet

pytestmark = pytest.mark.django_db(transaction=True)


def behind() -> int:
    """How many events of the journal are newer than the snapshot."""
    return JournalEntry.objects.filter(origin="cart", id__gt=Snapshot.objects.get().after_id).count()


def longest(scans: int, pause_ms: int) -> int:
    """The most events that a phone's trip was ahead of its snapshot, after each of its scans."""
    shop, most = make_shop(), []

    async def story(hub: Hub) -> None:
        from asgiref.sync import sync_to_async

        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start", mode="phone")
        for _ in range(scans):
            ana.at += pause_ms
            assert (await ana.event("scan", code=MILK, source="camera"))["outcome"] == "added"
            most.append(await sync_to_async(behind)())

    on_the_loop(story)
    return max(most)


def test_fifty_events_and_no_more() -> None:
    assert 40 <= longest(scans=120, pause_ms=0) <= 50


def test_a_minute_and_no_longer() -> None:
    assert longest(scans=12, pause_ms=20_000) <= 3


def test_without_them_all_of_the_trip_would_be_gone_through_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shopping, "SNAPSHOT_EVENTS", 1 << 30)

    assert longest(scans=60, pause_ms=0) > 50
