"""Starts, kills and stops the servers of one run."""

import asyncio
import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.stream.server import ROOT, environment
from tests.benchmarks.stream.world import Shop
from tests.ports import free_port

PRODUCTS = 60
LEAST_CARTS = 600  # one model for all small runs


class Parent:
    """The process that forks servers; one is enough for all runs of this process."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="stream-parent-")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.forked"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=environment(Path(self._folder.name)),
        )  # fmt: skip
        self._models: dict[int, tuple[Path, Shop]] = {}

    def fork(self, **order: Any) -> int:
        """Give an order; returns the child's pid."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def fill(self, variables: dict[str, str], carts: int) -> Shop:
        """Migrate and fill the database of this environment."""
        pid = self.fork(environment=variables, sabotage="", make=[carts, PRODUCTS])
        while alive(pid):
            time.sleep(0.02)
        data = Path(variables["DATA_DIR"])
        made = data / "shop.json"
        if not made.exists():
            raise RuntimeError("the database could not be made; the reason stands above or in the run's server.log")
        return Shop(**json.loads(made.read_text()))

    def model(self, data: Path, carts: int) -> Shop:
        """A filled SQLite database in the run's folder: made once for each size, then copied."""
        if carts not in self._models:
            folder = Path(self._folder.name) / f"model-{carts}"
            folder.mkdir()
            self._models[carts] = folder, self.fill(environment(folder), carts)
        folder, shop = self._models[carts]
        for path in folder.glob("store.sqlite3*"):
            shutil.copy(path, data / path.name)
        return shop

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


@functools.cache
def parent() -> Parent:
    """The parent of this process's servers, started at first use."""
    made = Parent()
    atexit.register(made.end)
    return made


@dataclass
class Servers:
    """The folder, the shop, and the servers that run on them."""

    data: Path
    shop: Shop
    database: str
    variables: dict[str, str]
    sabotage: str
    pids: dict[int, int] = field(default_factory=dict)

    async def start(self, port: int = 0) -> int:
        """Start a server, at a free port if none is given; returns the port once it listens."""
        port = port or free_port()
        self.pids[port] = parent().fork(environment=self.variables, sabotage=self.sabotage, port=port)
        async with asyncio.timeout(300):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    return port
                await asyncio.sleep(0.005)

    async def stop(self, port: int, how: signal.Signals, seconds: float = 300) -> None:
        """Signal a server, and wait for its end."""
        pid = self.pids.pop(port)
        os.kill(pid, how)
        async with asyncio.timeout(seconds):
            while alive(pid):  # noqa: ASYNC110  a process that is no child of ours can only be asked after
                await asyncio.sleep(0.002)

    @property
    def log(self) -> str:
        """What the servers have said: warnings and tracebacks."""
        path = self.data / "server.log"
        return path.read_text(errors="replace") if path.exists() else ""


def alive(pid: int) -> bool:
    """Whether the process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextlib.contextmanager
def servers(carts: int, *, sabotage: str = "", database: str = "", **more: str) -> Iterator[Servers]:
    """A folder and a filled database (SQLite without a URL); all of it ends here. `more` goes into the environment."""
    with tempfile.TemporaryDirectory(prefix="stream-proof-", ignore_cleanup_errors=True) as path:
        data = Path(path)
        variables = environment(data, database) | more
        carts = max(carts, LEAST_CARTS)
        shop = parent().fill(variables, carts) if database else parent().model(data, carts)
        made = Servers(data, shop, database, variables, sabotage)
        try:
            yield made
        finally:
            for pid in made.pids.values():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
