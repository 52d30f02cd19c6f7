"""Services of a proof's own, in folders and on ports of their own: PostgreSQL, Redis and RabbitMQ may be stopped there.

What the machine itself runs is never touched. PostgreSQL refuses to run as root, so as root it runs as `nobody`.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

START_S = 120


@dataclass
class Service:
    """`url` names it. `stop` and `start` wait until it is gone or answers; `brutal` is a kill."""

    url: str
    port: int
    begin: list[str]
    end: list[str]
    kill: list[str]
    environment: Mapping[str, str]

    def start(self) -> None:
        """Return once it takes connections."""
        _run(self.begin, self.environment)
        deadline = time.monotonic() + START_S
        while not listens(self.port):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.begin[0]} does not listen at {self.port}")
            time.sleep(0.01)

    def stop(self, *, brutal: bool = False) -> None:
        """Return once it takes no connections any more."""
        _run(self.kill if brutal else self.end, self.environment)
        while listens(self.port):
            time.sleep(0.01)


def listens(port: int) -> bool:
    """Whether somebody takes connections at this port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def own_postgres() -> Iterator[Service | None]:
    """A PostgreSQL server with a database `proof`; None where it is not installed."""
    if shutil.which("initdb") is None or shutil.which("pg_ctl") is None:
        yield None
        return
    with _folder() as folder:
        other = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        data, port = folder / "data", free_port()
        _run([*other, "initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"], {})
        control = [*other, "pg_ctl", "-D", str(data), "-w", "-t", str(START_S)]
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        made = Service(
            f"postgres://postgres@127.0.0.1:{port}/proof", port,
            [*control, "-l", str(folder / "log"), "-o", options, "start"],
            [*control, "-m", "fast", "stop"], [*control, "-m", "immediate", "stop"], {},
        )  # fmt: skip
        made.start()
        try:
            _run(["createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "proof"], {})
            yield made
        finally:
            made.stop(brutal=True)


@contextlib.contextmanager
def own_redis() -> Iterator[Service | None]:
    """A Redis server; None where it is not installed."""
    if shutil.which("redis-server") is None or shutil.which("redis-cli") is None:
        yield None
        return
    with _folder() as folder:
        port = free_port()
        client = ["redis-cli", "-p", str(port), "shutdown", "nosave"]
        begin = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""]
        begin += ["--daemonize", "yes", "--pidfile", str(folder / "pid"), "--logfile", str(folder / "log")]
        made = Service(f"redis://127.0.0.1:{port}/0", port, begin, client, [*client, "force"], {})
        made.start()
        try:
            yield made
        finally:
            made.stop()


@contextlib.contextmanager
def own_rabbit() -> Iterator[Service | None]:
    """A RabbitMQ node whose broker is stopped and started within its Erlang machine; None where it is not installed."""
    server = shutil.which("rabbitmq-server")
    if server is None or os.geteuid() != 0:
        yield None
        return
    with _folder() as folder:
        port, name = free_port(), f"proof{os.getpid()}@localhost"
        settings = {
            "RABBITMQ_NODENAME": name, "RABBITMQ_NODE_PORT": str(port), "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "none"), "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
        }  # fmt: skip
        control = ["rabbitmqctl", "-n", name]
        made = Service(
            f"amqp://guest:guest@127.0.0.1:{port}//", port, [*control, "start_app"], [*control, "stop_app"],
            [*control, "stop_app"], settings,
        )  # fmt: skip
        with (folder / "node.log").open("wb") as log:
            node = subprocess.Popen([server], env=os.environ | settings, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + START_S
            while not listens(port) and time.monotonic() < deadline and node.poll() is None:
                time.sleep(0.1)
            yield made if listens(port) else None
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                _run([*control, "stop"], settings)
            node.terminate()
            node.wait(timeout=30)


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="proof-service-", ignore_cleanup_errors=True) as path:
        Path(path).chmod(0o777)
        yield Path(path)


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    subprocess.run(
        command, env=os.environ | environment, check=True, timeout=START_S, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
