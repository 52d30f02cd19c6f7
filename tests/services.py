"""The second half of `make test`: what touches a database again, on PostgreSQL with Redis and RabbitMQ.

Runs wherever all three answer; where one is missing it says so and passes over, but in CI (CI=true) that is a failure.
"""

import os
import socket
import subprocess
import sys
from urllib.parse import urlsplit

PARTS = ["tests/inventory", "tests/carts", "tests/checkout", "tests/console", "tests/journeys"]
# What neither the database nor a broker can change was seen on SQLite already.
PURE = [
    "tests/inventory/barcodes", "tests/inventory/pricing", "tests/inventory/imaging", "tests/carts/protocol",
    "tests/carts/reconciliation", "tests/carts/client", "tests/carts/simulator",
    "tests/console/admin", "tests/console/tablet", "tests/console/demo", "tests/console/test_formats.py",
    "tests/checkout/test_policy.py", "tests/checkout/test_verifying.py", "tests/checkout/test_camera_kinds.py",
    "tests/checkout/test_cameras.py", "tests/checkout/test_evidence.py", "tests/checkout/test_seeing.py",
    "tests/checkout/test_pictures.py", "tests/checkout/test_looking.py", "tests/checkout/test_outgoing.py",
    "tests/carts/live/test_wire.py", "tests/carts/test_points.py", "tests/inventory/catalogue/test_search.py",
]  # fmt: skip
SERVICES = {"DATABASE_URL": ("TEST_DATABASE_URL", 5432), "REDIS_URL": ("TEST_REDIS_URL", 6379),
            "BROKER_URL": ("TEST_BROKER_URL", 5672)}  # fmt: skip


def answers(url: str, port: int) -> bool:
    """Whether something listens at the URL's host and port."""
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or port), timeout=2):
            return True
    except OSError:
        return False


def main() -> int:
    """Exit code of the test run; 0 if it was passed over."""
    urls = {name: os.environ.get(source, "") for name, (source, _) in SERVICES.items()}
    missing = [name for name, (_, port) in SERVICES.items() if not (urls[name] and answers(urls[name], port))]
    if missing:
        print(f"==> not tested on PostgreSQL, Redis and RabbitMQ: nothing answers for {', '.join(missing)}")
        return 1 if os.environ.get("CI") == "true" else 0
    print("==> tests on PostgreSQL, Redis and RabbitMQ", flush=True)
    ignored = [f"--ignore={part}" for part in PURE]
    options = ["-q", "-p", "no:cacheprovider", "-n", "2", "--dist", "loadfile", "-m", "not browser"]
    command = [sys.executable, "-m", "pytest", *options, *ignored, *PARTS]
    secret = {"SECRET_KEY": "a secret of the tests, long enough to pass", "PAYMENT_PROVIDERS": "sandbox,till"}
    return subprocess.call(command, env=os.environ | urls | secret)


if __name__ == "__main__":
    sys.exit(main())
