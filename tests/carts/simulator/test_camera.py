"""The simulated camera shows what is truly in the cart, over real HTTP, in pictures that scanners can read."""

import base64
import threading
from collections import Counter
from io import BytesIO

import httpx
import pytest
import zxingcpp
from PIL import Image

from carts.simulator.camera import SceneItem, SimulatedCamera
from carts.simulator.camera.labels import printable
from carts.simulator.truth import TrueProduct

EAN13 = ["4006381333931", "4011200296908", "5901234123457", "9780201379624", "4000417025005", "8410076472144"]
EAN8 = "96385074"
PRODUCTS = {code: TrueProduct(code, f"Thing {code[-3:]}", 300.0) for code in [*EAN13, EAN8, "4011"]}


def read(picture: bytes) -> Counter[str]:
    with Image.open(BytesIO(picture)) as image:
        assert image.format == "JPEG"
        assert image.size == (1280, 960)
        return Counter(found.text for found in zxingcpp.read_barcodes(image))


def fetch(camera: SimulatedCamera, lane: str = "1") -> Counter[str]:
    answer = httpx.get(camera.snapshot_url(lane), trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    return read(answer.content)


def put(camera: SimulatedCamera, path: str, body: object) -> httpx.Response:
    return httpx.put(f"{camera.url}{path}", json=body, trust_env=False)


def test_every_pack_and_the_carts_tag_can_be_read() -> None:
    with SimulatedCamera(PRODUCTS) as camera:
        items = [{"code": code, "quantity": 1} for code in EAN13] + [{"code": EAN13[0], "quantity": 2}]

        put(camera, "/scene/C-07", {"items": [*items, {"code": EAN8, "quantity": 1}], "lane": "1"})
        seen = fetch(camera)

        assert seen == Counter({**dict.fromkeys(EAN13, 1), EAN13[0]: 3, EAN8: 1, "C-07": 1})


def test_a_full_cart_of_nineteen_packs_can_be_read() -> None:
    camera = SimulatedCamera(PRODUCTS)
    camera.put_scene("C-07", [SceneItem(EAN13[0], 10), SceneItem(EAN13[1], 9)], lane="1")

    seen = read(camera.snapshot("1"))

    assert seen == Counter({EAN13[0]: 10, EAN13[1]: 9, "C-07": 1})


def test_what_is_hidden_or_carries_no_barcode_is_not_read() -> None:
    camera = SimulatedCamera(PRODUCTS)
    camera.put_scene("C-07", [SceneItem(EAN13[0]), SceneItem(EAN13[1], hidden=True), SceneItem("4011")], lane="1")

    assert set(read(camera.snapshot("1"))) == {EAN13[0], "C-07"}


def test_a_cart_stands_under_one_camera_and_the_lane_is_empty_after_it() -> None:
    with SimulatedCamera(PRODUCTS) as camera:
        put(camera, "/scene/C-07", {"items": [{"code": EAN13[0], "quantity": 1}]})
        assert fetch(camera) == Counter()

        put(camera, "/lanes/1", {"cart": "C-07"})
        assert "C-07" in fetch(camera)

        put(camera, "/lanes/2", {"cart": "C-07"})
        assert fetch(camera) == Counter()
        assert "C-07" in fetch(camera, "2")

        put(camera, "/lanes/2", {"cart": None})
        assert fetch(camera, "2") == Counter()


def test_the_same_seed_and_the_same_changes_give_the_same_pictures() -> None:
    def shots(seed: int) -> list[bytes]:
        camera = SimulatedCamera(PRODUCTS, seed=seed)
        camera.put_scene("C-07", [SceneItem(EAN13[0]), SceneItem(EAN13[1])], lane="1")
        return [camera.snapshot("1"), camera.snapshot("1")]

    assert shots(1) == shots(1)
    assert shots(1) != shots(2)
    assert shots(1)[0] != shots(1)[1]


def test_a_protected_camera_shows_nothing_and_changes_nothing_without_its_password() -> None:
    with SimulatedCamera(PRODUCTS, credentials=("ben", "secret")) as camera:
        refused = httpx.get(camera.snapshot_url("1"), trust_env=False)
        wrong = httpx.get(camera.snapshot_url("1"), auth=("ben", "guess"), trust_env=False)
        changed = put(camera, "/lanes/1", {"cart": "C-07"})
        header = {"Authorization": "Basic " + base64.b64encode(b"ben:secret").decode()}
        allowed = httpx.get(camera.snapshot_url("1"), headers=header, trust_env=False)
        health = httpx.get(f"{camera.url}/healthz", trust_env=False)

        assert [answer.status_code for answer in (refused, wrong, changed)] == [401, 401, 401]
        assert refused.headers["www-authenticate"] == "Basic"
        assert (allowed.status_code, read(allowed.content)) == (200, Counter())
        assert health.json() == {"ok": True}


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/scene/C-07", {"items": "all"}, 400, "scene_refused"),
        ("/scene/C-07", {"items": [{"quantity": 1}]}, 400, "scene_refused"),
        ("/scene/C-07", {"items": [{"code": "1", "quantity": 0}]}, 400, "scene_refused"),
        ("/scene/C-07", {"items": [{"code": "1", "quantity": 201}]}, 400, "scene_refused"),
        ("/scene/C-07", [1], 400, "malformed"),
        ("/somewhere", {}, 404, "not_found"),
        ("/cameras/1/fault", {"fault": "fire"}, 404, "not_found"),
    ],
)
def test_a_scene_that_makes_no_sense_is_refused_with_a_code(path: str, body: object, status: int, code: str) -> None:
    with SimulatedCamera(PRODUCTS) as camera:
        answer = put(camera, path, body)

        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_camera_can_be_broken_on_purpose_and_mended() -> None:
    with SimulatedCamera(PRODUCTS) as camera:
        put(camera, "/scene/C-07", {"items": [{"code": EAN13[0], "quantity": 1}], "lane": "1"})

        put(camera, "/cameras/1/fault", {"fault": "error"})
        assert httpx.get(camera.snapshot_url("1"), trust_env=False).status_code == 503

        put(camera, "/cameras/1/fault", {"fault": "garbage"})
        garbage = httpx.get(camera.snapshot_url("1"), trust_env=False).content
        with pytest.raises(OSError, match="cannot identify"):
            Image.open(BytesIO(garbage))

        put(camera, "/cameras/1/fault", {"fault": ""})
        assert EAN13[0] in fetch(camera)


def test_pictures_are_served_to_several_at_once() -> None:
    with SimulatedCamera(PRODUCTS) as camera:
        camera.put_scene("C-07", [SceneItem(EAN13[0])], lane="1")
        seen: list[Counter[str]] = []
        threads = [threading.Thread(target=lambda: seen.append(fetch(camera))) for _ in range(3)]

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [EAN13[0] in found for found in seen] == [True, True, True]


@pytest.mark.parametrize(
    ("code", "printed"),
    [
        ("4006381333931", ("EAN13", "4006381333931")),
        ("04006381333931", ("EAN13", "4006381333931")),
        ("00000096385074", ("EAN8", "96385074")),
        ("036000291452", ("EAN13", "0036000291452")),
        ("4006381333930", None),
        ("4011", None),
        ("banana", None),
    ],
)
def test_only_codes_with_a_right_check_digit_are_printed_as_bars(code: str, printed: tuple[str, str] | None) -> None:
    assert printable(code) == printed
