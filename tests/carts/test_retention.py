"""What carts leave behind goes in its time: snapshots, weight traces, old journal rows."""

import gzip
import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from carts import tasks
from carts.live.hub import Hub
from carts.models import JournalEntry, Snapshot, TraceBlock, Trip, TripState
from carts.services import retention
from carts.services.retention import journal_archive, snapshots_expire, traces_expire
from carts.services.settlement import trip_transition
from inventory.models import AuditEntry
from tests.carts.live.cast import MILK, Shop, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timedelta(days=400)
OLD = NOW - YEAR - timedelta(days=40)


def make_trip(shop: Shop, state: TripState = TripState.PAID) -> Trip:
    ended = NOW if state in retention.ENDED else None
    return Trip.objects.create(
        store=shop.store, cart=shop.cart, stream=uuid.uuid4(), state=state, started_at=OLD, ended_at=ended,
        start_ms=0, last_ms=9, sealed_revision=1,
    )  # fmt: skip


def make_entries(trip: Trip, count: int, at: Any = OLD) -> list[int]:
    """Events 1, 2, 3 … of the trip's stream; their ids."""
    known = JournalEntry.objects.filter(stream=trip.stream).count()
    return [
        JournalEntry.objects.create(
            cart=trip.cart, trip=trip, stream=trip.stream, seq=known + place, epoch=1, kind="scan", at_ms=place,
            arrived_at=at, data={"code": MILK}, outcome="added", detail={"name": "Milch 1 l – fettarm"},
        ).pk
        for place in range(1, count + 1)
    ]  # fmt: skip


def archived(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every file, by the month of its folder."""
    months: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(folder.glob("*/*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            months.setdefault(path.parent.name, []).extend(json.loads(line) for line in lines)
    return months


def test_old_entries_of_ended_trips_are_in_the_archive_whole_and_no_more_in_the_database(tmp_path: Path) -> None:
    trip = make_trip(make_shop())
    ids = make_entries(trip, 3)

    more = journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    (rows,) = archived(tmp_path).values()
    assert more is False
    assert [row["id"] for row in rows] == ids[:2]
    assert rows[0]["data"] == {"code": MILK}
    assert rows[0]["detail"] == {"name": "Milch 1 l – fettarm"}
    assert (rows[0]["seq"], rows[0]["stream"], rows[0]["outcome"]) == (1, str(trip.stream), "added")
    assert list(JournalEntry.objects.values_list("id", flat=True)) == ids[2:]


def test_the_newest_event_of_a_stream_stays_so_that_its_cart_is_told_what_is_kept(tmp_path: Path) -> None:
    shop = make_shop()
    trip = make_trip(shop)
    make_entries(trip, 7)
    journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token, stream=str(trip.stream))
        welcome = await ana.hello()

        assert welcome is not None
        assert welcome["acked"] == 7

    on_the_loop(story)


def test_entries_that_are_young_or_of_a_trip_under_way_stay(tmp_path: Path) -> None:
    shop = make_shop()
    young, live = make_trip(shop), make_trip(shop, TripState.SHOPPING)
    kept = [*make_entries(young, 3, at=NOW - YEAR), *make_entries(live, 3)]

    journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    assert list(JournalEntry.objects.values_list("id", flat=True)) == kept
    assert archived(tmp_path) == {}


def test_each_entry_is_filed_under_the_month_in_which_it_arrived(tmp_path: Path) -> None:
    trip = make_trip(make_shop())
    make_entries(trip, 2, at=OLD - timedelta(days=31))
    make_entries(trip, 2, at=OLD)

    journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    assert {month: len(rows) for month, rows in archived(tmp_path).items()} == {"2024-11": 2, "2024-12": 1}


def test_a_long_backlog_goes_in_batches_and_says_that_there_is_more(tmp_path: Path) -> None:
    trip = make_trip(make_shop())
    make_entries(trip, 9)

    more = [journal_archive(now=NOW, keep=YEAR, folder=tmp_path, batch=2, most=2) for _ in range(3)]

    assert more == [True, True, False]
    assert [row["seq"] for rows in archived(tmp_path).values() for row in rows] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert JournalEntry.objects.get().seq == 9


def test_nothing_is_deleted_where_the_archive_can_t_be_written(tmp_path: Path) -> None:
    make_entries(make_trip(make_shop()), 3)
    blocked = tmp_path / "archive"
    blocked.write_text("a file where the folder should be")

    with pytest.raises(OSError, match="archive"):
        journal_archive(now=NOW, keep=YEAR, folder=blocked)

    assert JournalEntry.objects.count() == 3


def test_a_crash_between_file_and_deletion_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = make_entries(make_trip(make_shop()), 4)

    def crash(**_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(retention, "audit_record", crash)
        with pytest.raises(SystemExit):
            journal_archive(now=NOW, keep=YEAR, folder=tmp_path)
    assert JournalEntry.objects.count() == 4
    journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    assert [row["id"] for rows in archived(tmp_path).values() for row in rows] == ids[:3]
    assert JournalEntry.objects.count() == 1


def test_what_was_moved_off_is_in_the_audit_log(tmp_path: Path) -> None:
    ids = make_entries(make_trip(make_shop()), 3)

    journal_archive(now=NOW, keep=YEAR, folder=tmp_path)

    entry = AuditEntry.objects.get(action="journal.archive")
    assert entry.subject == f"2024-12/journal-{ids[0]}-{ids[1]}.jsonl.gz"
    assert entry.detail == {"rows": 2}


def test_traces_go_on_their_date_and_not_before() -> None:
    trip = make_trip(make_shop())
    for place in range(5):
        TraceBlock.objects.create(trip=trip, from_ms=place, to_ms=place, delete_after=NOW + timedelta(days=place - 2))

    count = traces_expire(now=NOW, batch=2)

    assert count == 3
    assert sorted(TraceBlock.objects.values_list("from_ms", flat=True)) == [3, 4]


@pytest.mark.parametrize(
    ("start", "state", "left"),
    [
        (TripState.CLEARED, TripState.CANCELLED, 0),
        (TripState.PAYING, TripState.CLEARED, 1),
        (TripState.PAYING, TripState.PAID, 1),  # it goes when the trip has taught
    ],
)
def test_a_snapshot_goes_with_the_step_that_cancels_its_trip(start: TripState, state: TripState, left: int) -> None:
    trip = make_trip(make_shop(), start)
    Snapshot.objects.create(trip=trip, after_id=1, at_ms=0, state=b"engine")

    trip_transition(trip_id=trip.pk, to=state, now=NOW)

    assert Snapshot.objects.count() == left


def test_a_trip_cancelled_by_its_cart_leaves_no_snapshot() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("cancel")

    on_the_loop(story)

    assert Trip.objects.get().state == TripState.CANCELLED
    assert Snapshot.objects.count() == 0


def test_a_snapshot_written_while_its_trip_ended_is_swept() -> None:
    shop = make_shop()
    ended, live = make_trip(shop), make_trip(shop, TripState.SHOPPING)
    Trip.objects.filter(id=ended.pk).update(taught_at=NOW)
    for trip in (ended, live):
        Snapshot.objects.create(trip=trip, after_id=1, at_ms=0, state=b"engine")

    count = snapshots_expire(now=NOW)

    assert count == 1
    assert Snapshot.objects.get().trip_id == live.pk


def test_the_schedule_s_tasks_keep_the_setting_and_run_on_while_there_is_more(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR, settings.JOURNAL_DAYS = tmp_path, 10
    asked: list[int] = []
    monkeypatch.setattr(tasks.archive_journal, "delay", lambda: asked.append(1))
    make_entries(make_trip(make_shop()), 2, at=timezone.now() - timedelta(days=11))

    tasks.archive_journal()
    tasks.expire()

    assert [len(rows) for rows in archived(tmp_path / "archive").values()] == [1]
    assert asked == []
