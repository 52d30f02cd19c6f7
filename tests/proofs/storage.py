"""The disk is full, or the database away: what is acknowledged is on disk, and the carts go on by themselves after."""

import argparse
import asyncio
import random
import sys
from collections.abc import Awaitable, Callable

from tests.benchmarks.stream.server import postgres
from tests.proofs.books import faults, lost
from tests.proofs.cart import Cart
from tests.proofs.crash import shop_on
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, say

CARTS = 6
AWAY_S = 1.5
BACK_S = 5.0
Switch = Callable[[bool], Awaitable[None]]


async def outage(run: Servers, switch: Switch, count: int, seed: int, *, patience: float = 1.0) -> Finding:
    """Takes the storage away `count` times.

    `patience` stretches what is allowed: a test beside others does not judge how fast the machine is.
    """
    chance, found, slowest = random.Random(seed), [], 0.0
    port = await run.start()
    carts = [Cart(token, run.shop.goods, n, port) for n, token in enumerate(run.shop.tokens[:CARTS])]
    work = [asyncio.create_task(cart.run()) for cart in carts]
    shopping = asyncio.create_task(shop_on(carts, chance))
    loop = asyncio.get_running_loop()
    for number in range(count):
        await asyncio.sleep(chance.uniform(0.5, 1.0))
        await switch(True)
        await asyncio.sleep(AWAY_S)
        await switch(False)
        # A full disk may have room in the pages it has: what was acknowledged there must be there.
        missing = lost(run, carts)
        found += [f"outage {number}: {missing} acknowledged events are not on disk"] if missing else []
        back, marks = loop.time(), [cart.acked for cart in carts]
        while any(cart.acked == mark for cart, mark in zip(carts, marks, strict=True)):
            if loop.time() - back > BACK_S * patience:
                found.append(f"outage {number}: not all carts went on within {BACK_S * patience:.0f} s")
                break
            await asyncio.sleep(0.02)
        slowest = max(slowest, loop.time() - back)
    shopping.cancel()
    await asyncio.gather(*(cart.settled() for cart in carts))
    found += faults(run, carts)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, shopping, return_exceptions=True)
    events = sum(cart.acked for cart in carts)
    return Finding(f"{count} outages, {events} events acknowledged, all carts went on within {slowest:.1f} s", found)


async def disk_full(count: int, seed: int, control: bool, *, patience: float = 1.0) -> Finding:
    """SQLite may not grow by a page."""
    with servers(CARTS, sabotage="small_disk,acknowledge_early" if control else "small_disk") as run:
        flag = run.data / "full"

        async def switch(away: bool) -> None:
            flag.touch() if away else flag.unlink()

        return await outage(run, switch, count, seed, patience=patience)


async def database_away(url: str, count: int, seed: int, control: bool) -> Finding:
    """PostgreSQL ends all connections and lets none in."""
    import psycopg

    name, server = url.rsplit("/", 1)[1], url.rsplit("/", 1)[0] + "/postgres"

    async def switch(away: bool) -> None:
        async with await psycopg.AsyncConnection.connect(server, autocommit=True) as admin:
            allowed = "false" if away else "true"
            await admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")
            if away:
                await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    with servers(CARTS, database=url, sabotage="acknowledge_early" if control else "") as run:
        return await outage(run, switch, count, seed)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.storage")
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--control", action="store_true", help="acknowledge before the commit; succeeds if that is noticed"
    )
    options = parser.parse_args()
    findings = {"disk full": asyncio.run(disk_full(options.count, options.seed, options.control))}
    with postgres() as url:
        if url is None:
            say("no PostgreSQL answers at TEST_DATABASE_URL: only the full disk was tried")
        else:
            away = database_away(url, options.count, options.seed, options.control)
            findings["database away"] = asyncio.run(away)
    for name, finding in findings.items():
        say(f"{name}: seed {options.seed}: {finding.figure}")
        for fault in finding.faults[:5]:
            say(f"  - {fault}")
    good = all(bool(finding.faults) == options.control for finding in findings.values())
    say(("control noticed" if good else "control NOT noticed") if options.control else ("holds" if good else "FAILED"))
    return not good


if __name__ == "__main__":
    sys.exit(main())
