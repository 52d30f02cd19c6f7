"""SIGTERM under load: every connection hears 1012, everything acknowledged is on disk, and the carts come back.

Every second stop is under a flood: the carts send as fast as their windows allow, so that frames lie unread when the
signal comes. A few carts run the client that cart makers embed; they must not all come back at once.
"""

import asyncio
import contextlib
import random
import signal
import tempfile
from pathlib import Path

from carts.client import CartClient, Scale, Storage
from tests.proofs.books import faults, lost
from tests.proofs.cart import Cart
from tests.proofs.crash import shop_on
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, command

CARTS, CLIENTS = 16, 6
SCALE = Scale(division_g=1.0, capacity_g=40_000.0, rate_hz=10.0)
LONGEST_S = 10.0  # of a stop: what orchestrators grant before they kill
PATIENCE_S = 240.0
SPREAD_S = 0.1  # at least, between the first and the last client that comes back


class Returner:
    """A cart with the real client; `back` is when its last connection was made."""

    def __init__(self, token: str, port: int, path: Path, chance: random.Random) -> None:
        self.client = CartClient(
            server=f"http://127.0.0.1:{port}", token=token, storage=Storage(path), scale=SCALE, random=chance
        )
        self.back = 0.0
        self.restarts = 0
        self.client.listen(self._hear)
        self.client.on_break(self._break)

    def _hear(self, message: object) -> None:
        if type(message).__name__ == "Welcome":
            self.back = asyncio.get_running_loop().time()

    def _break(self, behaviour: object) -> None:
        self.restarts += getattr(behaviour, "code", "") == "restart"


async def drain(count: int, seed: int, control: bool, *, measured: bool = True) -> Finding:
    """`count` stops and starts. Without `measured` nothing that depends on speed is judged."""
    chance, found, slowest, spreads, loop = random.Random(seed), [], 0.0, [], asyncio.get_running_loop()
    with servers(CARTS + CLIENTS, sabotage="slow_disk,hasty_end" if control else "slow_disk") as run:
        port = await run.start()
        carts = [Cart(token, run.shop.goods, n, port) for n, token in enumerate(run.shop.tokens[:CARTS])]
        for cart in carts:
            cart.patience_s = 60.0  # a cart that gave up by itself would hear nothing
        work = [asyncio.create_task(cart.run()) for cart in carts]
        async with contextlib.AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            returners = []
            for number, token in enumerate(run.shop.tokens[CARTS : CARTS + CLIENTS]):
                returner = Returner(token, port, folder / f"{number}.sqlite3", random.Random(seed * 100 + number))
                returners.append(returner)
                await stack.enter_async_context(returner.client)
            for number in range(count):
                load = asyncio.create_task(rush_on(carts) if number % 2 else shop_on(carts, chance))
                await _all_open(carts, returners)
                await asyncio.sleep(chance.uniform(0.3, 1.0))
                for cart in carts:
                    cart.codes.clear()
                before = [returner.restarts for returner in returners]
                began = loop.time()
                await run.stop(port, signal.SIGTERM)
                load.cancel()
                slowest = max(slowest, loop.time() - began)
                found += [f"stop {number}: {fault}" for fault in _heard(run, carts, returners, before)]
                await run.start(port)
                await _all_open(carts, returners)
                spreads.append(max(r.back for r in returners) - min(r.back for r in returners))
        stuck = await asyncio.gather(*(cart.settled(5 if control else 90) for cart in carts), return_exceptions=True)
        found += faults(run, carts)
        found += [f"{cart.name} is stuck" for cart, end in zip(carts, stuck, strict=True) if end is not None]
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        events = sum(cart.acked for cart in carts)
        if measured and min(spreads) < SPREAD_S:
            found.append(f"the clients came back within {min(spreads):.2f} s of each other")
        if measured and slowest > LONGEST_S:
            found.append(f"a stop took {slowest:.1f} s")
        return Finding(
            f"{count} stops, half of them under a flood, of at most {slowest:.1f} s; {events} events acknowledged; "
            f"the clients came back spread over {min(spreads):.1f} to {max(spreads):.1f} s",
            found,
        )


async def _all_open(carts: list[Cart], returners: list[Returner]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not all(c.open for c in carts) or not all(r.client.connected for r in returners):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    except TimeoutError:
        away = [f"{cart.name} {cart.codes[-5:]}" for cart in carts if not cart.open]
        away += [f"client {number}" for number, r in enumerate(returners) if not r.client.connected]
        raise TimeoutError(f"not back within {PATIENCE_S:.0f} s: {away}") from None


def _heard(run: Servers, carts: list[Cart], returners: list[Returner], before: list[int]) -> list[str]:
    first = [cart.codes[0] if cart.codes else None for cart in carts]
    found = [f"the carts heard {first}"] if set(first) != {1012} else []
    deaf = sum(returner.restarts == known for returner, known in zip(returners, before, strict=True))
    found += [f"{deaf} clients were not told that the server restarts"] if deaf else []
    missing = lost(run, carts)
    return [*found, f"{missing} acknowledged events were not on disk"] if missing else found


async def rush_on(carts: list[Cart]) -> None:
    """Everybody sends all that the window lets pass, and a hundred times a second readings."""
    while True:
        for cart in carts:
            while len(cart.events) - cart.acked < 100:
                cart.shop()
            cart.weigh()
            cart.news.set()
        await asyncio.sleep(0.01)


if __name__ == "__main__":
    command("drain", drain, few=6)
