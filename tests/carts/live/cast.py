"""Ana's cart in a shop with four products, and a socket that is a list."""

import asyncio
import json
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from carts.journal import journal
from carts.live.connection import CartConnection
from carts.live.hub import Hub
from carts.models import Cart, Device
from carts.services.enrolment import device_enrol, enrolment_code_create
from inventory.models import Store
from tests.inventory.world import NOW, make_product, make_store

MILK, BREAD, APPLES, WINE = "4006381333931", "4000417025005", "4011", "5901234123457"
PAUSE_MS = 400


@dataclass
class Shop:
    """A store with one cart, and its token."""

    store: Store
    cart: Cart
    device: Device
    token: str


def make_shop(retailer: str = "Hill Foods") -> Shop:
    store = make_store(retailer)
    make_product(store, "Milk 1 l", MILK, price=149, net_weight_g=1030, gross_weight_g=1060)
    make_product(store, "Bread", BREAD, price=299, net_weight_g=500, gross_weight_g=505)
    make_product(store, "Apples", APPLES, price=250, sold_by="kg")
    make_product(store, "Wine", WINE, price=799, net_weight_g=750, gross_weight_g=1240, age_limit=16)
    cart = Cart.objects.create(store=store, label="A1")
    code = enrolment_code_create(store_id=store.pk, cart_id=cart.pk, now=NOW)
    enrolled = device_enrol(code=code, now=NOW)
    return Shop(store, cart, enrolled.device, enrolled.token)


@dataclass
class Tablet:
    """What a cart does, over a connection whose socket is two lists."""

    connection: CartConnection
    stream: str = field(default_factory=lambda: str(uuid.uuid4()))
    sent: list[dict[str, Any]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    seq: int = 0
    at: int = 0
    load_g: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def hello(self, **changes: Any) -> dict[str, Any] | None:
        await self.say(hello(self.stream) | changes)
        await self.until(lambda: bool(self.of("welcome") or self.closed))
        return self.of("welcome")[-1] if self.of("welcome") else None

    async def say(self, message: dict[str, Any]) -> None:
        await self.connection.frame(json.dumps(message))

    async def event(self, kind: str, *, seq: int | None = None, wait: bool = True, **data: Any) -> dict[str, Any]:
        """Send an event, and return its result."""
        if seq is None:
            self.seq += 1
            seq = self.seq
        self.at += PAUSE_MS
        await self.say({"type": "event", "seq": seq, "at": self.at, "kind": kind, "data": data})
        if not wait:
            return {}
        await self.until(lambda: seq in self.results or bool(self.closed))
        return self.results.get(seq, {})

    async def stand(self, seconds: float = 2.0) -> None:
        """The scale shows the present load, steadily."""
        for _ in range(int(seconds * 2)):
            grams = [self.load_g + wobble for wobble in (0, 1, 0, -1, 0)]
            await self.say({"type": "weight", "at": self.at, "step": 100, "grams": grams})
            self.at += 500

    async def place(self, grams: float, seconds: float = 2.0) -> None:
        """Something of this weight goes in (or, negative, comes out)."""
        self.load_g += grams
        await self.stand(seconds)

    async def scan(self, code: str, grams: float, **data: Any) -> dict[str, Any]:
        """Scan and place, as honest shoppers do."""
        result = await self.event("scan", code=code, source="scanner", **data)
        await self.place(grams)
        return result

    def of(self, type_: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message["type"] == type_]

    @property
    def results(self) -> dict[int, dict[str, Any]]:
        return {result["seq"]: result for ack in self.of("ack") for result in ack["results"]}

    @property
    def basket(self) -> dict[str, Any]:
        return self.of("basket")[-1]

    async def until(self, condition: Callable[[], bool], seconds: float = 10.0) -> None:
        """Wait for what was sent to make this true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self.news.clear()
                await self.news.wait()


def hello(stream: str) -> dict[str, Any]:
    return {
        "type": "hello", "stream": stream, "first": None, "last": None, "seen": None, "clock": NOW.isoformat(),
        "firmware": "1.0", "scale": {"division_g": 1, "capacity_g": 40000, "rate_hz": 10},
    }  # fmt: skip


def open_tablet(hub: Hub, token: str, *, stream: str | None = None) -> Tablet:
    """A tablet that has connected and not yet said hello."""

    async def send(text: str) -> None:
        tablet.sent.append(json.loads(text))
        tablet.news.set()

    async def close(code: int, reason: str) -> None:
        tablet.closed.append(code)
        tablet.news.set()

    tablet = Tablet(CartConnection(hub, send, close, token=token))
    if stream is not None:
        tablet.stream = stream
    return tablet


def on_the_loop(story: Callable[[Hub], Awaitable[None]]) -> None:
    """Run a story on a loop with a hub of its own; what it leaves running ends with it."""

    async def whole() -> None:
        hub = Hub()
        try:
            await story(hub)
        finally:
            for connection in list(hub.connections.values()):
                await connection.leave()
            hub.stop()

    try:
        asyncio.run(whole())
    finally:
        journal.close()
