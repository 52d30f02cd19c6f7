"""The journal's rate on both databases, each in a process of its own."""

import statistics
import sys

from tests.benchmarks.stream.server import SERVER_CORE, environment, fill, folder, postgres, run, shop_for


def _rates(variables: dict[str, str], scans: int, turns: int) -> list[float]:
    command = [sys.executable, "-m", "tests.benchmarks.stream.journalled", str(scans)]
    return [float(run(command, variables, core=SERVER_CORE)) for _ in range(turns)]


def report(scans: int, turns: int) -> None:
    rates = []
    for _ in range(turns):
        with folder() as data:
            shop_for(data, 200, 500)
            rates += _rates(environment(data), scans, 1)
    print(
        f"\nacknowledged scans a second, SQLite, synchronous=FULL: {statistics.median(rates):,.0f}"
        " (must 4,000, aim 9,000)"
    )
    rates = []
    for _ in range(turns):
        with folder() as data, postgres() as url:
            if url is None:
                print("no PostgreSQL answers at TEST_DATABASE_URL: not measured")
                return
            variables = environment(data, url)
            fill(variables, 200, 500)
            rates += _rates(variables, scans, 1)
    print(f"acknowledged scans a second, PostgreSQL: {statistics.median(rates):,.0f} (must 6,000, aim 15,000)")
