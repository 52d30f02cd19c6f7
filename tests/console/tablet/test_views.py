"""The tablet page's Django views."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.http import Http404
from django.test import Client, RequestFactory
from pytest_django import Settings

from console import tablet, tablet_demo


@pytest.fixture
def site(settings: Settings, tmp_path: Path) -> Settings:
    settings.ROOT_URLCONF = "tests.console.tablet.urls"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    (tmp_path / "demo").mkdir()
    return settings


def truth(site: Settings, body: Any) -> None:
    (site.DATA_DIR / "demo" / "truth.json").write_text(json.dumps(body))


class Camera(HTTPServer):
    """A simulated camera that keeps what it was shown."""

    scenes: list[tuple[str, Any]]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Shown)
        self.scenes = []


class Shown(BaseHTTPRequestHandler):
    server: Camera

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.scenes.append((self.path, json.loads(body)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """A test needs no access log."""


@pytest.fixture
def camera() -> Iterator[Camera]:
    camera = Camera()
    thread = Thread(target=camera.serve_forever, daemon=True)
    thread.start()
    yield camera
    camera.shutdown()
    thread.join()
    camera.server_close()


def test_the_shell_names_every_sheet_and_has_no_inline_script_or_style(site: Settings, client: Client) -> None:
    answer = client.get("/tablet/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert all(f"css/{name}.css" in page for name in tablet.SHEETS)
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == page.count('<script type="module" src=') == 1


def test_the_sensors_stand_beside_the_tablet_only_in_the_demo(site: Settings, client: Client) -> None:
    assert 'id="sensors"' in client.get("/tablet/").content.decode()

    site.DEMO = False

    page = client.get("/tablet/").content.decode()
    assert 'id="sensors"' not in page
    assert "data-demo" not in page
    for view, request in [
        (tablet_demo.products, RequestFactory().get("/tablet/demo/products")),
        (tablet_demo.scene, RequestFactory().post("/tablet/demo/scene")),
    ]:
        with pytest.raises(Http404):
            view(request)


def test_the_service_worker_keeps_every_file_of_the_shell_and_nothing_of_the_api(
    site: Settings, client: Client
) -> None:
    answer = client.get("/tablet/sw.js")

    script = answer.content.decode()
    assert answer["Content-Type"].startswith("text/javascript")
    assert "no-store" in answer["Cache-Control"]
    for path in tablet.shell_files():
        assert f"console/tablet/{path.relative_to(tablet.FOLDER).as_posix()}" in script.replace("\\u002D", "-")
    assert "/api/" not in script


def test_the_manifest_makes_the_page_installable(site: Settings, client: Client) -> None:
    answer = client.get("/tablet/manifest.webmanifest")

    body = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert body["display"] == "standalone"
    assert {icon["sizes"] for icon in body["icons"]} == {"any", "192x192", "512x512"}


def test_the_version_changes_with_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> None:
    settings.DEBUG = True
    monkeypatch.setattr(tablet, "FOLDER", tmp_path)
    (tmp_path / "main.js").write_text("1")
    before = tablet.shell_version()

    (tmp_path / "main.js").write_text("2")

    assert tablet.shell_version() != before
    tablet._kept_version.cache_clear()


def test_the_panel_gets_true_weights_and_pictures_on_our_host(site: Settings, client: Client) -> None:
    site.MEDIA_ROOT = site.DATA_DIR / "media"
    picture = str(site.DATA_DIR / "media" / "products" / "oat.webp")
    truth(site, {"products": {"1": {"name": "Oat drink 1 l", "grams": 1062, "picture": picture}, "2": {"name": "?"}}})

    rows = client.get("/tablet/demo/products").json()["results"]

    assert rows == [
        {
            "code": "1",
            "name": "Oat drink 1 l",
            "grams": 1062.0,
            "sold_by": "each",
            "picture": f"{site.MEDIA_URL}products/oat.webp",
        }
    ]


def test_without_a_truth_the_shelf_is_empty(site: Settings, client: Client) -> None:
    assert client.get("/tablet/demo/products").json() == {"results": []}


def test_the_true_content_goes_to_the_camera(site: Settings, client: Client, camera: Camera) -> None:
    port = camera.server_address[1]
    truth(site, {"camera": {"url": f"http://127.0.0.1:{port}/cameras/lane-1/snapshot.jpg", "lane": "lane-1"}})
    scene = {"cart": "C 11/x", "items": [{"code": "1", "quantity": 2}]}

    answer = client.post("/tablet/demo/scene", scene, "application/json")

    assert answer.json() == {"shown": True}
    assert camera.scenes == [("/scene/C%2011%2Fx", {"items": [{"code": "1", "quantity": 2}], "lane": "lane-1"})]


def test_a_camera_that_is_away_is_logged_and_no_error(
    site: Settings, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    truth(site, {"camera": {"port": 9}})

    answer = client.post("/tablet/demo/scene", {"cart": "07", "items": []}, "application/json")

    assert answer.json() == {"shown": False}
    assert "did not take the scene" in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        '{"cart": "07"}',
        '{"cart": "", "items": []}',
        '{"cart": "07", "items": [{"code": "1", "quantity": 0}]}',
    ],
)
def test_a_scene_that_makes_no_sense_is_refused_with_a_code(site: Settings, client: Client, body: str) -> None:
    answer = client.post("/tablet/demo/scene", body, "application/json")

    assert answer.status_code == 400
    assert answer.json()["code"] == "scene_invalid"
