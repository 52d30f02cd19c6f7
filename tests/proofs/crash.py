"""kill -9 of the server at random points under load: nothing acknowledged is lost, nothing is there twice."""

import asyncio
import random
import signal

from tests.proofs.books import faults, lost
from tests.proofs.cart import Cart
from tests.proofs.servers import servers
from tests.proofs.telling import Finding, command

CARTS = 12
WORLDS = 5  # servers, each with a database of its own, that are killed at the same time


async def crash(count: int, seed: int, control: bool) -> Finding:
    """`count` kills in all; the carts go on shopping all the while."""
    shares = [count // WORLDS + (number < count % WORLDS) for number in range(WORLDS)]
    worlds = [World(random.Random(seed * 1000 + number), control) for number in range(WORLDS)]
    await asyncio.gather(*(world.live(kills) for world, kills in zip(worlds, shares, strict=True) if kills))
    missing = sum(world.missing for world in worlds)
    found = [f"{missing} acknowledged events were not on disk after a kill"] if missing else []
    found += [fault for world in worlds for fault in world.found]
    carts = [cart for world in worlds for cart in world.carts]
    events, broken = sum(cart.acked for cart in carts), sum(len(cart.codes) for cart in carts)
    return Finding(f"{count} kills, {events} events acknowledged over {broken} breaks, {missing} lost", found)


class World:
    """A server that is killed again and again, and its carts."""

    def __init__(self, chance: random.Random, control: bool) -> None:
        self.chance, self.control = chance, control
        self.carts: list[Cart] = []
        self.missing = 0
        self.found: list[str] = []

    async def live(self, kills: int) -> None:
        """Kill so often, then let everybody finish, and read the books."""
        with servers(CARTS, sabotage="slow_disk,acknowledge_early" if self.control else "slow_disk") as run:
            port = await run.start()
            carts = [Cart(token, run.shop.goods, n, port) for n, token in enumerate(run.shop.tokens[:CARTS])]
            self.carts = carts
            work = [asyncio.create_task(cart.run()) for cart in carts]
            shopping = asyncio.create_task(shop_on(carts, self.chance))
            for _ in range(kills):
                await self._busy()
                await run.stop(port, signal.SIGKILL)
                self.missing += await asyncio.to_thread(lost, run, carts)
                await run.start(port)
            shopping.cancel()
            wait_s = 5 if self.control else 300
            stuck = await asyncio.gather(*(cart.settled(wait_s) for cart in carts), return_exceptions=True)
            self.found = faults(run, carts)
            if not self.control:  # there only a loss counts as noticed
                ends = zip(carts, stuck, strict=True)
                self.found += [f"{cart.name} is stuck, closes {cart.codes[-3:]}" for cart, end in ends if end]
            for task in work:
                task.cancel()
            await asyncio.gather(*work, shopping, return_exceptions=True)

    async def _busy(self) -> None:
        """Until somebody hears of a commit, and then for some chance part of the next ones."""
        marks = [cart.acked for cart in self.carts]
        async with asyncio.timeout(300):
            while all(cart.acked == mark for cart, mark in zip(self.carts, marks, strict=True)):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.sleep(self.chance.uniform(0, 0.5))


async def shop_on(carts: list[Cart], chance: random.Random) -> None:
    """Everybody does something about five times a second, as long as the storage is not too full."""
    while True:
        for cart in carts:
            if len(cart.events) - cart.acked < 100:
                cart.shop()
                cart.weigh()
                cart.news.set()
        await asyncio.sleep(chance.uniform(0.05, 0.35))


if __name__ == "__main__":
    command("crash", crash, few=20)
