"""What it costs another server to take over a trip of two hours: hello to welcome, with all that is rebuilt.

The trip has 60 items; then 40 events come within seconds, so that next to no snapshot could be shorter of them. The
server that had it is lost without a word. The other one has the store's catalogue loaded. SQLite, or DATABASE_URL.

    python -m tests.benchmarks.takeover [--times 20]
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from typing import Any

ITEMS, HOURS, LATE = 60, 2.0, 20


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.takeover", description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory(prefix="takeover-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "ALLOWED_HOSTS": "testserver"}
        os.environ["SECRET_KEY"] = "a secret of the benchmarks, long enough"
        measure(times)


def measure(times: int) -> None:
    """Print the trip's size, and medians and worst of so many takeovers."""
    import django

    django.setup()
    from django.core.management import call_command

    from tests.benchmarks.growth import Shopping
    from tests.carts.live.cast import on_the_loop

    call_command("migrate", verbosity=0)
    shopping = Shopping()

    async def story(hub: Any) -> None:
        await shopping.open(hub)
        await shop(shopping)
        entries, tail = await asyncio.to_thread(sizes)
        found = [await take_over(hub, shopping) for _ in range(times)]
        wall, cpu = ([1000 * values[place] for values in found] for place in (0, 1))
        print(
            f"a trip of {shopping.tablet.at / 60_000:.0f} minutes, {entries} entries, {tail} of them after its snapshot"
        )
        print(f"taken over {times} times, hello to welcome: median {statistics.median(wall):.1f} ms,"
              f" worst {max(wall):.1f} ms; CPU {statistics.median(cpu):.1f} ms (must 50 ms);"
              f" load average {os.getloadavg()[0]:.1f}")  # fmt: skip

    on_the_loop(story)


async def shop(shopping: Any) -> None:
    """Two hours, then a hasty end: everything of it comes after the last snapshot by time."""
    tablet = shopping.tablet
    await shopping.stand(5)
    await tablet.event("start")
    for code, grams in shopping.goods[:ITEMS]:
        walk = HOURS * 3600 / ITEMS - 12
        shopping.cells.roll(tablet.at, tablet.at + int(walk * 1000))
        await shopping.stand(walk + 3)
        await tablet.event("scan", code=code, source="scanner")
        await shopping.stand(2)
        shopping.cells.place(tablet.at, grams)
        await shopping.stand(5)
    for _ in range(LATE):
        await tablet.event("scan", code=shopping.goods[0][0], source="scanner")
        await tablet.event("remove", code=shopping.goods[0][0])


def sizes() -> tuple[int, int]:
    """The trip's journal entries, and those that a rebuilt engine is told one by one."""
    from django.db import connection

    from carts.live.rebuild import SPOKEN
    from carts.models import JournalEntry, Snapshot

    tail = JournalEntry.objects.filter(SPOKEN, id__gt=Snapshot.objects.get().after_id).count()
    found = JournalEntry.objects.count(), tail
    connection.close()
    return found


async def take_over(hub: Any, shopping: Any) -> tuple[float, float]:
    """Seconds of time and of this process's CPU from hello to welcome at another server."""
    from carts.live.hub import Hub
    from tests.carts.live.cast import open_tablet

    other = Hub()
    other.contexts = hub.contexts
    back = open_tablet(other, shopping.shop.token, stream=shopping.tablet.stream)
    began, cpu = time.perf_counter(), time.process_time()
    welcome = await back.hello()
    took = time.perf_counter() - began, time.process_time() - cpu
    assert welcome is not None
    assert len(welcome["basket"]["lines"]) == ITEMS
    back.connection.clean = False  # lost, too: what it had is not kept
    await back.connection.leave()
    other.stop()
    return took


if __name__ == "__main__":
    main()
