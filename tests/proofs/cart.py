"""A cart with a storage that survives everything: it keeps each event until it is acknowledged, and comes back."""

import asyncio
import json
import random
import uuid
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from tests.benchmarks.stream.wire import Wire, connect

WINDOW = 40
BACK_S = 0.02
PATIENCE_S = 0.25  # without an acknowledgement before what is unacknowledged is sent again


class Line(Protocol):
    """What lies between a cart and its socket; a proof may put a bad one there."""

    def send(self, payload: bytes) -> None: ...


class Cart:
    """Makes events, sends them, remembers what it was told. `faults` are the contract's promises that were broken."""

    patience_s = 8.0  # without a welcome or an acknowledgement before it tries a new connection

    def __init__(self, token: str, goods: list[tuple[str, float]], seed: int, port: int) -> None:
        self.name = f"cart {seed}"
        self.token, self.goods, self.port = token, goods, port
        self.random = random.Random(seed)
        self.stream = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        self.events: list[dict[str, Any]] = []
        self.acked, self.sent, self.at = 0, 0, 0
        self.told: dict[int, str] = {}
        self.faults: list[str] = []
        self.codes: list[int] = []
        self.epoch = 0
        self.open, self.comes_back = False, True
        self.news, self.gone = asyncio.Event(), asyncio.Event()
        self.bend: Callable[[Wire], Line] | None = None
        self.line: Line | None = None

    def record(self, kind: str, **data: Any) -> None:
        """Put an event into the storage."""
        self.at += self.random.randrange(200, 2000)
        self.events.append({"type": "event", "seq": len(self.events) + 1, "at": self.at, "kind": kind, "data": data})

    def shop(self) -> None:
        """Something a shopper would do next."""
        if not self.events:
            self.record("start")
            return
        draw = self.random.random()
        if draw < 0.72:
            self.record("scan", code=self.random.choice(self.goods)[0], source="scanner")
        elif draw < 0.86:
            self.record("remove", code=self.random.choice(self.goods)[0])
        else:
            self.record(self.random.choice(["bag", "assist", "pause", "resume", "seal", "reopen"]))

    # -- the connection ------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Connect, serve, come back; until cancelled."""
        while True:
            self.gone.clear()
            try:
                async with asyncio.timeout(10):
                    wire = await connect(self.port, "/ws/cart/", self.token, self.hear, self.ended)
            except (OSError, TimeoutError):
                await asyncio.sleep(BACK_S)
                continue
            self.line = self.bend(wire) if self.bend else wire
            self.open, self.sent = False, self.acked
            try:
                self.line.send(self.hello())
                await self._serve()
            finally:
                wire.drop()
            if not self.comes_back:
                return
            await asyncio.sleep(BACK_S)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        acked, since = self.acked, loop.time()
        while not self.gone.is_set():
            self.news.clear()
            if self.open:
                self.pump()
            try:
                async with asyncio.timeout(0.05):
                    await self.news.wait()
            except TimeoutError:
                pass
            if self.acked != acked or (self.open and self.acked == len(self.events)):
                acked, since = self.acked, loop.time()
            elif not self.open:
                if loop.time() - since > self.patience_s:
                    return
            elif loop.time() - since > PATIENCE_S:
                if loop.time() - since > self.patience_s:
                    return  # nothing helps: a new connection
                self.sent = min(self.sent, self.acked)

    def pump(self) -> None:
        """Send what the window allows."""
        while self.sent < len(self.events) and self.sent - self.acked < WINDOW:
            assert self.line is not None
            self.line.send(json.dumps(self.events[self.sent], separators=(",", ":")).encode())
            self.sent += 1

    def weigh(self) -> None:
        """Half a second on the scale, lost if there is no connection."""
        if self.line is not None and self.open:
            grams = [1000 + self.random.randrange(-1, 2) for _ in range(5)]
            self.line.send(json.dumps({"type": "weight", "at": self.at, "step": 100, "grams": grams}).encode())

    def hello(self) -> bytes:
        held = (self.acked + 1, len(self.events)) if self.acked < len(self.events) else (None, None)
        return json.dumps(
            {"type": "hello", "stream": self.stream, "first": held[0], "last": held[1], "seen": None,
             "clock": "2026-01-01T00:00:00Z", "firmware": "proof", "scale": None}
        ).encode()  # fmt: skip

    # -- what comes in -------------------------------------------------------------------------------------------

    def hear(self, text: bytes) -> None:
        message = json.loads(text)
        if message["type"] == "welcome":
            if message["acked"] < self.acked:
                self.faults.append(f"acknowledged to {self.acked}, and the server then knew only {message['acked']}")
            self.acked = max(self.acked, message["acked"])
            self.sent, self.open, self.epoch = self.acked, True, message["epoch"]
        elif message["type"] == "ack":
            self._acknowledged(message)
        elif message["type"] == "error" and message["code"] == "gap":
            self.sent = min(self.sent, message["seq"] - 1)
        self.news.set()

    def _acknowledged(self, message: dict[str, Any]) -> None:
        for result in message["results"]:
            before = self.told.setdefault(result["seq"], result["outcome"])
            if before != result["outcome"]:
                self.faults.append(f"seq {result['seq']} was told {before}, then {result['outcome']}")
        if message["upto"] > len(self.events):
            self.faults.append(f"acknowledged to {message['upto']} of {len(self.events)}")
        self.acked = max(self.acked, message["upto"])

    def ended(self, code: int) -> None:
        self.codes.append(code)
        self.open = False
        self.gone.set()
        self.news.set()

    async def settled(self, seconds: float = 30) -> None:
        """Until everything recorded is acknowledged."""
        async with asyncio.timeout(seconds):
            while self.acked < len(self.events):  # noqa: ASYNC110  asked from outside, now and then
                await asyncio.sleep(0.02)


async def hushed(carts: Sequence[Cart], seconds: float = 5.0) -> None:
    """Until no acknowledgement has come for 0.3 s, at most so long: what was committed before is still on its way."""
    for _ in range(int(seconds / 0.3)):
        before = sum(cart.acked for cart in carts)
        await asyncio.sleep(0.3)
        if sum(cart.acked for cart in carts) == before:
            return
