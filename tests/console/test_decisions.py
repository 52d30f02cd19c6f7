"""Each decision can be read afterwards: words for shopper and staff, stories, weights, what was tolerated."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from carts.live.hub import Hub
from carts.models import Trip
from carts.services.policies import policy_in_force
from console.presenting.decisions import decisions, verdict_stories
from tests.carts.live.cast import BREAD, make_shop, on_the_loop, open_tablet
from tests.console.world import World, add_discrepancy, make_trip

WHY: dict[str, Any] = {
    "text": "one line",
    "stories": [
        {"share": 0.93, "load_g": 1742.0, "sd_g": 2.0, "facts": ["385 g came instead of Oat drink"]},
        {"share": 0.07, "load_g": 1742.0, "sd_g": 2.0, "facts": []},
    ],
    "weights": [{"product": "1001", "name": "Oat drink", "mean_g": 1030.0, "sd_g": 9.0, "seen": 12}],
    "tolerance_g": 27.0,
}


def test_the_trips_page_tells_the_account_of_each_decision(
    world: World, now: datetime, login: Callable[[User], Client]
) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    Trip.objects.filter(id=trip.pk).update(policy_version=policy_in_force(store_id=world.store.pk, now=now))
    add_discrepancy(
        trip, "mismatch", at=50_000, products=["1001"], expected_g=1030, observed_g=645, found_true=True,
        explanation=WHY, advice="Das Eingelegte wiegt 645 g.",
    )  # fmt: skip

    body = login(world.ida).get(f"/console/trips/{trip.pk}/").content.decode()

    assert "Oat drink weighs about 1.03 kg" in body  # the product and its grams, in the console's language
    assert "The shopper read: “Das Eingelegte wiegt 645 g.”" in body
    assert "385 g came instead of Oat drink" in body
    assert "Oat drink: one weighs 1,030 g ± 9 g" in body
    assert "A look found it true" in body
    assert "policy 1" in body


def test_accounts_kept_before_stories_were_are_told_as_they_are(world: World, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    row = add_discrepancy(trip, "unscanned", at=9, observed_g=240, explanation={"text": "two hypotheses"})

    (told,) = decisions(0, [row])

    assert (told.text, told.stories) == ("two hypotheses", ())
    assert "240 g came into the cart without a scan" in told.advice
    assert verdict_stories({}) == ()


@pytest.mark.django_db(transaction=True)
def test_a_live_trip_keeps_its_account_in_products_names() -> None:
    shop = make_shop()

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(BREAD, 505)
        await ana.place(1240, 9)
        await ana.event("seal")

    on_the_loop(story)
    trip = Trip.objects.get()
    (told,) = decisions(trip.start_ms, trip.discrepancies.all(), trip.lines.select_related("product"))
    assert told.shopper == ""  # shopper and staff read the same words
    assert "1.24 kg" in told.advice
    assert "Wine" in told.advice
    assert any("came with no scan" in story.words for story in told.stories)
    assert "Wine" in {known.name for known in told.weights}
    assert any("came with no scan" in story.words for story in verdict_stories(trip.verdict))
    levels = [entry.data["explanation"] for entry in trip.journal.filter(kind="level")]
    assert any("placed Bread" in text for text in levels)
