"""`make run-production-like`: the parts of a production installation, all on this machine, on data of their own.

Two servers behind a small balancer, a worker, a schedule, the demo's camera. DATABASE_URL, REDIS_URL and BROKER_URL say
where PostgreSQL, Redis and RabbitMQ are. The database is made for the run and dropped at its end.
"""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import kombu
import psycopg

from tests.journeys.balancer import Balancer, balancing

ROOT = Path(__file__).parents[1]
START_S = 90
NEEDED = ("DATABASE_URL", "REDIS_URL", "BROKER_URL")
Process = subprocess.Popen[bytes]


@dataclass(frozen=True)
class Server:
    """One server process, and its address past the balancer."""

    port: int
    process: Process

    @property
    def url(self) -> str:
        """For looking at this one server."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(frozen=True)
class Installation:
    """`url` is the balancer's; `environment` is what every process was given, `seeded` what the seed said."""

    url: str
    folder: Path
    camera: str
    environment: dict[str, str]
    servers: list[Server]
    others: dict[str, Process]
    balancer: Balancer
    start: Callable[[int], Server]
    seeded: str

    def revive(self) -> None:
        """Start anew what has been killed of the servers, at the same ports, and wait for it."""
        for place, server in enumerate(self.servers):
            if server.process.poll() is not None:
                self.servers[place] = self.start(server.port)
                _await_ready(self.servers[place])

    @property
    def log(self) -> str:
        """What the processes have said."""
        return (self.folder / "processes.log").read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def installation(folder: Path, *, servers: int = 2, port: int = 0) -> Iterator[Installation]:
    """Set up, seeded, started and ready; at the end everything is stopped and the database is dropped."""
    ports, camera_port = [free_port() for _ in range(servers)], free_port()
    with contextlib.ExitStack() as stack:
        balancer, port = stack.enter_context(balancing([("127.0.0.1", one) for one in ports], port))
        url = f"http://127.0.0.1:{port}"
        database = stack.enter_context(own_database(os.environ["DATABASE_URL"], f"production_like_{os.getpid()}"))
        environment = _environment(folder, url, database, camera_port)
        stack.callback(_drop_queue, environment["BROKER_URL"], environment["TASK_QUEUE"])
        _manage(environment, "migrate", "--verbosity", "0")
        seeded = _manage(environment, "seed_demo")
        _manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        manage, celery = [sys.executable, "manage.py"], [sys.executable, "-m", "celery", "-A", "config"]
        # A worker's name of its own: RabbitMQ locks out a second one of the same name, whatever its queue.
        named = ["--hostname", f"{environment['TASK_QUEUE']}@%h"]
        commands = {
            "camera": [*manage, "simulate", "camera", "--port", str(camera_port)],
            "worker": [*celery, "worker", "--concurrency", "1", "--pool", "threads", *named],
            "beat": [*celery, "beat", "--schedule", str(folder / "beat")],
        }
        others = {name: stack.enter_context(process(command, environment)) for name, command in commands.items()}

        def start(port: int) -> Server:
            return Server(port, stack.enter_context(process([*manage, "serve", "--port", str(port)], environment)))

        started = [start(one) for one in ports]
        for server in started:
            _await_ready(server)
        camera = f"http://127.0.0.1:{camera_port}"
        yield Installation(url, folder, camera, environment, started, others, balancer, start, seeded)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def own_database(url: str, name: str) -> Iterator[str]:
    """A database of this name on the server of `url`, dropped at the end, whoever is still connected."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())


@contextlib.contextmanager
def process(command: Sequence[str], environment: dict[str, str]) -> Iterator[Process]:
    """A process in a group of its own, so that Ctrl-C reaches only us and we stop things in order."""
    with (Path(environment["DATA_DIR"]) / "processes.log").open("ab") as out:
        child = subprocess.Popen(  # noqa: S603  our own commands
            command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _environment(folder: Path, url: str, database: str, camera_port: int) -> dict[str, str]:
    environment = dict(os.environ) | {
        "DATA_DIR": str(folder), "DATABASE_URL": database, "DATABASE_POOL": "8", "DEMO": "1", "PUBLIC_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1,localhost", "DEMO_CAMERA_PORT": str(camera_port),
        "TASK_QUEUE": f"production-like-{os.getpid()}", "SECRET_KEY": "only for a run on one's own machine",
    }  # fmt: skip
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return environment


def _manage(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(  # noqa: S603  our own commands
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=180
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _drop_queue(broker: str, name: str) -> None:
    """A broker keeps a queue that nobody listens to any more."""
    with kombu.Connection(broker) as connection:
        channel: Any = connection.default_channel
        channel.queue_delete(name)


def _await_ready(server: Server) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{server.url}/readyz", timeout=5, trust_env=False).status_code == 200:
                return
        time.sleep(0.1)  # another process's start: there is no event to wait for
    raise RuntimeError(f"the server on port {server.port} did not become ready")


def say(text: str) -> None:
    """One line to whoever watches, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run until Ctrl-C; exit code 1 when something is missing or a process ends by itself."""
    parser = argparse.ArgumentParser(prog="python -m deploy.production_like", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the balancer's")
    parser.add_argument("--servers", type=int, default=2)
    parser.add_argument("--no-carts", action="store_true", help="start no simulated carts")
    options = parser.parse_args()
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        say(f"Set {', '.join(missing)}: this runs on PostgreSQL, Redis and a broker.")
        return 1
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    say("starting: database, demo data, two servers, worker, schedule …")
    with tempfile.TemporaryDirectory(prefix="production-like-") as name, contextlib.ExitStack() as stack:
        running = stack.enter_context(installation(Path(name), servers=options.servers, port=options.port))
        watched = {f"the server on port {server.port}": server.process for server in running.servers} | running.others
        if not options.no_carts:
            watched["simulator"] = stack.enter_context(_carts(running))
        _announce(running)
        return _watch(watched, ended)


def _carts(running: Installation) -> "contextlib.AbstractContextManager[Process]":
    command = [sys.executable, "manage.py", "simulate", "carts", "--server", running.url, "--camera", running.camera]
    return process(command, running.environment)


def _announce(running: Installation) -> None:
    servers = "\n".join(f"  server          {one.url}   (process {one.process.pid})" for one in running.servers)
    say(
        f"{running.seeded}\nReady.\n  balancer        {running.url}\n{servers}\n"
        f"  staff console   {running.url}/console/\n"
        f"  tablet          {running.url}/tablet/\n"
        f"  log             {running.folder}/processes.log\n"
        "Kill -9 one server and watch its carts go on at the other. Ctrl-C stops everything and drops the database.",
    )


def _watch(processes: Mapping[str, Process], ended: threading.Event) -> int:
    """Until Ctrl-C, telling what ends by itself; a killed server is what one comes here to try, so the rest goes on."""
    told: set[str] = set()
    while not ended.wait(0.5):
        for name, one in processes.items():
            if one.poll() is not None and name not in told:
                told.add(name)
                say(f"{name} ended (process {one.pid}, code {one.returncode})")
        if len(told) == len(processes):
            return 1
    say("\nstopping …")
    return 0


if __name__ == "__main__":
    sys.exit(main())
