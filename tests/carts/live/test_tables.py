"""Rows put down by hand-made statements are what the ORM would have put down."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from carts.live.rows import DISCREPANCIES, ENTRIES, LINES, SNAPSHOTS, TRACES, TRIPS
from carts.models import Discrepancy, JournalEntry, Origin, Snapshot, TraceBlock, Trip, TripLine
from carts.models.trips import DiscrepancyState
from inventory.models import Product
from tests.carts.live.cast import make_shop
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
ODD = {"text": "Öl 'x' \"y\" \\ 漢 🛒", "n": [1, 2.5, None, True], "big": 2**53}


def a_trip() -> Trip:
    shop = make_shop()
    return Trip(
        store=shop.store, cart=shop.cart, stream=uuid.uuid4(), started_at=NOW, start_ms=5, last_ms=9, totals=ODD
    )


def kept(row: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def written(table: Any, row: Any) -> Any:
    with transaction.atomic():
        table.insert([row])
    return type(row).objects.get(pk=row.pk)


def test_rows_of_every_table_of_the_stream_read_back_as_they_were() -> None:
    trip = a_trip()
    entry = JournalEntry(
        cart_id=trip.cart_id, trip_id=trip.id, origin=Origin.SERVER, stream=trip.stream, seq=7, epoch=2, kind="scan",
        at_ms=2**40, arrived_at=NOW.replace(microsecond=120), data=ODD, outcome="added", fingerprint="f" * 64,
    )  # fmt: skip
    snapshot = Snapshot(trip_id=trip.id, after_id=3, at_ms=4, state=bytes(range(256)))

    assert kept(written(TRIPS, trip)) == kept(trip)
    assert kept(written(ENTRIES, entry)) == kept(entry)
    assert bytes(written(SNAPSHOTS, snapshot).state) == snapshot.state


def test_entries_have_their_ids_in_the_order_of_writing() -> None:
    trip = written(TRIPS, a_trip())
    entries = [
        JournalEntry(cart_id=trip.cart_id, trip_id=trip.id, epoch=1, kind=f"k{n}", at_ms=n, arrived_at=NOW)
        for n in range(40)
    ]

    with transaction.atomic():
        ENTRIES.insert(entries[:15])
        ENTRIES.insert(entries[15:])

    assert [(e.pk, e.kind) for e in entries] == list(JournalEntry.objects.order_by("id").values_list("id", "kind"))


def test_a_line_that_is_there_is_brought_up_to_date_and_keeps_what_cannot_change() -> None:
    trip, product = written(TRIPS, a_trip()), Product.objects.order_by("id").first()
    assert product is not None
    first = {"trip_id": trip.id, "line": 1, "product_id": product.pk, "code": "c", "name": "first", "sold_by": "each",
             "unit_price_minor": 5, "at_ms": 1}  # fmt: skip

    with transaction.atomic():
        LINES.insert([TripLine(**first, quantity=1, amount_minor=5, status="placing", revision=1)])
        LINES.insert([TripLine(**first | {"name": "other"}, quantity=2, amount_minor=10, status="verified", revision=2,
                               savings=[ODD])])  # fmt: skip

    line = TripLine.objects.get()
    assert (line.quantity, line.status, line.revision, line.savings, line.name) == (2, "verified", 2, [ODD], "first")


def test_a_discrepancy_and_a_trace_may_come_twice() -> None:
    trip = written(TRIPS, a_trip())
    row = Discrepancy(trip_id=trip.id, number=1, kind="unscanned", opened_ms=5, expected_g=0, observed_g=1.5,
                      tolerance_g=2, probability=0.25, advice="a")  # fmt: skip
    block = TraceBlock(trip_id=trip.id, from_ms=0, to_ms=5, points=[[0, 1.5]], delete_after=NOW)

    with transaction.atomic():
        DISCREPANCIES.insert([row])
        row.state, row.cleared_ms = DiscrepancyState.CLEARED, 9
        DISCREPANCIES.insert([row])
        TRACES.insert([block])
        TRACES.insert([block])

    assert kept(Discrepancy.objects.get()) | {"id": None} == kept(row) | {"id": None}
    assert TraceBlock.objects.get().points == [[0, 1.5]]


def test_an_event_that_is_there_already_fails_the_write() -> None:
    trip = written(TRIPS, a_trip())
    one = {"cart_id": trip.cart_id, "stream": trip.stream, "seq": 1, "epoch": 1, "at_ms": 1, "arrived_at": NOW}

    with pytest.raises(IntegrityError), transaction.atomic():
        ENTRIES.insert([JournalEntry(**one, kind="scan"), JournalEntry(**one, kind="remove")])

    assert not JournalEntry.objects.exists()


def test_a_text_too_long_for_its_column_is_refused_not_cut() -> None:
    from django.db import connection

    trip = written(TRIPS, a_trip())
    entry = JournalEntry(cart_id=trip.cart_id, epoch=1, kind="k" * 40, at_ms=1, arrived_at=NOW)

    if connection.vendor == "postgresql":  # SQLite keeps texts of any length
        with pytest.raises(DatabaseError), transaction.atomic():
            ENTRIES.insert([entry])
    else:
        assert written(ENTRIES, entry).kind == "k" * 40
