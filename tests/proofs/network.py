"""Sessions over a line that drops, repeats, reorders, delays and cuts: the server holds what the carts sent."""

import asyncio
import random
import struct
from collections.abc import Callable

from tests.benchmarks.stream.wire import Wire
from tests.proofs.books import faults
from tests.proofs.cart import Cart
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, command

AT_ONCE = 24
ROUND = 1000
EVENTS = 12


class BadLine:
    """Between a cart and its socket, both ways. What it does is drawn from the session's seed; `tally` counts it."""

    def __init__(self, wire: Wire, chance: random.Random, tally: dict[str, int]) -> None:
        self.wire, self.chance, self.tally = wire, chance, tally
        self.held: bytes | None = None
        self.deliver: Callable[[bytes], None] = wire.heard
        wire.heard = self.hear

    def send(self, payload: bytes) -> None:
        """From the cart; a hello gets through, or there would be no session to speak of."""
        if b'"hello"' in payload:
            self.wire.send(payload)
            return
        draw = self.chance.random()
        if draw < 0.08:
            self._count("dropped")
        elif draw < 0.16:
            self._count("repeated")
            self.wire.send(payload)
            self._pass_on(payload)
        elif draw < 0.26 and self.held is None:
            self._count("reordered")
            self.held = payload
        elif draw < 0.36:
            self._count("delayed")
            asyncio.get_running_loop().call_later(self.chance.uniform(0, 0.03), self._late, payload)
        elif draw < 0.39:
            self._cut(payload)
        else:
            self._pass_on(payload)

    def hear(self, text: bytes) -> None:
        """From the server; acknowledgements are lost and repeated, too."""
        draw = self.chance.random()
        if draw < 0.06 and b'"welcome"' not in text[:40]:
            self._count("dropped")
            return
        if draw > 0.94:
            self._count("repeated")
            self.deliver(text)
        self.deliver(text)

    def _pass_on(self, payload: bytes) -> None:
        self.wire.send(payload)
        if self.held is not None:
            held, self.held = self.held, None
            self.wire.send(held)

    def _late(self, payload: bytes) -> None:
        if not self.wire.transport.is_closing():
            self.wire.send(payload)

    def _cut(self, payload: bytes) -> None:
        """The line breaks in the middle of a frame."""
        self._count("cut")
        self.wire.transport.write(
            struct.pack("!BBH", 0x81, 0xFE, len(payload)) + b"\0\0\0\0" + payload[: len(payload) // 2]
        )
        asyncio.get_running_loop().call_later(0.001, self.wire.drop)

    def _count(self, what: str) -> None:
        self.tally[what] = self.tally.get(what, 0) + 1


async def network(count: int, seed: int, control: bool) -> Finding:
    """`count` sessions, each a cart with a trip of its own; a thousand to a server and a database."""
    tally: dict[str, int] = {}
    found: list[str] = []
    events = breaks = 0
    for first in range(0, count, ROUND):
        numbers = range(first, min(first + ROUND, count))
        with servers(len(numbers), sabotage="no_order" if control else "") as run:
            carts = await _round(run, numbers, seed, control, tally)
            found += faults(run, carts)
        events += sum(cart.acked for cart in carts)
        breaks += sum(len(cart.codes) for cart in carts)
    did = ", ".join(f"{value} {name}" for name, value in sorted(tally.items()))
    return Finding(f"{count} sessions, {events} events, {breaks} breaks; {did}", found)


async def _round(run: Servers, numbers: range, seed: int, control: bool, tally: dict[str, int]) -> list[Cart]:
    port = await run.start()
    gate = asyncio.Semaphore(AT_ONCE)
    carts: list[Cart] = []

    async def session(number: int) -> None:
        async with gate:
            cart = Cart(run.shop.tokens[number - numbers.start], run.shop.goods, seed * 1_000_000 + number, port)
            chance = random.Random(cart.random.random())
            cart.bend = lambda wire: BadLine(wire, chance, tally)
            carts.append(cart)
            await _session(cart, chance, 3 if control else 300)

    await asyncio.gather(*(session(number) for number in numbers))
    return carts


async def _session(cart: Cart, chance: random.Random, seconds: float) -> None:
    work = asyncio.create_task(cart.run())
    try:
        for _ in range(EVENTS):
            cart.shop()
            cart.weigh()
            cart.news.set()
            await asyncio.sleep(chance.uniform(0, 0.02))
        await cart.settled(seconds)
    except TimeoutError:
        cart.faults.append(f"stuck at {cart.acked} of {len(cart.events)}, closes {cart.codes[-5:]}")
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


if __name__ == "__main__":
    command("network", network, few=300)
