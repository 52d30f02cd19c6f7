"""Who is gone is found: half-open connections within 10 s, revoked devices within 5 s."""

import asyncio
import contextlib
import random
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.proofs.cart import Cart
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, command

HALF_OPEN_S, REVOKED_S = 10.0, 5.0
SLACK_S = 0.5  # the observer's own: it asks every few milliseconds, and shares the machine
PATIENCE_S = 30.0
AT_ONCE = 50


@dataclass
class Swallower:
    """A line that from one moment on takes everything and passes nothing on; both ends stay open."""

    port: int
    silent: bool = False
    opened: int = 0
    ended: list[float] = field(default_factory=list)  # when the server gave up, in the loop's seconds

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.opened += 1
        ways = [
            asyncio.create_task(self._pass(reader, far_writer)),
            asyncio.create_task(self._back(far_reader, writer)),
        ]
        try:
            await ways[1]
        finally:
            ways[0].cancel()
            far_writer.close()
            writer.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            if not self.silent:
                writer.write(data)

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if not self.silent:
                    writer.write(data)
        self.ended.append(asyncio.get_running_loop().time())


async def silence(count: int, seed: int, control: bool, *, measured: bool = True) -> Finding:
    """`count` carts fall silent at a moment of their own, then `count` devices are revoked. Without `measured` it is
    enough that they are found at all."""
    found: list[str] = []
    with servers(count * 2, sabotage="no_pings,no_poll" if control else "") as run:
        port = await run.start()
        chance = random.Random(seed)
        silent = await _half_open(run, port, count, chance, control)
        revoked = await _revoked(run, port, count, chance, control)
    for name, seconds, most in (("silent", silent, HALF_OPEN_S), ("revoked", revoked, REVOKED_S)):
        limit = most + SLACK_S if measured else PATIENCE_S - 1
        late = [wait for wait in seconds if wait > limit]
        if late:
            found.append(f"{len(late)} {name} carts were not found within {limit:.1f} s")
    return Finding(
        f"{count} half-open connections found within {max(silent):.1f} s, "
        f"{count} revoked devices off within {max(revoked):.1f} s",
        found,
    )


async def _half_open(run: Servers, port: int, count: int, chance: random.Random, control: bool) -> list[float]:
    """For each cart the seconds until the server closed its end."""
    gate = asyncio.Semaphore(AT_ONCE)
    patience = 12.0 if control else PATIENCE_S

    async def one(number: int) -> float:
        line = Swallower(port)
        async with gate, await asyncio.start_server(line.serve, "127.0.0.1", 0) as proxy:
            cart = Cart(run.shop.tokens[number], run.shop.goods, number, proxy.sockets[0].getsockname()[1])
            work = asyncio.create_task(cart.run())
            cart.shop()
            await cart.settled(300)
            await asyncio.sleep(chance.uniform(0, 5))
            line.silent, began = True, asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(patience):
                    while not line.ended:  # noqa: ASYNC110  the proxy's streams have no event for it
                        await asyncio.sleep(0.02)
                return line.ended[0] - began
            except TimeoutError:
                return patience
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)

    return await asyncio.gather(*(one(number) for number in range(count)))


async def _revoked(run: Servers, port: int, count: int, chance: random.Random, control: bool) -> list[float]:
    """For each device the seconds from the revocation in the database to its 4401. Nobody nudges the server."""
    patience = 12.0 if control else PATIENCE_S
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> float:
        async with gate:
            cart = Cart(run.shop.tokens[number], run.shop.goods, number, port)
            cart.comes_back = False
            work = asyncio.create_task(cart.run())
            cart.shop()
            await cart.settled(300)
            await asyncio.sleep(chance.uniform(0, 4))
            await asyncio.to_thread(_revoke, run, run.shop.carts[number])
            began = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(patience):
                    await asyncio.shield(work)
            except TimeoutError:
                return patience
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
            return asyncio.get_running_loop().time() - began if 4401 in cart.codes else patience

    return await asyncio.gather(*(one(number) for number in range(count, 2 * count)))


def _revoke(run: Servers, cart_id: str) -> None:
    now = str(datetime.now(UTC).replace(tzinfo=None))
    with contextlib.closing(sqlite3.connect(run.data / "store.sqlite3", timeout=20)) as file, file:
        file.execute("UPDATE carts_device SET revoked_at = ? WHERE cart_id = ?", (now, cart_id.replace("-", "")))


if __name__ == "__main__":
    command("silence", silence, few=100)
