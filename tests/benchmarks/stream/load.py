"""What carts send, as a real one does: it stands or rolls, and what was scanned is put in half a second later."""

import asyncio
import json
import random
import time
import uuid
from dataclasses import dataclass, field

from tests.benchmarks.stream.wire import Wire, connect

READINGS = 5
STEP_MS = 100
SCAN_EVERY = 50  # frames: 2 % of them are scans
Goods = list[tuple[str, float]]


@dataclass
class Sender:
    """One cart: its socket, what it was told, and when its events were acknowledged. `heard` counts messages."""

    token: str
    goods: Goods
    seed: int
    acked: int = 0
    heard: int = 0
    seq: int = 0
    at: int = 0
    load_g: float = 0.0
    closed: int | None = None
    sent_at: dict[int, float] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    outcomes: dict[int, str] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    opened: int = 0  # discrepancies

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.stream = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        self._coming: list[float] = []

    async def open(self, port: int) -> None:
        self.closed = None
        self.wire: Wire = await connect(port, "/ws/cart/", self.token, self.hear, self.end)

    async def hello(self) -> None:
        """Say hello and wait for the welcome."""
        heard = self.heard
        message = {"type": "hello", "stream": self.stream, "first": None, "last": None, "seen": None,
                   "clock": "2026-01-01T00:00:00Z", "firmware": "bench", "scale": None}  # fmt: skip
        self.wire.send(json.dumps(message).encode())
        while self.heard == heard and self.closed is None:
            await self.told()

    async def begin(self) -> None:
        """Hello, a second on the scale, and a trip."""
        await self.hello()
        for _ in range(4):
            self.weigh()
        self.event("start", {})
        await self.settled()

    def hear(self, text: bytes) -> None:
        self.heard += 1
        if text.startswith(b'{"type":"ack"') or b'"type": "ack"' in text[:40]:
            ack = json.loads(text)
            self.acked = ack["upto"]
            self.outcomes.update((result["seq"], result["outcome"]) for result in ack["results"])
            now = time.perf_counter()
            for seq in [seq for seq in self.sent_at if seq <= self.acked]:
                self.latencies.append(now - self.sent_at.pop(seq))
        elif text.startswith(b'{"type":"welcome"'):
            self.acked = max(self.acked, json.loads(text)["acked"])
        elif text.startswith(b'{"type":"discrepancy"'):
            self.opened += 1
        self.news.set()

    def end(self, code: int) -> None:
        self.closed = code
        self.news.set()

    async def told(self) -> None:
        self.news.clear()
        await self.news.wait()

    def event(self, kind: str, data: dict[str, object]) -> None:
        self.seq += 1
        self.sent_at[self.seq] = time.perf_counter()
        message = {"type": "event", "seq": self.seq, "at": self.at, "kind": kind, "data": data}
        self.wire.send(json.dumps(message, separators=(",", ":")).encode())

    def scan(self) -> None:
        """Scan something, and put it in with the next frames."""
        code, grams = self.random.choice(self.goods)
        self.event("scan", {"code": code, "source": "scanner"})
        self._coming += [0.0, grams]

    def weigh(self) -> None:
        """Half a second of readings: standing, or a hand that puts something in."""
        draw = self.random.randrange
        if not self._coming:
            grams = [self.load_g + draw(-1, 2) for _ in range(READINGS)]
        else:
            self.load_g += self._coming.pop(0)
            grams = [self.load_g + (draw(-60, 400) if i < 3 else draw(-1, 2)) for i in range(READINGS)]
        text = ",".join(map(str, grams)).encode()
        self.wire.send(b'{"type":"weight","at":%d,"step":%d,"grams":[%b]}' % (self.at, STEP_MS, text))
        self.at += READINGS * STEP_MS

    def frame(self, number: int) -> None:
        """The number-th frame of this cart; scans of many carts are spread over the numbers."""
        if (number + self.seed) % SCAN_EVERY == 0:
            self.scan()
        else:
            self.weigh()

    async def settled(self) -> None:
        """Until everything sent is acknowledged, or the socket has ended."""
        while self.acked < self.seq and self.closed is None:
            await self.told()


async def rounds(senders: list[Sender], count: int, every_s: float) -> None:
    """In each round every cart sends one frame of its own; rounds start `every_s` apart, so that a read finds one."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    for number in range(1, count + 1):
        for sender in senders:
            sender.frame(number)
        await asyncio.sleep(max(0.0, began + number * every_s - loop.time()))


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
