"""Reports at a million trips: `DATABASE_URL=postgres://… python -m tests.benchmarks.reports [--trips 1000000]`.

Makes a database of its own, fills it by `manage.py seed_history`, and asks for each span of the reports' page and for
its file, through Django's test client: the time of the whole answer, the last days counted from the rows. Prints the
median and the worst of ten, and ends with 1 where a median is not under 500 ms.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time

from deploy.production_like import own_database

MUST_MS = 500
TIMES = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.reports", description=__doc__)
    parser.add_argument("--trips", type=int, default=1_000_000)
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL") or os.environ.get("TEST_DATABASE_URL")
    if not url:
        raise SystemExit("set DATABASE_URL to a PostgreSQL server where a database may be made")
    with tempfile.TemporaryDirectory() as folder, own_database(url, f"reports_{os.getpid()}") as database:
        os.environ |= {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1"}
        os.environ |= {"SECRET_KEY": "a secret of the benchmarks, long enough", "ALLOWED_HOSTS": "testserver"}
        os.environ["DATA_DIR"] = folder
        return measure(options.trips)


def measure(trips: int) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    begun = time.perf_counter()
    call_command("seed_history", trips=trips)
    print(f"filled in {time.perf_counter() - begun:.0f} s")
    return ask()


def ask() -> int:
    """Ask for every page and file of the database's one store, each ten times."""
    from django.contrib.auth.models import User
    from django.db import connection
    from django.test import Client

    from inventory.models import Store

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="only here"))
    slow = False
    address = f"/console/stores/{Store.objects.get().pk}/reports/"
    for path in [f"{address}{end}?days={days}" for days in (1, 7, 28, 365) for end in ("", "export/")]:
        times = [_timed(client, path) for _ in range(TIMES)]
        middle = statistics.median(times)
        slow |= middle >= MUST_MS
        print(f"{path:<48} median {middle:6.0f} ms   worst {max(times):6.0f} ms")
    print(f"load {os.getloadavg()[0]:.1f}")
    return int(slow)


def _timed(client: object, path: str) -> float:
    begun = time.perf_counter()
    answer = client.get(path, secure=True)  # type: ignore[attr-defined]
    taken = (time.perf_counter() - begun) * 1000
    assert answer.status_code == 200, (path, answer.status_code)
    return taken


if __name__ == "__main__":
    sys.exit(main())
