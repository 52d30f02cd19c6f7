"""A store's new policy is taken by each cart for its next trip; a trip is judged by the one it began with."""

import pytest

from carts.live.hub import Hub
from carts.live.reads import run
from carts.models import PolicyVersion, Trip
from carts.services.policies import policy_set
from inventory.models import Role
from tests.carts.live.cast import MILK, Shop, Tablet, make_shop, on_the_loop, open_tablet
from tests.inventory.world import NOW, make_person

pytestmark = pytest.mark.django_db(transaction=True)
STRICT, LENIENT = 0.7, 0.98


def set_threshold(shop: Shop, probability: float) -> None:
    by = make_person(f"max {probability}", Role.MANAGER, store=shop.store)
    newest = PolicyVersion.objects.order_by("-number").first()
    policy_set(
        store_id=shop.store.pk, settings={"reconciliation": {"alarm_probability": probability}},
        base=newest.number if newest else 0, by=by, now=NOW,
    )  # fmt: skip


def threshold(tablet: Tablet) -> float:
    assert tablet.connection.shopping is not None
    return tablet.connection.shopping.engine.policy.alarm_probability


def test_the_next_trip_takes_the_new_threshold_and_the_running_one_keeps_its_own() -> None:
    shop = make_shop()
    set_threshold(shop, STRICT)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(MILK, 1060)
        await run(set_threshold, shop, LENIENT)
        await hub._refresh_contexts()
        assert threshold(ana) == STRICT

        await ana.event("cancel")
        await ana.event("start")
        assert threshold(ana) == LENIENT

    on_the_loop(story)
    assert list(Trip.objects.order_by("started_at").values_list("policy_version__number", flat=True)) == [1, 2]


def test_a_cart_that_waits_for_its_next_trip_takes_the_new_policy_too() -> None:
    shop = make_shop()
    set_threshold(shop, STRICT)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await run(set_threshold, shop, LENIENT)
        await hub._refresh_contexts()
        await ana.event("start")
        assert threshold(ana) == LENIENT

    on_the_loop(story)
    assert Trip.objects.get().policy_version == PolicyVersion.objects.get(number=2)


def test_a_trip_taken_over_by_another_server_keeps_the_policy_it_began_with() -> None:
    shop = make_shop()
    set_threshold(shop, STRICT)
    stream = ""

    async def begin(hub: Hub) -> None:
        nonlocal stream
        ana = open_tablet(hub, shop.token)
        stream = ana.stream
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.scan(MILK, 1060)

    async def go_on(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token, stream=stream)
        await ana.hello(first=None, last=None)
        assert threshold(ana) == STRICT

    on_the_loop(begin)
    set_threshold(shop, LENIENT)
    on_the_loop(go_on)


def test_a_cart_that_was_away_when_the_policy_changed_takes_it_for_its_next_trip() -> None:
    shop = make_shop()
    set_threshold(shop, STRICT)

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, shop.token)
        await ana.hello()
        await ana.stand()
        await ana.event("start")
        await ana.connection.leave()
        await run(set_threshold, shop, LENIENT)
        await hub._refresh_contexts()

        back = open_tablet(hub, shop.token, stream=ana.stream)
        await back.hello()
        back.seq, back.at = ana.seq, ana.at
        assert threshold(back) == STRICT
        await back.event("cancel")
        await back.event("start")
        assert threshold(back) == LENIENT

    on_the_loop(story)
