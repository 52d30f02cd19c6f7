"""A server for the tablet page alone: the real page and files, a fake stream and a fake till, and faults on demand.

`python -m tests.console.tablet.fake_server` runs it on port 8123 for looking at the page by hand.
"""

import asyncio
import json
import mimetypes
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import uvicorn

from tests.console.tablet.fake_goods import GOODS
from tests.console.tablet.fake_store import FakeStore
from tests.console.tablet.fake_till import FakeTill, Refusal, qr

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "console" / "static"
ZXING = ROOT / "node_modules" / "zxing-wasm" / "dist"
OPTIONS: dict[str, Any] = {"interface": "asgi3", "ws": "websockets-sansio", "timeout_graceful_shutdown": 1}
Answer = tuple[int, str, bytes, list[Any]]
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class FakeServer:
    def __init__(self, port: int = 0) -> None:
        self.store = FakeStore()
        self.till = FakeTill(self.store)
        self.sockets: list[Send] = []
        self.deaf = False
        self.mute = False
        self.scenes: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.hellos: list[dict[str, Any]] = []
        self.health: list[dict[str, Any]] = []
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    # Running

    def start(self) -> "FakeServer":
        config = uvicorn.Config(self._app, log_level="warning", lifespan="off", **OPTIONS)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def _run(self) -> None:
        self._loop = asyncio.new_event_loop()
        try:
            self._loop.run_until_complete(self._server.serve(sockets=[self._listener]))
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            self._loop.close()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._listener.close()

    # Faults

    def push(self, *messages: dict[str, Any]) -> None:
        """Sends messages to the newest socket."""
        asyncio.run_coroutine_threadsafe(self._send_all(self.sockets[-1], messages), self._loop).result(5)

    def close(self, code: int) -> None:
        """Closes every socket with a code."""
        for send in list(self.sockets):
            closing = send({"type": "websocket.close", "code": code, "reason": ""})
            asyncio.run_coroutine_threadsafe(closing, self._loop).result(5)

    # ASGI

    async def _app(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _http(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.requests.append(scope["path"])
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        status, kind, content, more = await self._answer(scope, headers, body)
        wire = [(b"content-type", kind.encode()), *more]
        await send({"type": "http.response.start", "status": status, "headers": wire})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: dict[str, Any], headers: dict[str, str], body: bytes) -> Answer:
        path: str = scope["path"]
        if path.startswith("/api/v1/"):
            return self._rest(scope, path.removeprefix("/api/v1/"), headers, body)
        if path.startswith("/static/"):
            name = path.removeprefix("/static/")
            file = ZXING / name.removeprefix("vendor/zxing/") if name.startswith("vendor/zxing/") else STATIC / name
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return (200, kind, file.read_bytes(), []) if file.is_file() else (404, "text/plain", b"absent", [])
        if path.startswith("/media/fake/"):
            name = path.removeprefix("/media/fake/").removesuffix(".svg")
            drawing = GOODS[name].drawing().encode() if name in GOODS else qr(f"https://shop.example/{name}")
            return 200, "image/svg+xml", drawing, []
        if path == "/tablet/demo/products":
            goods = [{**good.found(), "grams": good.grams} for good in GOODS.values()]
            return 200, "application/json", json.dumps({"results": goods}).encode(), []
        if path == "/tablet/demo/scene":
            self.scenes.append(json.loads(body))
            return 200, "application/json", b'{"shown": true}', []
        return await asyncio.to_thread(self._page, path)

    def _rest(self, scope: dict[str, Any], path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self.deaf:
            return 503, "application/json", b'{"code": "unavailable"}', []
        query = dict(parse_qsl(scope["query_string"].decode()))
        try:
            status, answer = self.till.call(scope["method"], path, query, json.loads(body or b"null"), headers)
        except Refusal as refusal:
            status, answer = refusal.status, {"status": refusal.status, "code": refusal.code, "detail": refusal.code}
        return status, "application/json", json.dumps(answer).encode(), []

    def _page(self, path: str) -> Answer:
        from django.test import Client

        answer = Client().get(path)
        kept = ("Content-Security-Policy", "Cache-Control")
        more = [(name.lower().encode(), answer[name].encode()) for name in kept if name in answer]
        return answer.status_code, answer["Content-Type"], answer.content, more

    # The stream

    async def _socket(self, receive: Receive, send: Send) -> None:
        await receive()
        if self.deaf:
            await send({"type": "websocket.close", "code": 1012})
            return
        await send({"type": "websocket.accept", "subprotocol": "cart.v1+json"})
        self.sockets.append(send)
        try:
            while (frame := await receive())["type"] == "websocket.receive":
                await self._send_all(send, self._heard(json.loads(frame["text"])))
        finally:
            self.sockets.remove(send)

    async def _send_all(self, send: Send, messages: Any) -> None:
        for message in messages:
            await send({"type": "websocket.send", "text": json.dumps(message)})

    def _heard(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        kind = message.pop("type")
        if kind == "hello":
            self.hellos.append(message)
            return [self.store.welcome(message)]
        if kind == "skip":
            self.store.skip(message)
        if self.mute:
            return []
        if kind == "event":
            return self.store.event(message)
        if kind == "weight":
            return self.store.weigh(message)
        return []


def main() -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.test.utils import override_settings

    django.setup()
    with override_settings(ROOT_URLCONF="tests.console.tablet.urls", DEMO=True, DEBUG=True, ALLOWED_HOSTS=["*"]):
        server = FakeServer(port=8123).start()
        server._thread.join()


if __name__ == "__main__":
    main()
