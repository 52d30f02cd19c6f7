"""The policy page: a store's settings in its own words, with what they would have changed beside them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carts.models import PolicyPreview, PolicyVersion, Trip
from carts.services.policies import policy_in_force
from carts.services.previews import previews_left
from checkout.policy import rules_for
from console import tasks
from console.policy_form import SETTINGS, PolicyForm
from console.services.previews import CHUNK, preview_work
from inventory.models import AuditEntry
from tests.console.world import World, make_trip

Login = Callable[[User], Client]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the previews that workers were told of; none of them works yet."""
    ids: list[str] = []
    monkeypatch.setattr(tasks.preview, "delay", ids.append)
    return ids


def page(world: World) -> str:
    return reverse("console:policy", args=[world.store.pk])


def filled(world: World, **changes: Any) -> dict[str, Any]:
    """What the form sends: the settings as they are, but for these."""
    world.store.refresh_from_db()
    preset = rules_for(world.store.venue, {}, world.store.currency_exponent)
    form = PolicyForm(None, preset=preset, exponent=world.store.currency_exponent, settings=world.store.policy)
    newest = policy_in_force(store_id=world.store.pk, now=timezone.now())
    shown = {name: form.initial[name] for name in SETTINGS}
    # As browsers send them: an empty number as nothing, a box that is not ticked not at all.
    sent = {name: "" if value is None else value for name, value in shown.items() if value is not False}
    return sent | {"note": "", "base": newest.number, "last": 50} | changes


def sealed_trips(world: World, now: datetime, count: int) -> list[Trip]:
    """Ended trips whose weight is kept."""
    made = []
    for place in range(count):
        cart = world.carts[place % len(world.carts)]
        trip = make_trip(world, cart, ["1001"], now - timedelta(minutes=place), state="cancelled")
        Trip.objects.filter(id=trip.pk).update(sealed_at=now, ended_at=now)
        made.append(trip)
    return made


def test_a_manager_changes_settings_in_the_stores_units(world: World, login: Login) -> None:
    changes = {"scan_s": 8, "sure": 85, "audit": 2, "tolerated": "0.40", "camera_use": "doubts", "note": "Slow day"}

    answer = login(world.max).post(page(world), filled(world, **changes))

    assert answer.status_code == 302
    world.store.refresh_from_db()
    assert world.store.policy == {
        "reconciliation": {"scan_grace_ms": 8000, "alarm_probability": 0.85},
        "checkout": {"audit_share": 0.02, "tolerated_loss_minor": 40, "camera_use": "doubts"},
    }
    version = PolicyVersion.objects.filter(store=world.store).order_by("-number")[0]
    assert (version.by_name, version.note, version.alarm_probability) == (world.max.username, "Slow day", 0.85)
    assert AuditEntry.objects.get(action="policy.set").actor == world.max


def test_what_is_the_presets_is_not_kept_so_that_the_store_follows_it(world: World, login: Login) -> None:
    client = login(world.max)
    client.post(page(world), filled(world, audit=2))
    client.post(page(world), filled(world, audit=1))

    world.store.refresh_from_db()
    assert world.store.policy == {}


def test_what_happens_while_nobody_is_on_duty_and_who_confirms_is_the_managers_to_say(
    world: World, login: Login
) -> None:
    changes = {"absent": "page", "second_over": "150.00", "second_refusal": "on", "teach": "on"}
    client = login(world.max)

    assert client.post(page(world), filled(world, **changes)).status_code == 302

    world.store.refresh_from_db()
    assert world.store.policy == {
        "checkout": {"away": "page"},
        "reviews": {"four_eyes_minor": 15_000, "four_eyes_refusal": True, "learn_pictures": True},
    }
    assert 'value="150.00"' in client.get(page(world)).content.decode()
    client.post(page(world), filled(world, second_over="", absent="wait") | {"second_refusal": "", "teach": ""})
    world.store.refresh_from_db()
    assert world.store.policy == {}


def test_what_the_page_does_not_know_stays(world: World, login: Login) -> None:
    world.store.policy = {"checkout": {"phone_loss_rate": 0.03}, "greeting": "Hello"}
    world.store.save(update_fields=["policy"])

    login(world.max).post(page(world), filled(world, audit=2))

    world.store.refresh_from_db()
    assert world.store.policy == {"checkout": {"phone_loss_rate": 0.03, "audit_share": 0.02}, "greeting": "Hello"}


@pytest.mark.parametrize(
    "changes", [{"scan_s": 2}, {"sure": 20}, {"budget": 0}, {"camera_use": "sometimes"}, {"margin": "much"}]
)
def test_settings_out_of_range_change_nothing_and_say_where(
    world: World, login: Login, changes: dict[str, Any]
) -> None:
    answer = login(world.max).post(page(world), filled(world, **changes))

    assert answer.status_code == 422
    assert "Nothing was changed" in answer.content.decode()
    world.store.refresh_from_db()
    assert world.store.policy == {}


def test_who_saw_older_settings_is_told_and_overwrites_nothing(world: World, login: Login) -> None:
    client, stale = login(world.max), filled(world, audit=5)
    client.post(page(world), filled(world, audit=2))

    assert client.post(page(world), stale).status_code == 409
    world.store.refresh_from_db()
    assert world.store.policy == {"checkout": {"audit_share": 0.02}}


def test_an_auditor_reads_and_changes_nothing(world: World, login: Login, sent: list[str]) -> None:
    client = login(world.ida)
    body = client.get(page(world)).content.decode()

    assert "A manager changes them" in body
    assert "Save as version" not in body
    assert client.post(page(world), filled(world, audit=9)).status_code == 404
    assert client.post(reverse("console:policy_preview", args=[world.store.pk]), filled(world)).status_code == 404
    assert (PolicyPreview.objects.count(), sent) == (0, [])


@pytest.mark.parametrize("name", ["ben", "cal"])
def test_neither_associates_nor_strangers_see_it(world: World, login: Login, name: str) -> None:
    assert login(getattr(world, name)).get(page(world)).status_code == 404


def test_a_replay_is_work_for_the_workers_and_the_page_watches(
    world: World, login: Login, now: datetime, sent: list[str]
) -> None:
    sealed_trips(world, now, CHUNK + 2)
    client = login(world.max)

    started = client.post(reverse("console:policy_preview", args=[world.store.pk]), filled(world, sure=95))
    preview = PolicyPreview.objects.get()
    assert sent == [str(preview.pk)]
    assert f"0 of {CHUNK + 2} trips" in started.content.decode()

    watched = reverse("console:policy_progress", args=[world.store.pk, preview.pk])
    assert preview_work(preview_id=preview.pk, now=now) is True
    half = client.get(watched).content.decode()
    assert f"{CHUNK} of {CHUNK + 2} trips" in half
    assert "every 1s" in half
    assert preview_work(preview_id=preview.pk, now=now) is False
    whole = client.get(watched).content.decode()
    assert "every 1s" not in whole
    assert "from 95" in whole
    preview.refresh_from_db()
    assert (preview.state, preview.done, preview.found["left_out"]) == ("done", CHUNK + 2, 0)
    assert preview.found["counts"]["before"]["trips"] == CHUNK + 2
    world.store.refresh_from_db()
    assert world.store.policy == {}  # nothing was switched on


def test_two_workers_at_one_replay_count_no_trip_twice(world: World, login: Login, now: datetime) -> None:
    sealed_trips(world, now, 3)
    login(world.max).post(reverse("console:policy_preview", args=[world.store.pk]), filled(world))
    preview = PolicyPreview.objects.get()
    PolicyPreview.objects.filter(id=preview.pk).update(state="running", claimed=True, touched_at=now)

    assert preview_work(preview_id=preview.pk, now=now) is False  # somebody is at it
    assert PolicyPreview.objects.get().done == 0
    assert previews_left(now=now) == []
    later = now + timedelta(minutes=2)
    assert previews_left(now=later) == [preview.pk]  # and has died over it
    preview_work(preview_id=preview.pk, now=later)
    assert (PolicyPreview.objects.get().done, PolicyPreview.objects.get().state) == (3, "done")


def test_a_stopped_replay_stays_stopped(world: World, login: Login, now: datetime, sent: list[str]) -> None:
    sealed_trips(world, now, 3)
    client = login(world.max)
    client.post(reverse("console:policy_preview", args=[world.store.pk]), filled(world))
    preview = PolicyPreview.objects.get()

    client.post(reverse("console:policy_stop", args=[world.store.pk, preview.pk]))

    assert preview_work(preview_id=preview.pk, now=now) is False
    assert PolicyPreview.objects.get().state == "stopped"


def test_a_store_without_kept_trips_is_told_so(world: World, login: Login, sent: list[str]) -> None:
    answer = login(world.max).post(
        reverse("console:policy_preview", args=[world.store.pk]), filled(world), headers={"HX-Request": "true"}
    )

    assert answer.status_code == 409
    assert "nothing to replay" in answer.content.decode()
    assert sent == []


def test_another_stores_replay_is_as_absent(world: World, login: Login, now: datetime) -> None:
    sealed_trips(world, now, 1)
    login(world.max).post(reverse("console:policy_preview", args=[world.store.pk]), filled(world))
    preview = PolicyPreview.objects.get()

    assert login(world.cal).get(
        reverse("console:policy_progress", args=[world.store.pk, preview.pk])
    ).status_code == 404  # fmt: skip
