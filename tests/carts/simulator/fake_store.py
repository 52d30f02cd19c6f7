"""A store on one port, sockets and REST, just clever enough for a shopper: it weighs, doubts, reviews and charges."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

CODES = ("4006381333931", "4011200296908", "5901234123457", "9780201379624", "4000417025005", "8410076472144")
GRAMS = {code: 150.0 + 110.0 * number for number, code in enumerate(CODES)}
STORE = {"id": 1, "code": "demo", "name": "Demo", "currency": "EUR", "exponent": 2}
TOLERANCE_G = 40.0
STILL = 12
LATE_FRAMES = 300

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class FakeStore:
    """One cart's store. `staff` is what Ben decides about a review: `cleared`, `refused` or None (he is away)."""

    def __init__(self) -> None:
        self.staff: str | None = "cleared"
        self.events: list[dict[str, Any]] = []
        self.trip: dict[str, Any] | None = None
        self.basket: list[str] = []
        self.opened: list[str] = []
        self.cleared: list[str] = []
        self.paid: list[int] = []
        self.gates: list[str] = []
        self.refused_codes: set[str] = set()
        self.refuses_late = False
        self.weights = 0
        self.checkout: dict[str, Any] | None = None
        self.trips = 0
        self.acked = 0
        self._recent: list[float] = []
        self._zero = 0.0
        self._open = False
        self._leaving = False
        self._late: list[dict[str, Any]] = []
        self._late_at = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        config = uvicorn.Config(self, port=0, log_level="error", ws="websockets-sansio", lifespan="off")
        server = _Server(config)
        task = asyncio.create_task(server.serve())
        await server.listening.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await self._socket(receive, send)

    async def _socket(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "cart.v1+json"})
        while (message := await receive())["type"] == "websocket.receive":
            for answer in self._hear(json.loads(message["text"])):
                await send({"type": "websocket.send", "text": json.dumps(answer)})

    def _hear(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        match message["type"]:
            case "hello":
                return [self._welcome()]
            case "event":
                return self._event(message)
            case "weight":
                return self._weight(message["grams"])
            case _:
                return []

    def _welcome(self) -> dict[str, Any]:
        welcome = {"type": "welcome", "epoch": 1, "acked": self.acked, "credits": 64, "revision": 0}
        return welcome | {"trip": self.trip, "basket": None, "discrepancies": [], "mode": "snapshot"}

    def _event(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        self.acked = event["seq"]
        self.events.append(event)
        outcome, state = getattr(self, f"_on_{event['kind']}")(event["data"])
        result = {"seq": event["seq"], "outcome": outcome, "event": event["kind"]}
        answers: list[dict[str, Any]] = [{"type": "ack", "upto": self.acked, "results": [result], "credits": 64}]
        if state is not None and self.trip is not None:
            self.trip = self.trip | {"state": state}
            answers.append({"type": "trip"} | self.trip)
        if outcome == "sale_refused" and self.refuses_late:
            self._late, self.refuses_late = answers, False
            self._late_at = self.weights + LATE_FRAMES
            return []
        return answers

    def _on_start(self, data: dict[str, Any]) -> tuple[str, str | None]:
        self.trips += 1
        self.trip = {"id": f"trip-{self.trips}", "mode": data["mode"]}
        self.basket, self._open, self.checkout = [], False, None
        self._zero = sum(self._recent) / len(self._recent) if self._recent else 0.0
        return "started", "shopping"

    def _on_scan(self, data: dict[str, Any]) -> tuple[str, str | None]:
        if data["code"] in self.refused_codes or self.refuses_late:
            return "sale_refused", None
        self.basket += [data["code"]] * data.get("quantity", 1)
        return "added", None

    def _on_remove(self, data: dict[str, Any]) -> tuple[str, str | None]:
        if data["code"] not in self.basket:
            return "not_in_basket", None
        self.basket.remove(data["code"])
        self._leaving = True
        return "removed", None

    def _on_seal(self, data: dict[str, Any]) -> tuple[str, str | None]:
        return "sealed", "sealed"

    def _on_cancel(self, data: dict[str, Any]) -> tuple[str, str | None]:
        return "cancelled", "cancelled"

    def _weight(self, grams: list[float]) -> list[dict[str, Any]]:
        self.weights += 1
        if self._late and self.weights > self._late_at:
            late, self._late = self._late, []
            return late
        self._recent = (self._recent + grams)[-STILL:]
        if self.trip is None or len(self._recent) < STILL or max(self._recent) - min(self._recent) > 12:
            return []
        level = sum(self._recent) / STILL - self._zero
        over = level - sum(GRAMS[code] for code in self.basket)
        # What is declared removed may lie there a while yet.
        self._leaving = self._leaving and abs(over) > TOLERANCE_G
        if over > TOLERANCE_G and not self._open and not self._leaving:
            self._open = True
            self.opened.append("unscanned")
            return [self._discrepancy("open", over)]
        if abs(over) <= TOLERANCE_G and self._open:
            self._open = False
            self.cleared.append("unscanned")
            return [self._discrepancy("cleared", over)]
        return []

    def _discrepancy(self, state: str, over: float) -> dict[str, Any]:
        body = {"type": "discrepancy", "id": "d", "kind": "unscanned", "state": state, "at": 1}
        numbers = {"expected_g": 0, "observed_g": over, "tolerance_g": TOLERANCE_G, "probability": 0.99}
        return body | numbers | {"candidates": [], "advice": "Please scan what you placed last."}

    async def _http(self, scope: Any, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body") or b"{}"
        parts = scope["path"].removeprefix("/api/v1/").split("/")
        token = dict(scope["headers"]).get(b"authorization", b"").decode()
        status, answer = self._answer(parts, json.loads(body), token)
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(  # noqa: C901  one case for each call
        self, parts: list[str], body: dict[str, Any], token: str
    ) -> tuple[int, dict[str, Any]]:
        device = {"cart": {"id": 1, "label": "C1"}, "store": STORE, "retailer": {"name": "R"}}
        match parts:
            case ["device", "enrol"] if body["code"] == "GOOD-CODE":
                return 201, device | {"token": "tok"}
            case ["device", "enrol"] if body["code"] == "GATE-CODE":
                return 201, device | {"cart": None, "token": "gate"}
            case ["device", "enrol"]:
                return 400, {"status": 400, "code": "enrolment_code_invalid", "detail": "Ask for a new code."}
            case ["device"]:
                return 200, device
            case ["catalogue", "products", code] if code in GRAMS:
                product = {"code": code, "name": f"Thing {code[-3:]}", "unit_price": 100 + int(code[-3:])}
                return 200, product | {"sold_by": "each", "picture": None, "brand": "", "category": ""}
            case ["trips", trip, "checkout"]:
                return 201, self._begin(trip)
            case ["checkouts", _]:
                return 200, self._decide()
            case ["checkouts", _, "payments"]:
                return 201, self._charge()
            case ["gate", "sync"]:
                return 200, {"store": 1, "server_time": 0.0, "offline_s": 60}
            case ["gate", "open"]:
                assert token == "Device gate"
                self.gates.append(body["pass"])
                return 200, {"open": True}
            case _:
                return 404, {"status": 404, "code": "unknown_code", "detail": "No such thing."}

    def _begin(self, trip: str) -> dict[str, Any]:
        state = "in_review" if self._open else "cleared"
        amount = sum(100 + int(code[-3:]) for code in self.basket)
        self.checkout = {"id": "c", "trip": trip, "state": state, "amount": amount, "currency": "EUR", "exponent": 2}
        return self.checkout

    def _decide(self) -> dict[str, Any]:
        assert self.checkout is not None
        if self.checkout["state"] == "in_review" and self.staff is not None:
            self.checkout["state"] = self.staff
        return self.checkout

    def _charge(self) -> dict[str, Any]:
        assert self.checkout is not None
        self.paid.append(self.checkout["amount"])
        payment = {"id": "p", "method": "card", "state": "captured", "amount": self.checkout["amount"], "detail": ""}
        self.checkout |= {
            "state": "paid",
            "payment": payment,
            "receipt": {"url": "/r/1", "pdf": "/r/1.pdf", "qr": "/q"},
        }
        self.checkout["exit_pass"] = {"token": "pass-1", "expires_at": "2026-11-24T10:00:00Z", "qr": "/q"}
        if self.trip is not None:
            self.trip["state"] = "paid"
        return self.checkout
