"""Stored trips are replayed from the database: under another policy, before a manager switches it on."""

import json
import uuid
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import CommandError, call_command

from carts.live.context import load_context
from carts.live.hub import Hub
from carts.models import Discrepancy, TraceBlock, Trip
from carts.reconciliation import Policy
from carts.replay import End, judged
from carts.selectors.stored import find_trip, last_trips, recorded_trip
from tests.carts.live.cast import BREAD, MILK, Shop, make_shop, on_the_loop, open_tablet

pytestmark = pytest.mark.django_db(transaction=True)
WINE_G = 1240


def shop_and_seal(shop: Shop, *, unscanned_g: float = 0.0, code: str = MILK, grams: float = 1060) -> Trip:
    """Ana shops with a load on her cart from before, perhaps puts in something unscanned, and seals."""

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        ana.load_g = 320.0
        await ana.stand()
        await ana.event("start")
        await ana.scan(code, grams)
        await ana.stand(4)
        if unscanned_g:
            await ana.place(unscanned_g, 9)
        await ana.scan(BREAD, 505)
        await ana.stand(6)
        await ana.event("seal")
        ana.load_g += 900  # what lies in the cart after sealing was not judged then, and is not judged now
        await ana.stand(3)
        await ana.connection.leave()

    on_the_loop(story)
    trip: Trip = Trip.objects.order_by("-started_at")[0]
    Trip.objects.filter(id=trip.id).update(state="cancelled")
    return trip


def ended(trip: Trip, policy: Policy | None = None) -> End:
    context = load_context(trip.store_id)
    return judged(recorded_trip(trip.id), context.book, policy or Policy(), lambda code: code or None)


def alarms_now(trip: Trip, policy: Policy | None = None) -> list[tuple[str, float]]:
    return [(alarm.kind, round(alarm.observed_g, -1)) for alarm in ended(trip, policy).alarms]


def test_a_stored_trip_replays_to_the_alarms_that_it_had() -> None:
    shop = make_shop()
    honest, forgot = shop_and_seal(shop), shop_and_seal(shop, unscanned_g=WINE_G)

    assert alarms_now(honest) == []
    assert alarms_now(forgot) == [("unscanned", WINE_G)]
    row = Discrepancy.objects.get(trip=forgot)
    assert (row.kind, round(row.observed_g, -1)) == ("unscanned", WINE_G)


def test_a_stricter_and_a_laxer_policy_change_what_a_stored_trip_comes_to() -> None:
    forgot = shop_and_seal(make_shop(), unscanned_g=WINE_G)

    assert alarms_now(forgot, Policy(alarm_probability=1.5)) == []
    patient = ended(forgot, Policy(scan_grace_ms=60_000))  # says nothing on the way, and judges at the seal
    assert (patient.alarms, patient.outcome) == ((), "review")


def test_what_if_counts_alarms_reviews_and_the_worth_of_what_was_caught() -> None:
    shop = make_shop()
    shop_and_seal(shop)
    forgot = shop_and_seal(shop, unscanned_g=WINE_G)
    Discrepancy.objects.filter(trip=forgot).update(found_true=True)
    out = StringIO()

    call_command("whatif", "--store", shop.store.code, "--set", "alarm_probability=1.5", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert (found["before"]["trips"], found["before"]["alarmed"], found["after"]["alarmed"]) == (2, 1, 0)
    assert (found["before"]["true"], found["after"]["true"]) == (1, 0)
    assert found["before"]["caught_minor"] in range(750, 800)  # hardly anything but the wine weighs so much
    assert [change["trip"] for change in found["changes"]] == [str(forgot.id)]


def test_what_if_speaks_in_words_and_changes_nothing() -> None:
    shop = make_shop()
    trip = shop_and_seal(shop, unscanned_g=WINE_G)
    before = Trip.objects.values().get(id=trip.id)
    out = StringIO()

    call_command("whatif", "--store", shop.store.code, "--set", "alarm_probability=0.9", "--list", stdout=out)

    assert "trips sent to review" in out.getvalue()
    assert "0 trips would have gone another way." in out.getvalue()
    assert Trip.objects.values().get(id=trip.id) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name either a store"),
        (["--store", "market"], "Say what to change"),
        (["--store", "nowhere", "--set", "review_risk=0.5"], "No store has the code"),
        (["--store", "market", "--set", "mercy=1"], "No such policy field: mercy"),
        (["--store", "market", "--set", "review_risk"], "FIELD=VALUE"),
        (["--store", "market", "--set", "review_risk=high"], "high is none"),
        (["--store", "market", "--set", "review_risk=0.5"], "nothing to replay"),
        (["--store", "market", "--last", "0", "--set", "review_risk=0.5"], "1 or more"),
        (["trips.jsonl", "--set", "review_risk=0.5"], "--catalog"),
    ],
)
def test_what_if_says_what_is_wrong_with_what_it_was_asked(arguments: list[str], words: str) -> None:
    make_shop()

    with pytest.raises(CommandError, match=words):
        call_command("whatif", *arguments, stdout=StringIO())


def test_only_trips_whose_weight_is_kept_are_replayed_the_newest_last() -> None:
    shop = make_shop()
    first, second, third = (shop_and_seal(shop) for _ in range(3))
    TraceBlock.objects.filter(trip=first).delete()

    assert last_trips(shop.store.pk, 5) == [second.id, third.id]
    assert last_trips(shop.store.pk, 1) == [third.id]
    assert recorded_trip(first.id).frames  # its events are there, its weight is not


def test_a_trip_is_found_by_the_beginning_of_its_id() -> None:
    trip = shop_and_seal(make_shop())

    assert find_trip(str(trip.id)[:8]) == trip
    assert find_trip(str(trip.id)) == trip
    assert find_trip(str(trip.id)[:5]) is None
    assert find_trip(str(uuid.uuid4())) is None
    assert find_trip("not an id") is None


def test_a_stored_trip_is_drawn_with_what_was_scanned_weighed_and_believed(tmp_path: Path) -> None:
    trip = shop_and_seal(make_shop(), unscanned_g=WINE_G)
    out = tmp_path / "trip.svg"

    call_command("replay", "--plot", str(trip.id)[:8], "--out", out)

    drawing = ElementTree.fromstring(out.read_text(encoding="utf-8"))
    words = " ".join(drawing.itertext())
    assert "scan Milk 1 l" in words
    assert "unscanned: expected 0" in words
    assert "1,380 g" in words  # a level: the cart's 320 g and the milk
    assert "1240 g came with no scan" in words  # a hypothesis


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Name files of recorded trips"),
        (["--plot", "12345678"], "No trip, or more than one"),
        (["trips.jsonl"], "--catalog"),
    ],
)
def test_replay_says_what_is_missing(tmp_path: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("replay", *arguments, "--out", tmp_path / "out")


def test_a_trip_whose_weight_has_gone_can_not_be_drawn(tmp_path: Path) -> None:
    trip = shop_and_seal(make_shop())
    TraceBlock.objects.all().delete()

    with pytest.raises(CommandError, match="no longer kept"):
        call_command("replay", "--plot", str(trip.id), "--out", tmp_path / "trip.svg")
