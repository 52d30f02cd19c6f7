"""A server in a process of its own, on the first core, with a folder and a database of its own."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests import migrated
from tests.benchmarks.stream.world import Shop
from tests.ports import free_port

SERVER_CORE, LOAD_CORE = 0, 1
ROOT = Path(__file__).parents[3]
UVICORN = ["--loop", "uvloop", "--ws-per-message-deflate", "false", "--log-level", "error", "--http", "httptools",
           "--ws-ping-interval", "5", "--ws-ping-timeout", "5", "--timeout-graceful-shutdown", "5"]  # fmt: skip
WIRE, SANSIO = "carts.live.wire:Wire", "websockets-sansio"  # what we ship, and uvicorn's own


@dataclass
class Running:
    """A server that listens; `cpu_s` is what its process has used so far."""

    process: subprocess.Popen[bytes]
    port: int

    def cpu_s(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_kb(self) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder for one run, removed after it."""
    with tempfile.TemporaryDirectory(prefix="stream-bench-") as path:
        yield Path(path)


def environment(data: Path, database: str = "") -> dict[str, str]:
    """A run's environment: its folder, its database (SQLite in the folder without one), and no other services."""
    (data / "static").mkdir(exist_ok=True)
    kept = {
        name: value for name, value in os.environ.items() if name not in {"REDIS_URL", "BROKER_URL", "DATABASE_URL"}
    }
    own = {"DATA_DIR": str(data), "SECRET_KEY": "a secret of the benchmarks, long enough", "ALLOWED_HOSTS": "127.0.0.1",
           "PAYMENT_PROVIDERS": "sandbox,till"}  # fmt: skip
    return kept | own | ({"DATABASE_URL": database} if database else {})


@contextlib.contextmanager
def serving(
    application: str,
    data: Path,
    *,
    port: int = 0,
    core: int | None = SERVER_CORE,
    database: str = "",
    ws: str = WIRE,
) -> Iterator[Running]:
    """uvicorn with this application, ready when it listens; pinned to the server's core."""
    port = port or free_port()
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    command = [*pinned, sys.executable, "-m", "uvicorn", application, "--port", str(port), "--ws", ws, *UVICORN]
    with (data / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(data, database), stdout=log, stderr=log)
    try:
        _await_listening(process, port)
        yield Running(process, port)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()


def _await_listening(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


_made: dict[tuple[int, int], tuple[tempfile.TemporaryDirectory[str], Shop]] = {}


def shop_for(data: Path, carts: int, products: int) -> Shop:
    """A migrated and filled SQLite database in the run's folder; made once for each size, then copied."""
    if (carts, products) not in _made:
        model = tempfile.TemporaryDirectory(prefix="stream-model-")
        _made[carts, products] = model, fill(environment(Path(model.name)), carts, products)
    model, shop = _made[carts, products]
    for path in Path(model.name).glob("store.sqlite3*"):
        shutil.copy(path, data / path.name)
    return shop


def fill(variables: dict[str, str], carts: int, products: int) -> Shop:
    """Migrate the database of this environment and fill it."""
    migrated.copy_for(variables)
    run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], variables)
    return Shop(
        **json.loads(run([sys.executable, "-m", "tests.benchmarks.stream.world", str(carts), str(products)], variables))
    )


def run(command: list[str], variables: dict[str, str], *, core: int | None = None) -> str:
    """Run in the project's root to its end, on one core if given; returns what it printed."""
    pinned = [] if core is None else ["taskset", "-c", str(core)]
    return subprocess.run(
        [*pinned, *command], cwd=ROOT, env=variables, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """The URL of a PostgreSQL database for one run, dropped after it; None where no server answers."""
    import psycopg

    url = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/test")
    name = f"stream_{os.getpid()}"
    try:
        server = psycopg.connect(url, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        yield None
        return
    with server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
