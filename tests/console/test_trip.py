"""A trip's page: time line, plot, journal, commands."""

import json
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.test import Client

from carts.models import JournalEntry, Trip
from carts.selectors.trips import trace, trip_detail
from console.presenting.plot import MOST_POINTS, plot_body, thinned
from console.presenting.timeline import timeline
from tests.console.world import World, add_discrepancy, make_trip

Login = Callable[[User], Client]


def test_the_time_line_tells_scans_levels_and_discrepancies_in_the_carts_order(world: World, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001", "1010"], now, minutes=3)
    add_discrepancy(trip, "unscanned", at=trip.start_ms + 150_000, expected_g=0, observed_g=371)

    moments = timeline(trip.start_ms, trip_detail(trip.pk).journal, trip.discrepancies.all())

    assert [(moment.kind, moment.clock) for moment in moments] == [
        ("start", "0:00.0"), ("scan", "1:00.0"), ("level", "1:03.2"), ("scan", "2:00.0"), ("level", "2:03.2"),
        ("discrepancy", "2:30.0"),
    ]  # fmt: skip
    assert moments[2].mark.word == "+1,030 g"
    assert moments[-1].text == "371 g came with no scan."


def test_a_refused_scan_says_why(world: World, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    JournalEntry.objects.create(
        cart=trip.cart, trip=trip, epoch=1, kind="scan", at_ms=90_000, arrived_at=now, outcome="unknown_code",
        data={"code": "4006381333931", "source": "scanner"},
    )  # fmt: skip

    moments = timeline(trip.start_ms, trip_detail(trip.pk).journal, [])

    refused = next(moment for moment in moments if moment.mark.tone == "warn")
    assert (refused.text, refused.detail) == ("4006381333931", "Not a product of this store.")


def test_the_plot_counts_from_the_start_of_the_trip(world: World, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now, minutes=2)
    add_discrepancy(trip, "unscanned", at=trip.start_ms + 30_000, state="cleared", cleared_ms=trip.start_ms + 40_000)
    detail = trip_detail(trip.pk)

    body = plot_body(detail.trip, detail.journal, detail.discrepancies, trace(trip.pk))

    assert body["trace"][0] == [0, 0.0]
    assert body["levels"] == [{"at": 63_200, "before": 0.0, "after": 1030.0, "text": "Oat drink 1 l: 1030 g fits"}]
    assert [(mark["kind"], mark["at"]) for mark in body["marks"]] == [("start", 0), ("scan", 60_000)]
    assert (body["discrepancies"][0]["from"], body["discrepancies"][0]["to"]) == (30_000, 40_000)


def test_thinning_a_long_trace_keeps_its_peaks(world: World) -> None:
    long = [(at, 9_999.0 if at == 7_777 else float(at % 3)) for at in range(20_000)]

    kept = thinned(long)

    assert len(kept) <= MOST_POINTS
    assert (7_777, 9_999.0) in kept
    assert kept == sorted(kept)


def test_the_trips_page_is_sent_again_only_when_something_happened(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    client, path = login(world.ben), f"/console/trips/{trip.pk}/"
    seen = client.get(path).context["digest"]

    same = client.get(path, HTTP_HX_REQUEST="true", HTTP_X_SEEN=seen)
    add_discrepancy(trip, "removed", at=80_000)
    changed = client.get(path, HTTP_HX_REQUEST="true", HTTP_X_SEEN=seen)

    assert (same.status_code, changed.status_code) == (204, 200)


def test_the_journal_leaves_as_lines_of_json(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)

    answer = login(world.ben).get(f"/console/trips/{trip.pk}/journal/")

    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["kind"] for row in rows] == ["start", "scan", "level"]
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_csv_of_the_journal_runs_no_formula(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], [], now)
    JournalEntry.objects.create(
        cart=trip.cart, trip=trip, epoch=1, kind="=1+1", at_ms=90_000, arrived_at=now, data={}, outcome="@SUM(A1)"
    )

    body = login(world.ben).get(f"/console/trips/{trip.pk}/journal/?as=csv").text

    assert "'=1+1" in body
    assert "'@SUM(A1)" in body


def test_an_empty_message_is_refused_with_what_to_do(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)

    answer = login(world.ben).post(f"/console/trips/{trip.pk}/commands/message/", {"text": " "}, HTTP_HX_REQUEST="true")

    assert (answer.status_code, answer.text) == (422, "Write a message of 1 to 140 characters.")
    assert not trip.journal.filter(kind="command").exists()


def test_a_call_for_help_ends_when_staff_came(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    Trip.objects.filter(id=trip.pk).update(assist_at=now, assist_reason="label")

    login(world.ben).post(f"/console/trips/{trip.pk}/commands/done/")

    trip.refresh_from_db()
    assert trip.assist_at is None


def test_the_list_finds_trips_by_cart_and_state(world: World, login: Login, now: datetime) -> None:
    make_trip(world, world.carts[0], ["1001"], now)
    make_trip(world, world.carts[1], ["1002"], now, state="paid", sealed_revision=1, ended_at=now)
    client, path = login(world.ben), f"/console/stores/{world.store.pk}/trips/"

    by_cart, by_state = client.get(path, {"q": "cart 01"}), client.get(path, {"state": "paid"})

    assert [trip.cart.label for trip in by_cart.context["rows"]] == ["Cart 01"]
    assert [trip.cart.label for trip in by_state.context["rows"]] == ["Cart 02"]
    assert "Choose another state or clear the search." in client.get(path, {"q": "nothing"}).text
