"""A camera over HTTP is asked politely, and trusted with nothing."""

from collections.abc import Iterator
from typing import Any

import pytest

from checkout.cameras import CameraAway, PictureRefused, seal, snapshot, unseal
from checkout.services.cameras import camera_password_set
from checkout.services.looks import look_run
from tests.checkout.camera_server import PASSWORD, USER, Camera, camera_server
from tests.checkout.world import BREAD, NOW, Shop, in_review, picture_of


@pytest.fixture
def camera() -> Iterator[Camera]:
    with camera_server(picture_of(BREAD)) as server:
        yield server


@pytest.mark.parametrize("path", ["plain", "basic", "digest"])
def test_a_picture_comes_whatever_the_camera_asks_for_first(camera: Camera, path: str) -> None:
    data = snapshot(camera.url(path), username=USER, password=PASSWORD, timeout_s=10, loopback=True)

    assert data == camera.picture


def test_the_password_is_not_sent_before_it_is_asked_for(camera: Camera) -> None:
    snapshot(camera.url("digest"), username=USER, password=PASSWORD, timeout_s=10, loopback=True)

    assert [path for path, _ in camera.asked] == ["/digest", "/digest"]


@pytest.mark.parametrize("path", ["basic", "digest"])
@pytest.mark.parametrize("username", ["", USER])
def test_a_wrong_password_is_a_refusal_and_no_picture(camera: Camera, path: str, username: str) -> None:
    with pytest.raises(CameraAway) as caught:
        snapshot(camera.url(path), username=username, password="wrong", timeout_s=10, loopback=True)

    assert caught.value.code == "camera_refused"


def test_the_carts_label_joins_the_query_that_is_there(camera: Camera) -> None:
    snapshot(camera.url("plain") + "?channel=2", cart_label="A 1&x", timeout_s=10, loopback=True)

    assert camera.asked == [("/plain", {"channel": ["2"], "cart": ["A 1&x"]})]


@pytest.mark.parametrize(
    ("path", "code"), [("redirect", "camera_wrong"), ("page", "camera_wrong"), ("broken", "camera_wrong")]
)
def test_what_is_no_picture_is_not_taken_for_one(camera: Camera, path: str, code: str) -> None:
    with pytest.raises(CameraAway) as caught:
        snapshot(camera.url(path), timeout_s=10, loopback=True)

    assert caught.value.code == code
    assert len(camera.asked) == 1


@pytest.mark.parametrize("path", ["announced", "endless"])
def test_a_picture_past_the_limit_is_dropped(camera: Camera, path: str) -> None:
    with pytest.raises(PictureRefused) as caught:
        snapshot(camera.url(path), timeout_s=10, loopback=True)

    assert caught.value.code == "picture_too_large"


@pytest.mark.parametrize("path", ["silent", "dripping", "heads"])
def test_a_camera_that_does_not_end_in_time_is_given_up(camera: Camera, path: str) -> None:
    with pytest.raises(CameraAway) as caught:
        snapshot(camera.url(path), timeout_s=0.3, loopback=True)

    assert caught.value.code == "camera_slow"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://camera.invalid/", "ftp://camera.test/", "nonsense"])
def test_a_camera_that_is_not_there_is_unreachable(url: str) -> None:
    with pytest.raises(CameraAway) as caught:
        snapshot(url, timeout_s=10, loopback=True)

    assert caught.value.code == "camera_unreachable"


def test_a_look_goes_the_whole_way_over_http_with_a_sealed_password(shop: Shop, camera: Camera) -> None:
    shop.camera.url, shop.camera.username = camera.url("digest"), USER
    shop.camera.save()
    camera_password_set(camera=shop.camera, password=PASSWORD)
    doubt = {"line": 2, "products": ["P2"], "candidates": [], "expected_g": 505, "observed_g": 0}
    escalation = in_review(shop, "not_placed", **doubt)

    findings = look_run(escalation_id=escalation.id, now=NOW)

    shop.camera.refresh_from_db()
    assert findings is not None
    assert findings.clear
    assert shop.camera.last_good_at == NOW
    assert PASSWORD.encode() not in bytes(shop.camera.password_sealed)


def test_a_sealed_password_opens_with_the_servers_secret_only(settings: Any) -> None:
    sealed = seal("s3cret")
    assert (unseal(sealed), unseal(b"")) == ("s3cret", "")
    settings.SECRET_KEY = "another secret of at least 32 characters"

    with pytest.raises(CameraAway) as caught:
        unseal(sealed)
    assert caught.value.code == "camera_password_lost"
