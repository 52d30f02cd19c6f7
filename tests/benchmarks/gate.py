"""How fast the gate's call answers: `python -m tests.benchmarks.gate --count 500`.

Against the whole stack below the server (URLs, middleware, authentication, database with its commit), in one process
that does nothing else; a network comes on top. On a database of its own.
"""

import argparse
import os
import statistics
import tempfile
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    count = parser.parse_args().count
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": folder}
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        spent, refused = _measure(count)
    _tell("opens", spent)
    _tell("refuses (used)", refused)


def _measure(count: int) -> tuple[list[float], list[float]]:
    from checkout.services.passes import pass_token
    from tests.checkout.receipts import receipt_for
    from tests.checkout.world import NOW, make_shop

    shop = make_shop()
    gate = shop.api(shop.gate_token)
    exit_passes = [receipt_for(shop).checkout.exit_pass for _ in range(count)]
    later = time.time() - NOW.timestamp() + 3600
    from datetime import timedelta

    spent: list[float] = []
    refused: list[float] = []
    for exit_pass in exit_passes:
        exit_pass.expires_at += timedelta(seconds=round(later))
        exit_pass.save()
        token = pass_token(exit_pass)
        for found, status in ((spent, 200), (refused, 409)):
            begun = time.perf_counter()
            answer = gate.post("/api/v1/gate/open", {"pass": token}, format="json")
            found.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == status, answer.content
    return spent, refused


def _tell(name: str, found: list[float]) -> None:
    cuts = statistics.quantiles(found, n=100)
    print(f"{name:16} {len(found)} calls: median {cuts[49]:.1f} ms, 99th percentile {cuts[98]:.1f} ms")


if __name__ == "__main__":
    main()
