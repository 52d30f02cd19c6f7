"""MJPEG and ONVIF cameras, and the addresses that no camera may have."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from checkout.cameras import CameraAway, Connection, PictureRefused, pictures_taken
from checkout.cameras.addresses import address_of
from checkout.models import Camera as CameraRow
from checkout.services.cameras import camera_zone_set, cameras_check, sharpest
from inventory.models import AuditEntry
from tests.checkout.camera_server import PASSWORD, USER, Camera, camera_server
from tests.checkout.world import BREAD, MILK, NOW, Shop, picture_of

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def camera() -> Iterator[Camera]:
    with camera_server(picture_of(BREAD)) as server:
        yield server


def taken(adapter: str, url: str, *, password: str = PASSWORD, timeout_s: float = 20, **fields: Any) -> list[bytes]:
    connection = Connection(adapter=adapter, url=url, username=USER, password=password, loopback=True)
    return pictures_taken(connection, now=AT, timeout_s=timeout_s, **fields)


def test_three_pictures_in_a_row_come_from_a_stream(camera: Camera) -> None:
    assert taken("mjpeg", camera.url("stream")) == [camera.picture] * 3


def test_a_stream_that_stalls_gives_what_was_whole(camera: Camera) -> None:
    assert taken("mjpeg", camera.url("stalling"), timeout_s=1.5) == [camera.picture]


def test_a_stream_without_a_whole_picture_is_slow(camera: Camera) -> None:
    with pytest.raises(CameraAway) as caught:
        taken("mjpeg", camera.url("silent"), timeout_s=0.3)

    assert caught.value.code == "camera_slow"


def test_a_part_that_does_not_end_is_dropped(camera: Camera) -> None:
    with pytest.raises(PictureRefused) as caught:
        taken("mjpeg", camera.url("endless_part"))

    assert caught.value.code == "picture_too_large"


def test_a_snapshot_camera_is_asked_three_times_in_a_row(camera: Camera) -> None:
    assert taken("http", camera.url("digest"), cart_label="A1") == [camera.picture] * 3


def test_an_onvif_camera_tells_where_its_snapshots_are(camera: Camera) -> None:
    assert taken("onvif", camera.url("onvif"), most=1) == [camera.picture]


def test_an_onvif_camera_refuses_a_wrong_password(camera: Camera) -> None:
    with pytest.raises(CameraAway) as caught:
        taken("onvif", camera.url("onvif"), password="wrong")

    assert caught.value.code == "camera_refused"


def test_an_onvif_camera_that_sends_us_elsewhere_does_not_get_our_password(camera: Camera) -> None:
    camera.snapshots = "http://192.0.2.7/steal"

    with pytest.raises(CameraAway) as caught:
        taken("onvif", camera.url("onvif"))

    assert caught.value.code == "camera_forbidden"


def test_entities_in_an_answer_are_not_read(camera: Camera) -> None:
    camera.snapshots = "bomb"

    with pytest.raises(CameraAway) as caught:
        taken("onvif", camera.url("onvif"))

    assert caught.value.code == "camera_wrong"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://[::1]/", "http://localhost/", "http://169.254.169.254/latest/", "http://0.0.0.0/",
        "http://[::ffff:127.0.0.1]/", "http://224.0.0.1/", "http://[fe80::1]/", "http://2130706433/", "rtsp://127.1/",
    ],
)  # fmt: skip
def test_an_address_of_our_own_insides_is_no_cameras(url: str) -> None:
    with pytest.raises(CameraAway) as caught:
        address_of(url)

    assert caught.value.code == "camera_forbidden"


@pytest.mark.parametrize("url", ["http://192.168.1.20/", "https://10.1.2.3:8443/snap", "rtsp://172.16.0.9/live"])
def test_an_address_of_a_stores_network_is(url: str) -> None:
    assert address_of(url).ip in url


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(
    camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["127.0.0.1", "192.0.2.1"])
    known = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        return known(next(answers) if host == "cam.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)

    assert taken("http", camera.url("plain").replace("127.0.0.1", "cam.test"), most=1) == [camera.picture]


def test_the_sharpest_of_a_burst_is_chosen() -> None:
    import io

    from PIL import Image, ImageFilter

    sharp = picture_of(BREAD, MILK)
    file = io.BytesIO()
    Image.open(io.BytesIO(sharp)).filter(ImageFilter.GaussianBlur(6)).save(file, "JPEG")

    chosen = sharpest([file.getvalue(), sharp, b"broken"], [])

    assert chosen.sharpness == max(sharpest([one], []).sharpness for one in (file.getvalue(), sharp))
    assert chosen.sharpness > 2 * sharpest([file.getvalue()], []).sharpness


def test_a_check_notes_which_cameras_are_well(shop: Shop, camera: Camera) -> None:
    shop.camera.url = camera.url("plain")
    shop.camera.save()
    away = CameraRow.objects.create(store=shop.store, lane=shop.lane, name="Away", url="http://127.0.0.1:1/")

    assert cameras_check(now=NOW) == 1
    assert cameras_check(now=NOW) == 0, "each is asked once in five minutes"

    shop.camera.refresh_from_db()
    away.refresh_from_db()
    assert (shop.camera.last_error, shop.camera.last_good_at) == ("", NOW)
    assert away.last_error.startswith("camera_unreachable")


@pytest.mark.parametrize("zone", [[[0, 0], [1, 1]], [[0, 0], [2, 0], [1, 1]], [[0.5, 0.5], [0.5, 0.51], [0.51, 0.5]]])
def test_a_zone_that_is_none_is_refused(shop: Shop, zone: list[list[float]]) -> None:
    from checkout.errors import ZoneInvalid

    with pytest.raises(ZoneInvalid):
        camera_zone_set(camera=shop.camera, zone=zone, staff=shop.sue, now=NOW)

    assert not AuditEntry.objects.filter(action="camera.zone").exists()
