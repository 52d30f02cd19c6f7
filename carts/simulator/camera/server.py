"""The camera as a real HTTP server: snapshots out, the true scene in."""

import base64
import hmac
import threading
import time
from collections.abc import Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import unquote, urlsplit

import msgspec

from ..truth import TrueProduct
from .render import render
from .scenes import FAULTS, SceneItem, SceneRefusedError, Scenes, read_items

LARGEST_BODY = 256 * 1024
SLOW_S = 20.0


class SimulatedCamera:
    """An overhead camera on `host:port` (0 takes a free port), serving in a thread between `with` and its end.

    Entering raises OSError when the port is taken.

    `credentials` is (user, password) for HTTP basic authentication of everything but `/healthz`.
    """

    def __init__(
        self,
        products: Mapping[str, TrueProduct],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int = 1,
        credentials: tuple[str, str] | None = None,
        slow_s: float = SLOW_S,
    ) -> None:
        self.scenes = Scenes()
        self.products = products
        self.seed = seed
        self.slow_s = slow_s
        self._expected = None if credentials is None else _basic(*credentials)
        self._address = (host, port)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens (or will, before it is started), without a trailing slash."""
        host, port = self._address if self._server is None else self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def snapshot_url(self, lane: str) -> str:
        """The picture's address of a lane."""
        return f"{self.url}/cameras/{lane}/snapshot.jpg"

    def put_scene(self, cart: str, items: Iterable[SceneItem], lane: str | None = None) -> None:
        """Sets a cart's true content from the same process."""
        self.scenes.put_scene(cart, items, lane)

    def snapshot(self, lane: str) -> bytes:
        """One more shot of a lane, as JPEG."""
        return render(self.scenes.view(lane), self.products, self.seed)

    def authorised(self, header: str | None) -> bool:
        """The request carries the right credentials, or none are asked for."""
        return self._expected is None or hmac.compare_digest((header or "").encode(), self._expected)

    def __enter__(self) -> Self:
        self._server = _Server(self._address, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = None

    def wait(self) -> None:
        """Waits until the server ends, for a process that is only a camera."""
        if self._thread is not None:
            self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], camera: SimulatedCamera) -> None:
        self.camera = camera
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        match self._parts():
            case ["healthz"]:
                self._json(200, {"ok": True})
            case ["cameras", lane, "snapshot.jpg"] if self._may():
                self._snapshot(lane)
            case ["cameras", _, "snapshot.jpg"]:
                return
            case _:
                self._refuse(404, "not_found", "GET /cameras/<lane>/snapshot.jpg or /healthz")

    def do_PUT(self) -> None:
        if not self._may():
            return
        body = self._body()
        if body is None:
            return
        try:
            self._change(self._parts(), body)
        except SceneRefusedError as error:
            self._refuse(400, "scene_refused", str(error))

    def _change(self, parts: list[str], body: dict[str, Any]) -> None:
        scenes = self.server.camera.scenes
        match parts:
            case ["scene", cart]:
                lane = body.get("lane")
                scenes.put_scene(cart, read_items(body), str(lane) if lane else None)
            case ["lanes", lane]:
                standing = body.get("cart")
                scenes.put_lane(lane, str(standing) if standing else None)
            case ["cameras", lane, "fault"] if body.get("fault") in FAULTS:
                scenes.put_fault(lane, body["fault"])
            case _:
                self._refuse(404, "not_found", "PUT /scene/<cart>, /lanes/<lane> or /cameras/<lane>/fault")
                return
        self._json(200, {"ok": True})

    def _snapshot(self, lane: str) -> None:
        camera = self.server.camera
        view = camera.scenes.view(lane)
        if view.fault == "error":
            self._refuse(503, "camera_fault", "the sensor does not answer")
            return
        if view.fault == "slow":
            time.sleep(camera.slow_s)
        picture = b"\xff\xd8 no picture" if view.fault == "garbage" else render(view, camera.products, camera.seed)
        self._answer(200, "image/jpeg", picture)

    def _may(self) -> bool:
        if self.server.camera.authorised(self.headers.get("Authorization")):
            return True
        self._body_away()
        self._refuse(401, "unauthorised", "send the camera's user and password", {"WWW-Authenticate": "Basic"})
        return False

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._refuse(413, "body_refused", f"a body of known length, at most {LARGEST_BODY} bytes")
            return None
        try:
            body = msgspec.json.decode(self.rfile.read(int(length)))
        except msgspec.DecodeError:
            body = None
        if isinstance(body, dict):
            return body
        self._refuse(400, "malformed", "the body must be a JSON object")
        return None

    def _body_away(self) -> None:
        # An unread body would be taken for the next request on this connection.
        self.close_connection = True

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _refuse(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        body = msgspec.json.encode({"status": status, "code": code, "detail": detail})
        self._answer(status, "application/problem+json", body, headers)

    def _json(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, "application/json", msgspec.json.encode(body))

    def _answer(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the terminal for the simulated shoppers."""


def _basic(user: str, password: str) -> bytes:
    return b"Basic " + base64.b64encode(f"{user}:{password}".encode())
