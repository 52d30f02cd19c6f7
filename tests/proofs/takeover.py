"""Two connections of one cart race, in one server or two: the newer wins, the older takes no effect any more."""

import argparse
import asyncio
import random
import sys

from tests.benchmarks.stream.server import postgres
from tests.proofs.books import journal
from tests.proofs.cart import Cart
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, say

AT_ONCE = 16


class Rival(Cart):
    """A cart, or the twin that somebody made of it. It never comes back by itself."""

    welcomed = 0
    patience_s = 60.0  # who gives up by itself was not superseded

    def hear(self, text: bytes) -> None:
        super().hear(text)
        if text.startswith(b'{"type":"welcome"'):
            self.welcomed = self.acked

    async def once(self) -> None:
        self.comes_back = False
        work = asyncio.create_task(self.run())
        try:
            async with asyncio.timeout(60):
                while not self.codes:
                    self.shop()
                    self.news.set()
                    await asyncio.sleep(self.random.uniform(0, 0.006))
                    if len(self.events) - self.acked > 30:
                        await asyncio.sleep(0.02)
        except TimeoutError:
            self.faults.append("was never closed")
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)


async def race(run: Servers, ports: list[int], number: int, seed: int) -> list[str]:
    """One race; what went against the promise."""
    chance = random.Random(seed * 1_000_000 + number)
    token = run.shop.tokens[number]
    older = Rival(token, run.shop.goods, number, chance.choice(ports))
    first = asyncio.create_task(older.once())
    await asyncio.sleep(chance.uniform(0.05, 0.3))
    newer = Rival(token, run.shop.goods, number + 500_000, chance.choice(ports))
    newer.stream, newer.events, newer.at = older.stream, list(older.events), older.at
    second = asyncio.create_task(newer.once())
    # What the twin was not given it makes up by itself: from here on the two tell different stories.
    await asyncio.wait({first, second}, return_when=asyncio.FIRST_COMPLETED)
    # On a busy machine the one that was started first may be welcomed second: then nobody ever closes it.
    left, its_work = (newer, second) if first.done() else (older, first)
    async with asyncio.timeout(60):
        while not left.open and not its_work.done():  # noqa: ASYNC110  one of two things, seldom waited for
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    left.codes.append(0)
    await asyncio.gather(first, second)
    return _judge(run, older, newer)


def _judge(run: Servers, older: Rival, newer: Rival) -> list[str]:
    found = [*older.faults, *newer.faults]
    rows = journal(run, older.stream).get(older.stream, [])
    if older.epoch >= newer.epoch > 0:  # the one that was started second was welcomed first
        older, newer = newer, older
    if newer.epoch == 0:
        found.append("the newer was never let in")
    if 4409 not in older.codes:
        found.append(f"the older was closed with {older.codes}")
    if older.acked > newer.welcomed:
        found.append(f"the older was told {older.acked} after the newer took over at {newer.welcomed}")
    late = [row[0] for row in rows if row[5] == older.epoch and row[0] > newer.welcomed]
    if late:
        found.append(f"of the older, seqs {late} took effect after {newer.welcomed}")
    if [row[0] for row in rows] != list(range(1, len(rows) + 1)):
        found.append("the journal has holes")
    return found


async def takeover(count: int, seed: int, control: bool, database: str = "") -> Finding:
    """`count` races on two servers that share a database."""
    found: list[str] = []
    with servers(count, sabotage="no_fence" if control else "", database=database) as run:
        ports = [await run.start(), await run.start()]
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                found.extend(f"race {number}: {fault}" for fault in await race(run, ports, number, seed))

        await asyncio.gather(*(one(number) for number in range(count)))
    return Finding(f"{count} races on {'PostgreSQL' if database else 'SQLite'}, {len(found)} faults", found)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.takeover")
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="take the fence away; succeeds if that is noticed")
    options = parser.parse_args()
    findings = [asyncio.run(takeover(options.count, options.seed, options.control))]
    with postgres() as url:
        if url is None:
            say("no PostgreSQL answers at TEST_DATABASE_URL: only SQLite was tried")
        else:
            findings.append(asyncio.run(takeover(options.count, options.seed, options.control, url)))
    for finding in findings:
        say(f"takeover: seed {options.seed}: {finding.figure}")
        for fault in finding.faults[:5]:
            say(f"  - {fault}")
    noticed = [bool(finding.faults) for finding in findings]
    good = all(noticed) if options.control else not any(noticed)
    say(("control noticed" if good else "control NOT noticed") if options.control else ("holds" if good else "FAILED"))
    return not good


if __name__ == "__main__":
    sys.exit(main())
