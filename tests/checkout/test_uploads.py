"""An edge agent brings frames: while a look asks, for its own store, sealed, and gone once read."""

import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from carts.models import DeviceKind
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.cameras import CameraAway
from checkout.models import Camera, Escalation, Frame
from checkout.services.cameras import camera_pictures
from checkout.services.looks import look_run
from checkout.services.uploads import MOST_BYTES, brought_pictures
from tests.checkout.world import BREAD, MILK, NOW, Shop, in_review, picture_of

BREAD_MISSING = {"line": 2, "products": ["P2"], "candidates": [], "expected_g": 505, "observed_g": 0}
PICTURE = picture_of(BREAD, MILK, MILK)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


def token(store_id: int, kind: DeviceKind = DeviceKind.CAMERA) -> str:
    return device_enrol(code=enrolment_code_create(store_id=store_id, kind=kind, now=NOW), now=NOW).token


def bring(camera_id: uuid.UUID, credential: str, picture: bytes = PICTURE, kind: str = "image/jpeg") -> Any:
    headers = {"Authorization": f"Device {credential}"}
    return Client().post(f"/api/v1/cameras/{camera_id}/frames", picture, content_type=kind, headers=headers)


def wanted(camera_id: uuid.UUID, credential: str) -> Any:
    return Client().get(f"/api/v1/cameras/{camera_id}/frames", headers={"Authorization": f"Device {credential}"})


@pytest.fixture
def agent(shop: Shop) -> str:
    Camera.objects.update(adapter="upload", url="")
    return token(shop.store.pk)


def looking(shop: Shop) -> Escalation:
    escalation = in_review(shop, "not_placed", **BREAD_MISSING)
    assert escalation.state == "looking"
    return escalation


def test_a_frame_that_was_brought_is_looked_at_and_clears(shop: Shop, agent: str) -> None:
    escalation = looking(shop)
    assert wanted(shop.camera.pk, agent).json() == {"wanted": True}

    assert bring(shop.camera.pk, agent).status_code == 202
    look_run(escalation_id=escalation.id, now=NOW, fetch=camera_pictures)

    escalation.refresh_from_db()
    assert (escalation.conclusion, Frame.objects.count()) == ("seen", 1)
    with pytest.raises(CameraAway):
        brought_pictures(Camera.objects.get(), shop.cart.label, wait_s=0)


def test_no_frame_is_kept_without_a_look(shop: Shop, agent: str) -> None:
    answer = bring(shop.camera.pk, agent)

    assert (answer.status_code, answer.json()["code"]) == (409, "frame_not_wanted")
    assert wanted(shop.camera.pk, agent).json() == {"wanted": False}
    with pytest.raises(CameraAway):
        brought_pictures(Camera.objects.get(), shop.cart.label, wait_s=0)


def test_what_is_kept_is_sealed_and_for_this_cart_only(shop: Shop, agent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[bytes] = []
    real = cache.set

    def watched(key: str, value: bytes, timeout: int) -> None:
        kept.append(value)
        real(key, value, timeout)

    monkeypatch.setattr(cache, "set", watched)
    looking(shop)

    bring(shop.camera.pk, agent)

    camera = Camera.objects.get()
    assert len(kept) == 1
    assert PICTURE[:64] not in kept[0]
    with pytest.raises(CameraAway):
        brought_pictures(camera, "another cart", wait_s=0)
    assert brought_pictures(camera, shop.cart.label, wait_s=0) == [PICTURE]


@pytest.mark.parametrize(
    ("picture", "kind", "status"),
    [
        (b"", "image/jpeg", 422),
        (b"<svg/>", "image/jpeg", 422),
        (PICTURE, "image/png", 422),
        (PICTURE, "image/svg+xml", 415),
        (b"\xff\xd8\xff" + bytes(MOST_BYTES), "image/jpeg", 422),
    ],
)
def test_size_and_type_are_checked_before_anything_is_decoded(
    shop: Shop, agent: str, picture: bytes, kind: str, status: int
) -> None:
    looking(shop)

    assert bring(shop.camera.pk, agent, picture, kind).status_code == status
    with pytest.raises(CameraAway):
        brought_pictures(Camera.objects.get(), shop.cart.label, wait_s=0)


def test_a_camera_of_another_tenant_is_as_absent_as_none(shop: Shop, agent: str) -> None:
    looking(shop)
    other = shop.cal.memberships.get().store
    assert other is not None
    stranger = token(other.pk)

    foreign, absent = bring(shop.camera.pk, stranger), bring(uuid.uuid4(), stranger)

    assert (foreign.status_code, foreign.json()) == (absent.status_code, absent.json())
    assert foreign.status_code == 404
    assert wanted(shop.camera.pk, stranger).status_code == 404


def test_only_a_camera_agent_brings_frames_and_only_to_a_camera_that_takes_them(shop: Shop, agent: str) -> None:
    looking(shop)

    assert bring(shop.camera.pk, shop.token).status_code == 403
    assert Client().post(f"/api/v1/cameras/{shop.camera.pk}/frames", PICTURE, "image/jpeg").status_code == 401
    Camera.objects.update(adapter="http")
    assert bring(shop.camera.pk, agent).status_code == 404
