"""A virtual cart: its scale, what truly lies in it, and the client that speaks for it."""

import asyncio
from collections import Counter
from random import Random
from types import TracebackType
from typing import Self

from carts.client import CartClient, Health, Incoming, RestClient, Scale, Storage

from .camera.scenes import SceneItem
from .pace import Pace
from .physics import LoadCells
from .shelf import Found
from .telling import Silence, Teller, describe

FIRMWARE = "simulated-cart/1.0"
HEALTH_EVERY_S = 60.0


class VirtualCart:
    """Use as `async with`: the stream is open and the scale reads until the end.

    `contents` is the truth; what the server believes is in `client.state`.
    """

    def __init__(
        self,
        label: str,
        *,
        server: str,
        rest: RestClient,
        storage: Storage,
        pace: Pace,
        random: Random,
        teller: Teller | None = None,
        cells: LoadCells | None = None,
    ) -> None:
        self.label = label
        self.rest = rest
        self.pace = pace
        self.random = random
        self.teller: Teller = teller or Silence()
        self.cells = cells or LoadCells(random, offset_g=random.uniform(-3, 3))
        self.contents: list[Found] = []
        self.client = CartClient(
            server=server,
            token=rest.token or "",
            storage=storage,
            scale=Scale(division_g=self.cells.division_g, capacity_g=self.cells.capacity_g, rate_hz=self.cells.rate_hz),
            firmware=FIRMWARE,
            clock=pace.now_ms,
            random=random,
        )
        self.client.listen(self._tell)
        self.client.on_break(lambda behaviour: self.teller.say("cart", behaviour.detail))
        self._tasks: list[asyncio.Task[None]] = []
        self.weighs = True

    async def __aenter__(self) -> Self:
        await self.client.__aenter__()
        self._tasks = [asyncio.create_task(self._read_scale()), asyncio.create_task(self._report_health())]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.__aexit__(kind, value, trace)

    async def put_in(self, item: Found, quantity: int = 1) -> None:
        """Lays pieces into the cart, a hand's move each."""
        for _ in range(quantity):
            self.contents.append(item)
            await self._until(self.cells.place(self.client.now, item.grams))

    async def take_out(self, item: Found, quantity: int = 1) -> None:
        """Lifts pieces out again."""
        for _ in range(quantity):
            self.contents.remove(item)
            await self._until(self.cells.lift(self.client.now, item.grams))

    async def roll(self, seconds: float) -> None:
        """Pushes the cart along for `seconds` of cart time."""
        now = self.client.now
        self.cells.roll(now, now + round(seconds * 1000))
        await self.pace.sleep(seconds)

    def unload(self) -> None:
        """Between trips: the cart is empty again."""
        self.contents.clear()
        self.cells.empty()

    def scene(self) -> list[SceneItem]:
        """The contents as a camera would be told of them."""
        pieces = Counter(item.code for item in self.contents)
        return [SceneItem(code, quantity) for code, quantity in pieces.items()]

    async def _until(self, at: int) -> None:
        await self.pace.sleep((at - self.client.now) / 1000)

    async def _read_scale(self) -> None:
        step = self.cells.step_ms
        due = self.client.now
        while True:
            # A frame's worth at a time: waking for every reading would cost more than it shows.
            await self.pace.sleep(5 * step / 1000)
            while due <= self.client.now:
                if self.weighs:
                    self.client.weigh(self.cells.reading(due), at=due)
                due += step

    async def _report_health(self) -> None:
        battery = self.random.uniform(0.6, 1.0)
        while True:
            await self.pace.sleep(HEALTH_EVERY_S)
            battery = max(0.1, battery - 0.001)
            self.client.report(Health(battery=round(battery, 3), charging=False, temperature_c=21.5))

    def _tell(self, message: Incoming) -> None:
        for sentence in describe(message):
            self.teller.say("server", sentence)
