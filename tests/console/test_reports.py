"""Reports count rows once a day is over, and show nothing where nothing was counted."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.test import Client

from checkout.models import Checkout, Escalation
from checkout.policy import Rules
from console.figures import Figures, added, percentile
from console.presenting.reports import money_of
from console.selectors.fleet import fleet_of
from console.selectors.reports import figures_of_day, span_of, today_of
from console.services.reports import days_keep
from tests.console.world import World, add_discrepancy, make_cart, make_trip, send_to_review

Login = Callable[[User], Client]


def settled_review(world: World, now: datetime, cart: int, conclusion: str, **sums: int) -> None:
    """A paid trip with one alarm, whose review ended so; `sealed` and `due` are minor units before and after."""
    trip = make_trip(world, world.carts[cart], ["1001"], now)
    found = conclusion == "corrected"
    add_discrepancy(trip, "unscanned", at=50_000, state="resolved", found_true=found, products=["1003"])
    review = send_to_review(world, trip, now, waited_s=90)
    Checkout.objects.filter(trip=trip).update(
        state="cleared", open_escalations=0, amount_minor=sums.get("due", 189),
        judgement={"situation": {"due_minor": sums.get("sealed", 189)}, "audit": True},
    )  # fmt: skip
    Escalation.objects.filter(id=review.pk).update(
        state="resolved", conclusion=conclusion, resolved_at=now, looked_at=now - timedelta(seconds=60)
    )
    trip.state, trip.ended_at = "paid", now
    trip.save()


def test_a_days_figures_are_counted_from_its_trips_and_reviews(world: World, now: datetime) -> None:
    for cart in world.carts[:2]:
        make_trip(world, cart, ["1001"], now, state="paid", sealed_revision=1, ended_at=now)
    settled_review(world, now, 2, "cleared")
    settled_review(world, now, 3, "corrected", sealed=189, due=638)
    make_trip(world, world.carts[3], ["1001"], now)

    found = figures_of_day(world.store, today_of(world.store, now))

    assert (found.ended, found.paid, found.paid_minor) == (4, 4, 4 * 189)
    assert (found.honest, found.honest_alarms) == (3, 1)
    assert (found.kinds, found.judged) == ({"unscanned": [2, 0, 1, 1]}, (1, 1))
    assert (found.products, found.carts) == ({"1003": [1, 1]}, {"Cart 03": [0, 1], "Cart 04": [1, 0]})
    assert (found.settle_s, found.waiting_s, found.looks, found.asked) == ([90, 90], [60, 60], 2, 2)
    assert (found.found_minor, found.returned_minor) == (449, 0)
    assert found.groups == {"cart": [2, 2], "guest": [2, 2]}


def test_what_looking_protects_is_at_cost_of_goods_and_less_what_it_costs() -> None:
    figures = Figures(paid_minor=100_000, looks=2, asked=1, found_minor=1_000, settle_s=[60, 120], waiting_s=[30])

    money = money_of(figures, Rules(look_cost_minor=10, ask_cost_minor=100, margin=0.25))

    assert money == (120, 750, 630, 0.63, 3.0, 0.5)


def test_past_days_come_from_what_was_kept_and_the_last_ones_are_counted_anew(world: World, now: datetime) -> None:
    long_ago = now - timedelta(days=5)
    for moment in (long_ago, now):
        make_trip(world, world.carts[0], ["1001"], moment, state="paid", sealed_revision=1, ended_at=moment)
    first = today_of(world.store, now) - timedelta(days=6)
    before = span_of(world.store, first=first, now=now)

    kept = days_keep(store=world.store, now=now)
    again = days_keep(store=world.store, now=now)
    add_discrepancy(world.store.trips.get(ended_at=long_ago), "basket", at=50_000)
    after = span_of(world.store, first=first, now=now)

    assert (before.missing, added(row for _, row in before.days).paid) == (3, 1)
    assert (kept, again, after.missing) == (5, 2, 0)
    assert added(row for _, row in after.days).paid_minor == 2 * 189
    assert added(row for _, row in after.days).alarms == 0
    assert figures_of_day(world.store, today_of(world.store, long_ago)).alarms == 1


def test_days_add_up_and_percentiles_are_of_all_of_them() -> None:
    week = added([Figures(paid=1, settle_s=[10, 30], kinds={"basket": [1, 0, 0, 1]}, ends={"seen": 1}),
                  Figures(paid=2, settle_s=[20], kinds={"basket": [2, 1, 0, 0], "removed": [1, 1, 0, 0]})])  # fmt: skip

    assert (week.paid, percentile(week.settle_s, 0.5), percentile([], 0.5)) == (3, 20, None)
    assert week.kinds == {"basket": [3, 1, 0, 1], "removed": [1, 1, 0, 0]}
    assert (week.ends, Figures().alarms_per_100_honest) == ({"seen": 1}, None)


def test_the_page_tells_an_empty_span_from_a_quiet_one(world: World, login: Login, now: datetime) -> None:
    page = login(world.sue).get(f"/console/stores/{world.store.pk}/reports/?days=1")
    make_trip(world, world.carts[0], ["1001"], now, state="paid", sealed_revision=1, ended_at=now)
    filled = login(world.sue).get(f"/console/stores/{world.store.pk}/reports/?days=365")

    assert "No trip ended in this time" in page.text
    assert "€1.89" in filled.text


def test_the_files_have_a_row_a_day_and_only_for_those_who_see_reports(
    world: World, login: Login, now: datetime
) -> None:
    make_trip(world, world.carts[0], ["1001"], now, state="paid", sealed_revision=1, ended_at=now)
    address = f"/console/stores/{world.store.pk}/reports/export/?days=1"

    table = login(world.sue).get(address).text.splitlines()
    body = login(world.sue).get(f"{address}&as=json").json()

    assert (len(table), table[0].split(",")[:2], body["days"][0]["paid_minor"]) == (2, ["day", "ended"], 189)
    assert login(world.ben).get(address).status_code == 404


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
