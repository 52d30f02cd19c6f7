"""Wall clocks that are wrong, step back or change to summer time: order, totals and retention stay what they are.

The engine reads the cart's own milliseconds only, so the same trip must come out the same under every wall clock.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from carts.live.hub import Hub
from carts.live.trace import KEPT
from carts.models import Cart, JournalEntry, TraceBlock, Trip
from carts.services.retention import journal_archive
from tests.carts.live.cast import BREAD, MILK, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)
YEAR = timedelta(days=365)
SPRING = datetime(2026, 3, 29, 0, 59, 58, tzinfo=UTC)  # two seconds before Berlin's clocks go from 2:00 to 3:00
AUTUMN = datetime(2026, 10, 25, 0, 59, 58, tzinfo=UTC)  # two seconds before they go from 3:00 to 2:00


@dataclass
class Wall:
    """A server's clock: `steps[n]` is added before the n-th time that the trip asks it to go on."""

    now: datetime
    steps: dict[int, timedelta]
    asked: int = 0

    def go_on(self) -> None:
        self.asked += 1
        self.now += timedelta(seconds=1) + self.steps.get(self.asked, timedelta())


def trip_under(
    wall: Wall, monkeypatch: pytest.MonkeyPatch, cart_says: Callable[[datetime], str], number: int
) -> dict[str, Any]:
    """One trip, cancelled at its end; what it came to. The wall clock moves between any two things the shopper does."""
    shop = make_shop(f"Hill Foods {number}")
    shop.store.timezone = "Europe/Berlin"
    shop.store.save()
    monkeypatch.setattr(timezone, "now", lambda: wall.now)
    stream = str(uuid.uuid4())
    came: dict[str, Any] = {}

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token, stream=stream)
        await ana.hello(clock=cart_says(wall.now))
        await ana.stand()
        await ana.event("start")
        for code, grams in ((MILK, 1060), (BREAD, 505), (MILK, 1060)):
            wall.go_on()
            await ana.scan(code, grams)
        wall.go_on()
        await ana.event("remove", code=BREAD)
        await ana.place(-505)
        wall.go_on()
        await ana.event("seal")
        await ana.until(lambda: bool(ana.of("basket")) and len(ana.basket["lines"]) >= 1)
        came["totals"] = ana.basket["totals"]
        wall.go_on()
        await ana.event("cancel")
        came["outcomes"] = [ana.results[seq]["outcome"] for seq in sorted(ana.results)]

    on_the_loop(story)
    entries = JournalEntry.objects.filter(stream=stream, origin="cart").order_by("id")
    came["order"] = list(entries.values_list("seq", "kind", "at_ms", "outcome"))
    came["doubts"] = list(Trip.objects.get(stream=stream).discrepancies.values_list("kind", "state"))
    return came


def of_its_time(now: datetime) -> str:
    return now.isoformat()


WALLS: dict[str, tuple[datetime, dict[int, timedelta], Callable[[datetime], str]]] = {
    "the cart a year ahead": (NOW, {}, lambda now: (now + YEAR).isoformat()),
    "the cart a year behind": (NOW, {}, lambda now: (now - YEAR).isoformat()),
    "the cart without a clock": (NOW, {}, lambda now: "no idea"),
    "the server an hour back in mid-trip": (NOW, {2: -timedelta(hours=1)}, of_its_time),
    "the server back again and again": (NOW, dict.fromkeys(range(1, 6), -timedelta(minutes=10)), of_its_time),
    "the server a year ahead in mid-trip": (NOW, {3: YEAR}, of_its_time),
    "summer time begins": (SPRING, {}, of_its_time),
    "summer time ends": (AUTUMN, {}, of_its_time),
}


def test_order_totals_and_doubts_are_the_same_under_every_wall_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    steady = trip_under(Wall(NOW, {}), monkeypatch, of_its_time, 0)

    odd = {
        name: trip_under(Wall(start, steps), monkeypatch, cart_says, number)
        for number, (name, (start, steps, cart_says)) in enumerate(WALLS.items(), 1)
    }

    assert odd == dict.fromkeys(WALLS, steady)
    assert [seq for seq, *_ in steady["order"]] == list(range(1, 8))
    assert steady["totals"]["due"] == 2 * 149


def test_a_cart_that_is_a_year_off_is_flagged_and_its_trace_goes_by_the_servers_date(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wall = Wall(NOW, {})

    trip_under(wall, monkeypatch, lambda now: (now + YEAR).isoformat(), 1)

    assert Cart.objects.get().clock_skew_s == pytest.approx(YEAR.total_seconds())
    dates = list(TraceBlock.objects.values_list("delete_after", flat=True))
    assert dates
    assert all(NOW + KEPT <= date <= wall.now + KEPT for date in dates)


def test_a_step_back_delays_no_archiving_beyond_the_step(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    keep, step = timedelta(days=400), timedelta(hours=1)
    trip_under(Wall(NOW, {2: -step}), monkeypatch, of_its_time, 1)
    later = NOW + keep + step

    journal_archive(now=later, keep=keep, folder=tmp_path)

    newest = JournalEntry.objects.filter(seq__isnull=False).order_by("-seq").values_list("seq", flat=True)
    assert list(JournalEntry.objects.filter(seq__isnull=False).values_list("seq", flat=True)) == [newest[0]]
