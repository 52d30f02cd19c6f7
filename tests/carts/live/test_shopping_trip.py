"""A trip over the stream: what each event comes to, and what is on disk when it is acknowledged."""

import pytest

from carts.live.hub import Hub
from carts.models import JournalEntry, Trip, TripLine, TripState
from tests.carts.live.cast import APPLES, BREAD, MILK, make_shop, on_the_loop, open_tablet

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_scan_is_in_the_journal_and_in_the_basket_before_it_is_acknowledged() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        started = await ana.event("start")
        added = await ana.event("scan", code=MILK, source="scanner")

        assert started["outcome"] == "started"
        assert (added["outcome"], added["detail"]["name"]) == ("added", "Milk 1 l")
        assert ana.basket["lines"][0]["amount"] == 149
        assert ana.basket["totals"]["due"] == 149

    on_the_loop(story)
    trip = Trip.objects.get()
    assert list(JournalEntry.objects.filter(origin="cart").values_list("seq", "kind", "outcome")) == [
        (1, "start", "started"),
        (2, "scan", "added"),
    ]
    assert TripLine.objects.get(trip=trip).amount_minor == 149
    assert trip.due_minor == 149


def test_an_honest_trip_seals_clear() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(MILK, 1060)
        await ana.scan(BREAD, 505)
        sealed = await ana.event("seal")

        assert (sealed["outcome"], sealed["detail"]["outcome"]) == ("sealed", "clear")
        assert ana.of("discrepancy") == []
        assert ana.of("trip")[-1]["state"] == "sealed"

    on_the_loop(story)
    trip = Trip.objects.get()
    assert (trip.state, trip.outcome, trip.sealed_revision) == (TripState.SEALED, "clear", trip.revision)


def test_weight_without_a_scan_opens_a_discrepancy_with_advice_and_the_scan_clears_it() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(MILK, 1060)
        await ana.place(505, seconds=9)
        await ana.until(lambda: bool(ana.of("discrepancy")))
        opened = ana.of("discrepancy")[-1]
        await ana.event("scan", code=BREAD, source="scanner")
        await ana.stand(4)
        await ana.until(lambda: ana.of("discrepancy")[-1]["state"] == "cleared")

        assert (opened["kind"], opened["state"]) == ("unscanned", "open")
        assert abs(opened["observed_g"] - 505) < 10
        assert opened["advice"]
        assert ana.of("discrepancy")[-1]["id"] == opened["id"]

    on_the_loop(story)


def test_produce_is_priced_by_the_weight_that_the_cart_saw() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(APPLES, 800)
        await ana.stand(3)
        await ana.until(lambda: ana.basket["lines"][0].get("weight_g") is not None)

        line = ana.basket["lines"][0]
        assert abs(line["weight_g"] - 800) <= 8
        assert line["amount"] == round(250 * line["weight_g"] / 1000)

    on_the_loop(story)


def test_an_unknown_code_is_acknowledged_and_changes_nothing() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        result = await ana.event("scan", code="9999999999994", source="scanner")

        assert result["outcome"] == "unknown_code"
        assert result["detail"]["text"]
        assert ana.of("basket") == []

    on_the_loop(story)


def test_events_outside_a_trip_are_kept_and_said_to_be_so() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        result = await ana.event("scan", code=MILK, source="scanner")

        assert result["outcome"] == "not_on_trip"

    on_the_loop(story)
    assert JournalEntry.objects.get().outcome == "not_on_trip"


def test_after_the_seal_the_basket_is_frozen_until_it_is_reopened() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", code=MILK, source="scanner")
        await ana.event("seal")
        frozen = await ana.event("scan", code=BREAD, source="scanner")
        reopened = await ana.event("reopen")
        added = await ana.event("scan", code=BREAD, source="scanner")

        assert frozen["outcome"] == "ignored"
        assert reopened["outcome"] == "reopened"
        assert added["outcome"] == "added"

    on_the_loop(story)
    assert Trip.objects.get().state == TripState.SHOPPING


def test_a_removal_by_line_takes_it_out_and_the_rows_remember_it() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.event("start")
        await ana.event("scan", code=MILK, source="scanner", quantity=2)
        await ana.event("remove", line=1)
        one_left = ana.basket["lines"][0]["quantity"]
        await ana.event("remove", code=MILK)
        none_left = await ana.event("remove", code=MILK)

        assert one_left == 1
        assert ana.basket["lines"] == []
        assert none_left["outcome"] == "not_in_basket"

    on_the_loop(story)
    line = TripLine.objects.get()
    assert (line.quantity, line.status) == (0, "removed")


def test_a_phone_has_no_scale_and_its_lines_stay_unverified() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello(scale=None)
        await ana.event("start", mode="phone")
        await ana.event("scan", code=MILK, source="camera")
        sealed = await ana.event("seal")

        assert ana.basket["lines"][0]["status"] == "unverified"
        assert sealed["outcome"] == "sealed"

    on_the_loop(story)
    assert "no_scale" in Trip.objects.get().verdict["reasons"]
