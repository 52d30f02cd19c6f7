"""Reports count rows, and show nothing where nothing was counted."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.test import Client

from checkout.models import Checkout, Escalation
from console.selectors.fleet import fleet_of
from console.selectors.reports import report
from inventory.models import Store
from tests.console.world import World, add_discrepancy, make_cart, make_trip, send_to_review

Login = Callable[[User], Client]


def week(store: Store, now: datetime) -> tuple[datetime, datetime]:
    return now - timedelta(days=7), now + timedelta(seconds=1)


def test_alarms_and_reviews_are_counted_per_hundred_ended_trips(world: World, now: datetime) -> None:
    for cart in world.carts[:2]:
        make_trip(world, cart, ["1001"], now, state="paid", sealed_revision=1, ended_at=now)
    doubtful = make_trip(world, world.carts[2], ["1001"], now)
    add_discrepancy(doubtful, "unscanned", at=50_000, state="cleared", cleared_ms=60_000)
    review = send_to_review(world, doubtful, now, waited_s=90)
    Checkout.objects.filter(trip=doubtful).update(state="cleared", open_escalations=0)
    Escalation.objects.filter(id=review.pk).update(state="resolved", conclusion="cleared", resolved_at=now)
    doubtful.state, doubtful.ended_at = "paid", now
    doubtful.save()
    make_trip(world, world.carts[3], ["1001"], now)

    since, until = week(world.store, now)
    found = report(world.store, since=since, until=until, target_s=60)

    assert (found.ended, found.paid, found.paid_minor) == (3, 3, 3 * 189)
    assert (found.alarms, round(found.alarms_per_100 or 0, 1)) == (1, 33.3)
    assert (found.settle_median_s, found.within_target) == (90, 0)
    assert found.kinds == (("unscanned", 1, 1),)
    assert dict(found.conclusions)["Cleared by staff"] == 1


def test_without_trips_rates_are_unknown_and_not_zero(world: World, now: datetime) -> None:
    since, until = week(world.store, now)

    found = report(world.store, since=since, until=until, target_s=60)

    assert (found.alarms_per_100, found.settle_median_s, found.within_target) == (None, None, None)


def test_the_page_tells_an_empty_span_from_a_quiet_one(world: World, login: Login) -> None:
    page = login(world.sue).get(f"/console/stores/{world.store.pk}/reports/?days=1")

    assert "No trip ended in this time" in page.text


def test_carts_that_need_hands_stand_first_and_say_why(world: World, now: datetime) -> None:
    make_cart(world.store, "Cart 90", now, battery=0.05)
    make_cart(world.store, "Cart 91", now, battery=0.05, charging=True)
    make_cart(world.store, "Cart 92", now, last_seen_at=now - timedelta(hours=1), connected_at=None)

    rows = {row.label: row for row in fleet_of(world.store, now)}

    assert next(iter(rows)) == "Cart 90"
    assert rows["Cart 90"].cares == ("Battery low: put it on the charger",)
    assert (rows["Cart 91"].state, rows["Cart 92"].state) == ("ready", "away")


def test_a_scale_at_fault_in_many_trips_is_seen_in_the_fleet(world: World, now: datetime) -> None:
    for _ in range(10):
        make_trip(world, world.carts[0], [], now, state="cancelled", ended_at=now)
    faulty = make_trip(world, world.carts[0], [], now, state="cancelled", ended_at=now)
    add_discrepancy(faulty, "scale_fault", at=10_000)

    row = fleet_of(world.store, now)[0]

    assert (row.label, row.cares) == ("Cart 01", ("Scale at fault in 1 of 11 trips: calibrate it",))
