"""What comes into a sealed cart before it is paid sends the trip back to shopping, where its engine judges it."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from carts.live.hub import Hub
from carts.live.reads import run
from carts.models import Discrepancy, JournalEntry, Trip, TripState
from carts.services.settlement import trip_transition
from carts.signals import trip_left
from tests.carts.live.cast import MILK, Shop, Tablet, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
WINE_G = 1240


async def sealed_cart(hub: Hub, shop: Shop) -> Tablet:
    ana = open_tablet(hub, shop.token)
    await ana.hello()
    await ana.stand()
    await ana.event("start")
    await ana.scan(MILK, 1060)
    sealed = await ana.event("seal")
    assert sealed["detail"]["outcome"] == "clear"
    await ana.stand(3)
    return ana


def state_of(tablet: Tablet) -> str:
    return str(tablet.of("trip")[-1]["state"])


async def move(*states: TripState) -> None:
    trip = await run(Trip.objects.get)
    for state in states:
        await run(trip_transition, trip_id=trip.id, to=state, now=NOW)


async def seen_as(tablet: Tablet, state: str) -> None:
    tablet.connection.look()
    await tablet.until(lambda: state_of(tablet) == state)


def test_weight_that_comes_after_sealing_reopens_the_trip_and_its_engine_says_what_it_thinks() -> None:
    shop = make_shop()
    left: list[tuple[Any, TripState]] = []

    def note(trip_id: Any, to: TripState, now: datetime, **_: Any) -> None:
        left.append((trip_id, to))

    trip_left.connect(note)

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await ana.place(WINE_G, 24)
        await ana.until(lambda: state_of(ana) == "shopping")
        assert "1240 g" in ana.of("trip")[-1]["reason"]
        await ana.stand(8)
        await ana.until(lambda: bool(ana.of("discrepancy")))
        assert ana.of("discrepancy")[-1]["kind"] == "unscanned"
        resealed = await ana.event("seal")
        assert resealed["detail"]["outcome"] == "review"

    try:
        on_the_loop(story)
    finally:
        trip_left.disconnect(note)
    trip = Trip.objects.get()
    assert left == [(trip.id, TripState.SHOPPING)]  # by which an unpaid checkout is left
    entry = JournalEntry.objects.get(kind="reopen")
    assert (entry.origin, entry.outcome, round(entry.data["grams"])) == ("server", "reopened", WINE_G)


def test_the_control_a_sealed_cart_left_alone_or_leaned_on_stays_sealed() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await ana.stand(40)
        await ana.place(900, 14)  # somebody leans on it
        await ana.place(-900, 30)
        assert state_of(ana) == "sealed"

    on_the_loop(story)
    assert Trip.objects.get().state == TripState.SEALED
    assert not JournalEntry.objects.filter(origin="server", kind__in=["reopen", "rose"]).exists()


def test_cleared_and_not_yet_paid_it_goes_back_all_the_same() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await move(TripState.CLEARED)
        await seen_as(ana, "cleared")
        await ana.place(WINE_G, 24)
        await ana.until(lambda: state_of(ana) == "shopping")

    on_the_loop(story)


def test_in_review_staff_see_it_beside_the_other_doubts_and_the_review_goes_on() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await move(TripState.IN_REVIEW)
        await seen_as(ana, "in_review")
        await ana.place(WINE_G, 24)
        await ana.until(lambda: any(message["state"] == "escalated" for message in ana.of("discrepancy")))

    on_the_loop(story)
    row = Discrepancy.objects.get()
    assert (row.kind, round(row.observed_g), row.state) == ("unscanned", WINE_G, "escalated")
    trip = Trip.objects.get()
    assert (trip.state, trip.open_discrepancies) == (TripState.IN_REVIEW, 1)


def test_what_staff_saw_in_the_cart_and_cleared_is_not_held_against_it() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await move(TripState.IN_REVIEW)
        await seen_as(ana, "in_review")
        await ana.place(WINE_G, 24)
        await run(Trip.objects.update, checked_by="staff")
        await move(TripState.CLEARED)
        await seen_as(ana, "cleared")
        await ana.stand(40)
        assert state_of(ana) == "cleared"

    on_the_loop(story)
    assert Trip.objects.get().state == TripState.CLEARED


def test_while_it_is_being_paid_staff_are_called_and_the_payment_stands() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = await sealed_cart(hub, shop)
        await move(TripState.CLEARED, TripState.PAYING)
        await seen_as(ana, "paying")
        await ana.place(WINE_G, 24)
        await ana.connection.settle()
        async with asyncio.timeout(20):
            while not await run(JournalEntry.objects.filter(kind="rose").exists):
                await ana.stand(1)

    on_the_loop(story)
    trip = Trip.objects.get()
    assert trip.state == TripState.PAYING
    assert "came while paying" in trip.assist_reason
