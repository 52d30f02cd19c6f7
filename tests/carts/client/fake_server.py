"""A small server that keeps the contract for one cart over real sockets, and can be told to misbehave."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

OUTCOMES = {"start": "started", "scan": "added", "remove": "removed", "seal": "sealed", "cancel": "cancelled"}


class FakeServer:
    """Knows events by `seq`, forgets nothing over connections. Change the attributes to change its ways."""

    def __init__(self) -> None:
        self.token = "good-token"
        self.subprotocol: str | None = "cart.v1+json"
        self.credits = 64
        self.kept: dict[int, dict[str, Any]] = {}
        self.results: dict[int, dict[str, Any]] = {}
        self.acked = 0
        self.hellos: list[dict[str, Any]] = []
        self.arrived: list[dict[str, Any]] = []
        self.acks_held = False
        self.answers_held = False
        self.malformed: set[str] = set()
        self.closes: list[int] = []
        self.most_in_flight = 0
        self.welcome: dict[str, Any] = {"mode": "snapshot"}
        self.trip: dict[str, Any] | None = None
        self.changed = asyncio.Event()
        self._sockets: list[ServerConnection] = []
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        chosen = None if self.subprotocol is None else Subprotocol(self.subprotocol)
        self._server = await serve(self._serve, "127.0.0.1", 0, select_subprotocol=lambda socket, offered: chosen)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def address(self) -> str:
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def of_type(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.arrived if message["type"] == kind]

    async def until(self, holds: Any) -> None:
        """Waits, at most 5 s, until `holds()` is true after something arrived."""
        async with asyncio.timeout(5):
            while not holds():
                self.changed.clear()
                await self.changed.wait()

    async def say(self, message: dict[str, Any]) -> None:
        await self._sockets[-1].send(json.dumps(message))

    async def close(self, code: int) -> None:
        await self._sockets[-1].close(code)

    def cut(self) -> None:
        """The line breaks without a close frame."""
        self._sockets[-1].transport.abort()

    async def release_acks(self) -> None:
        self.acks_held = False
        await self._ack(self._sockets[-1])

    async def _serve(self, socket: ServerConnection) -> None:
        self._sockets.append(socket)
        try:
            await self._session(socket)
        except ConnectionClosed:
            pass
        finally:
            self.changed.set()

    async def _session(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.headers.get("Authorization") != f"Device {self.token}":
            await socket.close(4401)
            return
        hello = json.loads(await socket.recv())
        self.hellos.append(hello)
        self.changed.set()
        if self.closes:
            await socket.close(self.closes.pop(0))
            return
        await socket.send(json.dumps(self._welcome()))
        async for frame in socket:
            await self._take(socket, json.loads(frame))
            self.changed.set()

    def _welcome(self) -> dict[str, Any]:
        return {
            "type": "welcome",
            "epoch": len(self.hellos),
            "acked": self.acked,
            "credits": self.credits,
            "revision": 0,
            "trip": self.trip,
            "basket": None,
            "discrepancies": [],
            "server_time": "2026-11-24T09:00:00Z",
        } | self.welcome

    async def _take(self, socket: ServerConnection, message: dict[str, Any]) -> None:
        self.arrived.append(message)
        if message["type"] == "event":
            await self._event(socket, message)
        elif message["type"] == "skip":
            for seq in range(message["from"], message["to"] + 1):
                self.kept[seq] = message
            await self._ack(socket)

    async def _event(self, socket: ServerConnection, event: dict[str, Any]) -> None:
        if str(event["data"].get("code")) in self.malformed:
            error = {"type": "error", "code": "malformed", "detail": "no", "seq": event["seq"], "retry": False}
            await socket.send(json.dumps(error))
            return
        known = self.kept.get(event["seq"])
        if known is not None and known != event:
            await socket.close(4422)
            return
        self.kept[event["seq"]] = event
        outcome = OUTCOMES.get(event["kind"], "ignored")
        self.results[event["seq"]] = {"seq": event["seq"], "outcome": outcome, "event": event["kind"]}
        self.most_in_flight = max(self.most_in_flight, len(self.kept) - self.acked)
        if event["seq"] <= self.acked:
            await self._answer(socket, [event["seq"]])
        elif not self.acks_held:
            await self._ack(socket)

    async def _ack(self, socket: ServerConnection) -> None:
        fresh = []
        while self.acked + 1 in self.kept:
            self.acked += 1
            fresh.append(self.acked)
        if not self.answers_held:
            await self._answer(socket, fresh)

    async def _answer(self, socket: ServerConnection, seqs: list[int]) -> None:
        results = [self.results[seq] for seq in seqs if seq in self.results]
        ack = {"type": "ack", "upto": self.acked, "results": results, "credits": self.credits}
        await socket.send(json.dumps(ack))
