"""What a trip leaves in the database: rows and bytes a table, on SQLite and, with DATABASE_URL, on PostgreSQL.

A trip here is 15 items in about 20 minutes, two frames with five readings each a second from simulated load cells,
sealed, checked out and paid. Sizes hold indexes and what updates leave behind, as they are found at the end of the run.

    python -m tests.benchmarks.growth [--trips 20]
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

ITEMS = 15
ROOT = Path(__file__).parents[2]
Sizes = dict[str, tuple[int, int]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--trips", type=int, default=20)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        measure(options.trips)
        return 0
    code = _in_process(options.trips, "")
    url = os.environ.get("DATABASE_URL") or os.environ.get("TEST_DATABASE_URL")
    if not url:
        print("\nPostgreSQL: not measured; set DATABASE_URL to a server where a database may be made")
        return code
    from deploy.production_like import own_database

    with own_database(url, f"growth_{os.getpid()}") as database:
        return code or _in_process(options.trips, database)


def _in_process(trips: int, database: str) -> int:
    """Django's settings are read once a process, so each database has its own."""
    with tempfile.TemporaryDirectory(prefix="growth-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "BROKER_URL"}}
        environment |= {"DATA_DIR": folder, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment |= {"SECRET_KEY": "a secret of the benchmarks, long enough", "ALLOWED_HOSTS": "testserver"}
        command = [sys.executable, "-m", "tests.benchmarks.growth", "--inside", "--trips", str(trips)]
        return subprocess.call(command, cwd=ROOT, env=environment)


def measure(trips: int) -> None:
    """Print what each of `trips` trips has added, beyond a first one that is not counted."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from tests.carts.live.cast import on_the_loop

    call_command("migrate", verbosity=0)
    shopping = Shopping()
    sizes: list[Sizes] = []

    async def story(hub: Any) -> None:
        await shopping.open(hub)
        await shopping.trip()
        sizes.append(await asyncio.to_thread(table_sizes))
        for _ in range(trips):
            await shopping.trip()
        sizes.append(await asyncio.to_thread(table_sizes))

    on_the_loop(story)
    minutes = shopping.minutes / (trips + 1)
    print(f"\n{connection.vendor}: {trips} trips of {ITEMS} items and {minutes:.0f} minutes; for each trip")
    report(sizes[0], sizes[1], trips)
    archive()


class Shopping:
    """Ana, who buys 15 things, pays, and comes again; time is the cart's own and costs nothing."""

    def __init__(self) -> None:
        from carts.simulator.physics import LoadCells
        from tests.carts.live.cast import make_shop
        from tests.inventory.world import make_product

        self.random = Random(7)
        self.cells = LoadCells(self.random)
        self.shop = make_shop()
        self.shop.store.policy = {"checkout": {"audit_share": 0.0}}
        self.shop.store.save()
        self.goods: list[tuple[str, float]] = []
        for number in range(60):
            code, grams = f"2{number:06d}", 120.0 + 23 * number
            made = make_product(
                self.shop.store, f"Article {number}", code, net_weight_g=grams - 10, gross_weight_g=grams
            )
            self.goods.append((made.code, grams))
        self.minutes = 0.0

    async def open(self, hub: Any) -> None:
        from tests.carts.live.cast import open_tablet

        self.tablet = open_tablet(hub, self.shop.token)
        await self.tablet.hello()

    async def trip(self) -> None:
        """From the cart park to the receipt."""
        tablet, before = self.tablet, self.tablet.at
        await self.stand(5)
        started = await tablet.event("start")
        for code, grams in self.random.sample(self.goods, ITEMS):
            walk = self.random.uniform(40, 90)
            self.cells.roll(tablet.at, tablet.at + int(walk * 1000))
            await self.stand(walk + 3)
            result = await tablet.event("scan", code=code, source="scanner")
            assert result["outcome"] == "added", result
            await self.stand(2)
            self.cells.place(tablet.at, grams)
            await self.stand(5)
        sealed = await tablet.event("seal")
        assert sealed["detail"]["outcome"] == "clear", sealed
        await asyncio.to_thread(pay, started["detail"]["trip"], self.shop.cart.pk)
        tablet.connection.look()
        await tablet.until(lambda: tablet.of("trip")[-1]["state"] == "paid", 30)
        self.cells.empty()
        self.minutes += (tablet.at - before) / 60_000

    async def stand(self, seconds: float) -> None:
        """The scale reads for so long: two frames a second."""
        for _ in range(int(seconds * 2)):
            at = self.tablet.at
            grams = [self.cells.reading(at + 100 * place) for place in range(5)]
            await self.tablet.say({"type": "weight", "at": at, "step": 100, "grams": grams})
            self.tablet.at += 500


def pay(trip_id: Any, cart_id: Any) -> None:
    """Checkout, payment, receipt, and what leaves after it."""
    from django.db import connection
    from django.utils import timezone

    from checkout.services.advancing import payment_advance
    from checkout.services.checkouts import checkout_open
    from checkout.services.outbox import outbox_deliver
    from checkout.services.payments import payment_start

    now = timezone.now()
    checkout, _ = checkout_open(trip_id=trip_id, cart_id=cart_id, now=now)
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=str(trip_id), now=now)
    payment_advance(attempt_id=attempt.id, now=now)
    while outbox_deliver(now=timezone.now()):
        pass
    connection.close()


def table_sizes() -> Sizes:
    """Rows and bytes of every table with its indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s JOIN sqlite_master m ON m.name = s.name GROUP BY 1"
            )
        else:
            cursor.execute("SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r'")
        sizes = dict(cursor.fetchall())
        found: Sizes = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = (cursor.fetchone()[0], int(sizes.get(table, 0)))
    connection.close()
    return found


def report(before: Sizes, after: Sizes, trips: int) -> None:
    print(f"  {'table':<28}{'rows':>8}{'bytes':>10}")
    grown = {table: (after[table][0] - before[table][0], after[table][1] - before[table][1]) for table in after}
    for table, (rows, size) in sorted(grown.items(), key=lambda item: -item[1][1]):
        if rows or size:
            print(f"  {table:<28}{rows / trips:>8.1f}{size / trips:>10.0f}")
    rows, size = (sum(part[place] for part in grown.values()) for place in (0, 1))
    print(f"  {'together':<28}{rows / trips:>8.1f}{size / trips:>10.0f}")


def archive() -> None:
    """Move the whole journal off, to see what that costs and how small it gets."""
    from django.conf import settings
    from django.utils import timezone

    from carts.models import JournalEntry
    from carts.services.retention import journal_archive

    rows, folder, started = JournalEntry.objects.count(), Path(settings.DATA_DIR) / "archive", time.perf_counter()
    journal_archive(now=timezone.now() + timedelta(days=500), keep=timedelta(days=400), folder=folder)
    seconds = time.perf_counter() - started
    moved, size = rows - JournalEntry.objects.count(), sum(path.stat().st_size for path in folder.rglob("*.gz"))
    print(
        f"  the journal moved off: {moved} rows, {size / moved:.0f} bytes a row, {moved / seconds:,.0f} rows a second"
    )


if __name__ == "__main__":
    sys.exit(main())
