"""Carts at a human pace on one server core: how soon a scan is acknowledged, what the core and the memory bear."""

import asyncio
import contextlib
import os
from pathlib import Path

from tests.benchmarks.stream.frames import OURS, senders_for
from tests.benchmarks.stream.load import Sender, percentile
from tests.benchmarks.stream.server import Running, environment, fill, folder, postgres, serving, shop_for
from tests.benchmarks.stream.world import Shop

BLOCKED = "tests.benchmarks.stream.peers:blocked"
SLICES = 50
LINES = 30


async def opened(running: Running, shop: Shop, carts: int) -> list[Sender]:
    """So many carts, each on a trip."""
    senders = senders_for(shop, carts)
    for start in range(0, carts, 50):
        group = senders[start : start + 50]
        await asyncio.gather(*(sender.open(running.port) for sender in group))
        await asyncio.gather(*(sender.begin() for sender in group))
    for sender in senders:
        sender.latencies.clear()
    return senders


async def walked(senders: list[Sender], seconds: float) -> float:
    """Two frames a second each and a scan every 10 s, spread evenly; the load's own worst delay in seconds."""
    loop = asyncio.get_running_loop()
    began, late = loop.time(), 0.0
    for tick in range(int(seconds * 2)):
        for part in range(SLICES):
            for number in range(part, len(senders), SLICES):
                senders[number].weigh()
                if (tick + number // SLICES) % 20 == 0:
                    senders[number].scan()
            due = began + tick / 2 + (part + 1) / (2 * SLICES)
            late = max(late, loop.time() - due)
            await asyncio.sleep(max(0.0, due - loop.time()))
    return late


def come_first(*processes: int) -> None:
    """Real-time priority, where we may: then other work on the machine does not count."""
    with contextlib.suppress(OSError):
        for process in processes:
            for thread in Path(f"/proc/{process}/task").iterdir():
                os.sched_setscheduler(int(thread.name), os.SCHED_RR, os.sched_param(5))


async def _pace(running: Running, shop: Shop, carts: int, seconds: float) -> None:
    senders = await opened(running, shop, carts)
    await asyncio.sleep(3)
    come_first(running.process.pid, os.getpid())
    loop = asyncio.get_running_loop()
    cpu, began = running.cpu_s(), loop.time()
    late = await walked(senders, seconds)
    share = (running.cpu_s() - cpu) / (loop.time() - began)
    async with asyncio.timeout(30):
        for sender in senders:
            await sender.settled()
    times = [value * 1000 for sender in senders for value in sender.latencies]
    alive = sum(sender.closed is None for sender in senders)
    print(
        f"| {carts:,} ({alive:,} stayed) | {len(times)}"
        f" | {percentile(times, 0.5):.1f} ms | {percentile(times, 0.99):.1f} ms"
        f" | {share:.0%} | {late * 1000:.0f} ms | {os.getloadavg()[0]:.1f} |", flush=True)  # fmt: skip


def pace(counts: list[int], seconds: float) -> None:
    print("\n| carts on one core | scans | to ack p50 | p99 (must 50 ms) | core used | load late by | load average |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for carts in counts:
        with folder() as data:
            shop = shop_for(data, carts, 1000)
            with serving(OURS, data) as running:
                asyncio.run(asyncio.wait_for(_pace(running, shop, carts, seconds), 300 + seconds))


async def _held(running: Running, shop: Shop, seconds: float) -> None:
    senders = await opened(running, shop, 50)

    async def hold() -> None:
        while True:
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(b"GET /hold HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            await reader.read()
            writer.close()

    holding = asyncio.create_task(hold())
    await walked(senders, seconds)
    for sender in senders:
        await sender.settled()
    holding.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await holding
    times = [value * 1000 for sender in senders for value in sender.latencies]
    print(f"\nscan to ack while another request holds the ORM's thread for 1 s, {len(times)} scans:"
          f" p50 {percentile(times, 0.5):.1f} ms, p99 {percentile(times, 0.99):.1f} ms (must 20, aim 5)")  # fmt: skip


def held(seconds: float) -> None:
    with folder() as data:
        shop = shop_for(data, 50, 500)
        with serving(BLOCKED, data) as running:
            asyncio.run(asyncio.wait_for(_held(running, shop, seconds), 60 + seconds))


async def _filled(running: Running, shop: Shop, senders: list[Sender]) -> None:
    """Each of these carts opens a trip, and scans and places so many things."""
    for start in range(0, len(senders), 50):
        group = senders[start : start + 50]
        await asyncio.gather(*(sender.open(running.port) for sender in group))
        await asyncio.gather(*(sender.begin() for sender in group))
    for number in range(LINES * 4):
        for at, sender in enumerate(senders):
            if number % 4 == 0:
                sender.scan()
            sender.weigh()
            if at % 20 == 0:
                await asyncio.sleep(0)
        for sender in senders:
            await sender.settled()


async def _memory(running: Running, shop: Shop, carts: int, kind: str) -> None:
    """What the second half adds: modules and the catalogue are there after the first."""
    senders = senders_for(shop, 2 * carts)
    await _filled(running, shop, senders[:carts])
    before = running.rss_kb()
    await _filled(running, shop, senders[carts:])
    grown = running.rss_kb() - before
    print(f"\nmemory of a connected cart with engine and {LINES} scanned lines, {carts} carts beside {carts}, {kind}:"
          f" {grown / carts:.0f} KB (must 80 KB, aim 40 KB)", flush=True)  # fmt: skip


def memory(carts: int) -> None:
    """Each database in turn: beside the carts SQLite's page cache grows in the process, PostgreSQL's does not."""
    with postgres() as url, folder() as data:
        if url is not None:
            shop = fill(environment(data, url), 2 * carts, 1000)
            with serving(OURS, data, database=url) as running:
                asyncio.run(asyncio.wait_for(_memory(running, shop, carts, "PostgreSQL"), 300))
    with folder() as data:
        shop = shop_for(data, 2 * carts, 1000)
        with serving(OURS, data) as running:
            asyncio.run(asyncio.wait_for(_memory(running, shop, carts, "SQLite and its page cache"), 300))
