"""A database with a store in full swing, for browser tests and screenshots: `python -m tests.console.showcase [CARTS]`.

It works on the database that the environment names (DATA_DIR or DATABASE_URL), migrates it, and prints the ids as JSON.
"""

import json
import os
import random
import sys
from datetime import datetime, timedelta
from typing import Any


def main(carts: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils import timezone

    from tests import migrated

    migrated.copy_to(settings.DATA_DIR / "store.sqlite3")
    call_command("migrate", verbosity=0)
    json.dump(fill(timezone.now(), carts), sys.stdout)


def fill(now: datetime, carts: int = 14) -> dict[str, object]:
    """Carts in every state, three reviews, a day of ended trips. Carts stay connected for the next hours."""
    from carts.models import Cart, Trip
    from tests.console import world as w
    from tests.console.paid import fill_back_office

    world = w.make_world(now, carts=max(14, carts))
    fleet = world.carts
    Cart.objects.update(last_seen_at=now + timedelta(hours=3))
    Cart.objects.filter(id=fleet[10].pk).update(last_seen_at=now - timedelta(minutes=9), connected_at=None)
    Cart.objects.filter(id=fleet[11].pk).update(battery=0.09)
    Cart.objects.filter(id=fleet[12].pk).update(quarantined_at=now)
    review = doubtful_review(world, now)
    looking = w.make_trip(world, fleet[5], ["1009", "1010"], now, minutes=4)
    w.add_discrepancy(looking, "not_placed", at=150_000, line=2, products=["1010"], expected_g=106, observed_g=0)
    w.send_to_review(world, looking, now, waited_s=12, state="looking")
    taken = w.make_trip(world, fleet[7], ["1004", "1004", "1008"], now, minutes=7)
    w.add_discrepancy(taken, "unscanned", at=300_000, expected_g=0, observed_g=522, candidates=[guess("1008", 0.93)])
    held = w.send_to_review(world, taken, now, waited_s=160, state="claimed", claimed_by=world.max)
    held.claim_until = now + timedelta(hours=3)
    held.save()
    doubtful = w.make_trip(world, fleet[0], ["1001", "1006", "1008", "1002", "1010"], now, minutes=11)
    w.add_discrepancy(doubtful, "unscanned", at=500_000, expected_g=0, observed_g=371, candidates=[guess("1003", 0.81)])
    calling = w.make_trip(world, fleet[1], ["1004", "1001"], now, minutes=3)
    Trip.objects.filter(id=calling.pk).update(
        assist_at=now - timedelta(seconds=50), assist_reason="The scanner does not read the label"
    )
    paying = {"state": "paying", "sealed_revision": 3, "risk": 0.04, "outcome": "clear"}
    w.make_trip(world, fleet[2], ["1005", "1007", "1009"], now, minutes=14, **paying)
    w.make_trip(world, fleet[4], ["1001"], now, minutes=1.2)
    w.make_trip(world, fleet[6], ["1002", "1003", "1006", "1008", "1010"], now, minutes=8.4)
    w.make_trip(world, fleet[8], ["1002", "1003"], now, minutes=5)
    Cart.objects.filter(id=fleet[8].pk).update(last_seen_at=now - timedelta(seconds=70), connected_at=None)
    for number, cart in enumerate(fleet[14:]):
        codes = random.Random(number).choices([row[0] for row in w.GOODS], k=3)
        w.make_trip(world, cart, codes, now, minutes=2 + number % 20)
    yesterday(world, now)
    losses(world.store, now)
    ids = {"store": world.store.pk, "review": str(review.pk), "trip": str(review.checkout.trip_id)}
    return ids | fill_back_office(world, now, held)


def guess(code: str, probability: float) -> dict[str, object]:
    """A candidate as the engine writes it."""
    from tests.console.world import GOODS

    name, grams = next((row[1], row[2]) for row in GOODS if row[0] == code)
    return {"product": code, "name": name, "quantity": 1, "grams": grams, "probability": probability}


def doubtful_review(world: object, now: datetime) -> Any:
    """The review of the tour: something hidden with the coffee, something without a scan, two pictures."""
    from tests.console import world as w

    assert isinstance(world, w.World)
    trip = w.make_trip(world, world.carts[3], ["1001", "1002", "1005", "1007"], now, minutes=9)
    trip.lines.filter(line=3).update(status="in_doubt")
    third, last = (entry.at_ms for entry in trip.journal.filter(kind="scan").order_by("at_ms")[2:4])
    w.settle(trip, last + 40_000, 3026, 3240, "214 g with no scan", now)
    w.add_discrepancy(
        trip, "mismatch", at=third + 4_000, line=3, products=["1005"], expected_g=1022, observed_g=1393,
        probability=0.91, candidates=[guess("1005", 0.04), guess("1003", 0.72)],
    )  # fmt: skip
    w.add_discrepancy(
        trip, "unscanned", at=last + 41_000, number=2, expected_g=0, observed_g=214, tolerance_g=4, probability=0.64,
        disputed="It was my phone", candidates=[guess("1007", 0.58), guess("1010", 0.22)],
    )  # fmt: skip
    w.add_discrepancy(
        trip, "not_placed", at=130_000, number=3, line=2, state="cleared", cleared_ms=150_000, expected_g=760,
        observed_g=0, tolerance_g=8,
    )  # fmt: skip
    review = w.send_to_review(world, trip, now, waited_s=75)
    sights = [
        ("1001", 1, 1, "seen"), ("1002", 1, 0, "not_visible"), ("1005", 1, 1, "seen"), ("1007", 1, 0, "not_visible"),
        ("1003", 0, 1, "not_in_basket"),
    ]  # fmt: skip
    review.findings = {
        "clear": False, "reasons": ["not_in_basket"], "trouble": [],
        "sights": [
            {"product": world.products[code].pk, "charged": charged, "seen": seen, "finding": finding}
            for code, charged, seen, finding in sights
        ],
    }  # fmt: skip
    review.save()
    w.add_frame(world, review, now, codes=["1001", "1005", "1003"])
    w.add_frame(world, review, now, codes=["1001", "1003", "1005"])
    return review


def yesterday(world: object, now: datetime) -> None:
    """Twelve ended trips, some with alarms, some reviewed."""
    from carts.models import Trip
    from checkout.models import Checkout, Escalation
    from tests.console import world as w

    assert isinstance(world, w.World)
    for number in range(12):
        then = now - timedelta(hours=number)
        ended = {"state": "paid", "sealed_revision": 2, "ended_at": then, "risk": 0.02, "outcome": "clear"}
        trip = w.make_trip(world, world.carts[9], ["1001", "1002"], then, minutes=9, **ended)
        if number % 3 == 0:
            w.add_discrepancy(trip, "unscanned", at=90_000, state="cleared", cleared_ms=99_000)
        if number % 4 == 1:
            review = w.send_to_review(world, trip, then, waited_s=30 + number * 9)
            Escalation.objects.filter(id=review.pk).update(state="resolved", conclusion="cleared", resolved_at=then)
            Checkout.objects.filter(trip=trip).update(state="cleared", open_escalations=0)
            Trip.objects.filter(id=trip.pk).update(state="paid")


def losses(store: Any, now: datetime) -> None:
    """What this month lost, as its random checks tell it: carts with an interval, phones without a full check."""
    found = {"mode": "cart", "trips": 4210, "drawn": 43, "full": 40, "found_minor": 329}
    row = {"losses": [
        {**found, "loss": {"minor": 34_600, "low_minor": 329, "high_minor": 102_000}},
        {**found, "mode": "phone", "full": 0, "found_minor": 0, "loss": None},
    ]}  # fmt: skip
    store.report_months.create(month=now.date().replace(day=1), until=now.date(), counted_at=now, **row)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 14)
