"""The page of a store's cameras, and the page for scanning lines again."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checkout.models import Camera, Rescan
from inventory.models import AuditEntry
from tests.checkout.camera_server import camera_server
from tests.checkout.world import MILK, picture_of
from tests.console.world import World, make_trip, send_to_review

Login = Callable[[User], Client]


def test_the_page_lists_each_camera_with_its_state(world: World, login: Login) -> None:
    Camera.objects.filter(id=world.camera.pk).update(last_error="camera_slow: no picture within 2 s")

    page = login(world.sue).get(f"/console/stores/{world.store.pk}/cameras/")

    assert page.status_code == 200
    assert world.camera.name in page.text
    assert "camera_slow: no picture within 2 s" in page.text


def test_a_store_without_a_camera_says_what_to_do(world: World, login: Login) -> None:
    Camera.objects.all().delete()

    assert "This store has no camera yet" in login(world.sue).get(f"/console/stores/{world.store.pk}/cameras/").text


def test_a_test_picture_comes_from_the_camera_and_is_noted(world: World, login: Login, settings: Any) -> None:
    settings.CAMERAS_ON_LOOPBACK = True
    with camera_server(picture_of(MILK)) as server:
        Camera.objects.filter(id=world.camera.pk).update(url=server.url("plain"))

        answer = login(world.sue).post(f"/console/cameras/{world.camera.pk}/picture/")

    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert answer.content[:2] == b"\xff\xd8"
    assert AuditEntry.objects.filter(action="camera.test").count() == 1


def test_a_camera_that_is_away_says_why(world: World, login: Login, settings: Any) -> None:
    settings.CAMERAS_ON_LOOPBACK = False
    Camera.objects.filter(id=world.camera.pk).update(url="http://127.0.0.1:1/")

    answer = login(world.sue).post(f"/console/cameras/{world.camera.pk}/picture/")

    assert answer.status_code == 502
    assert "leads to no address that may be called" in answer.text


def test_the_zone_is_saved_and_nonsense_is_refused(world: World, login: Login) -> None:
    client, url = login(world.sue), f"/console/cameras/{world.camera.pk}/zone/"
    zone = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]

    saved = client.post(url, {"zone": json.dumps(zone)})
    refused = [client.post(url, {"zone": text}).status_code for text in ("", "[1]", "[[0,0],[2,2],[0,1]]", '{"a":1}')]

    world.camera.refresh_from_db()
    assert (saved.status_code, refused, world.camera.zone) == (204, [422] * 4, zone)


@pytest.mark.parametrize("who", ["ben", "cal"])
def test_cameras_are_set_up_by_those_who_manage_carts_here(world: World, login: Login, who: str) -> None:
    client = login(getattr(world, who))

    answers = [
        client.get(f"/console/stores/{world.store.pk}/cameras/"),
        client.post(f"/console/cameras/{world.camera.pk}/picture/"),
        client.post(f"/console/cameras/{world.camera.pk}/zone/", {"zone": "[]"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_lines_are_scanned_again_on_a_page_of_their_own(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], list(world.products)[:2], now)
    escalation = send_to_review(world, trip, now)
    client = login(world.ben)

    asked = client.post(f"/console/reviews/{escalation.pk}/rescan/", {"line": ["1"]})
    rescan = Rescan.objects.get()
    page = client.get(asked["Location"])
    unknown = client.post(f"/console/rescans/{rescan.pk}/scan/", {"code": "0000"})
    ended = client.post(f"/console/rescans/{rescan.pk}/end/")

    assert rescan.wanted[0]["name"] in page.text
    assert "0 of 1" in page.text
    assert 'role="alert"' in unknown.text
    assert ended["Location"] == f"/console/reviews/{escalation.pk}/"
    rescan.refresh_from_db()
    assert rescan.result == "differs"
    assert login(world.cal).get(f"/console/rescans/{rescan.pk}/").status_code == 404
