"""A catalogue file of 12,000 rows: `python -m tests.benchmarks.importing [FILE]`. Seconds by the clock, on the database
of `DATABASE_URL` (a test database beside it, made and dropped) or on SQLite in a file.

Applied to an empty store, then with every price changed, then unchanged; bad rows are left out. Without a file and
without `../shared/catalog/konzum.csv`, rows are made up.
"""

import csv
import io
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402
from django.test.runner import DiscoverRunner  # noqa: E402
from django.utils import timezone  # noqa: E402

from inventory.models import CatalogueImport, ImportState  # noqa: E402
from inventory.services.catalogue_import import catalogue_import  # noqa: E402
from tests.inventory.world import make_store  # noqa: E402

DEFAULT = Path(__file__).resolve().parents[2].parent / "shared" / "catalog" / "konzum.csv"
ROWS = 12_000
BAR_S = 10.0


def table(path: Path) -> list[dict[str, str]]:
    """`ROWS` rows: those of the file, and as many more made up as are lacking."""
    rows: list[dict[str, str]] = []
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))[:ROWS]
    header = list(rows[0]) if rows else ["gtin", "name", "brand", "net_qty", "net_unit", "price_eur"]
    for number in range(ROWS - len(rows)):
        digits = f"40{number:010d}"
        sums = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        made = {
            "gtin": f"{digits}{-sums % 10}", "name": f"Made up {number}", "brand": f"Brand {number % 90}",
            "net_qty": str(100 + number % 900), "net_unit": "g", "price_eur": f"{1 + number % 40}.99",
        }  # fmt: skip
        rows.append({name: made.get(name, "") for name in header})
    return rows


def written(rows: list[dict[str, str]]) -> bytes:
    """The rows as a file."""
    file = io.StringIO()
    writer = csv.DictWriter(file, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def measure(name: str, store_id: int, data: bytes) -> float:
    """Imports, prints what came of it, and gives the seconds."""
    begun = time.monotonic()
    done: CatalogueImport = catalogue_import(
        store_id=store_id, data=data, filename="bench.csv", now=timezone.now(), skip_problems=True
    )
    seconds = time.monotonic() - begun
    assert done.state == ImportState.APPLIED
    print(
        f"{name:24s} {seconds:5.2f} s  {done.created} new, {done.changed} changed, {done.unchanged} unchanged, "
        f"{done.prices} prices, {done.problem_count} problems"
    )
    return seconds


def main(arguments: list[str]) -> int:
    """Prints the seconds; 1 when the bar is missed."""
    rows = table(Path(arguments[0]) if arguments else DEFAULT)
    price = next(name for name in rows[0] if name.startswith("price"))
    dearer = [row | {price: str(round(float(row[price] or 1) + 0.1, 2))} for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = f"{folder}/bench.sqlite3"
        runner = DiscoverRunner(verbosity=0, interactive=False)
        try:
            made = runner.setup_databases()
        except OperationalError as error:
            print(f"not measured on {connection.vendor}: {error}".splitlines()[0])
            return 0
        try:
            store = make_store()
            print(f"{len(rows):,} rows on {connection.vendor}")
            files = {"a new catalogue": rows, "every price changed": dearer, "nothing changed": dearer}
            slowest = max(measure(name, store.pk, written(some)) for name, some in files.items())
        finally:
            runner.teardown_databases(made)
    print(f"bar: under {BAR_S:g} s: " + ("met" if slowest < BAR_S else "missed"))
    return 0 if slowest < BAR_S else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
