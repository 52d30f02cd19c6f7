"""A whole store in processes of its own: database, server, worker, schedule, camera; with a folder that goes with it.

On SQLite everything but the camera is one process, as `make run` starts it. With DATABASE_URL, REDIS_URL and BROKER_URL
it is a server, a worker and a beat on a database of their own.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from tests import migrated
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_S = 60
# A store looks at a small share of clear trips at random; a journey must know what comes.
NO_AUDITS = """
from inventory.models import Store
Store.objects.update(policy={"checkout": {"audit_share": 0}})
"""


@dataclass
class RunningStore:
    """`url` of the server, `data` with its files, `camera` the simulated camera's address."""

    url: str
    data: Path
    camera: str
    environment: dict[str, str]
    server: "subprocess.Popen[bytes]"

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the server; returns what it printed."""
        return run(self.environment, *arguments)


def run(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextlib.contextmanager
def running_store(folder: Path) -> Iterator[RunningStore]:
    """Set up, seeded, started and ready; everything is stopped and dropped at the end."""
    port, camera_port = free_port(), free_port()
    url, camera = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{camera_port}"
    with contextlib.ExitStack() as stack:
        environment = stack.enter_context(_environment(folder, url, camera_port))
        migrated.copy_for(environment)
        for command in (
            ("migrate", "--verbosity", "0"),
            ("seed_demo",),
            ("collectstatic", "--noinput", "--verbosity", "0"),
        ):
            run(environment, *command)
        run(environment, "shell", "--verbosity", "0", "--command", NO_AUDITS)
        manage = [sys.executable, "manage.py"]
        eye = stack.enter_context(_process([*manage, "simulate", "camera", "--port", str(camera_port)], environment))
        if environment.get("BROKER_URL"):
            celery = [sys.executable, "-m", "celery", "-A", "config"]
            named = ["-n", f"journey-{os.getpid()}@%h"]  # two workers of one name would not share a broker
            worker = [*celery, "worker", "--concurrency", "2", "--pool", "threads", *named]
            stack.enter_context(_process(worker, environment))
            schedule = str(folder / "beat")
            stack.enter_context(_process([*celery, "beat", "--schedule", schedule], environment))
        server = stack.enter_context(_process([*manage, "serve", "--port", str(port)], environment))
        _await_answer(server, f"{url}/readyz")
        _await_answer(eye, f"{camera}/healthz")
        yield RunningStore(url, folder, camera, environment, server)


@contextlib.contextmanager
def _environment(folder: Path, url: str, camera_port: int) -> Iterator[dict[str, str]]:
    base = dict(os.environ) | {
        "DATA_DIR": str(folder), "DEMO": "1", "PUBLIC_URL": url, "ALLOWED_HOSTS": "127.0.0.1",
        "DEMO_CAMERA_PORT": str(camera_port), "TASK_QUEUE": f"journey-{os.getpid()}",
        "SECRET_KEY": "a secret of the journeys, long enough to pass",
    }  # fmt: skip
    base.pop("DJANGO_SETTINGS_MODULE", None)
    if not base.get("DATABASE_URL"):
        yield base
        return
    with _database(base["DATABASE_URL"]) as database:
        yield base | {"DATABASE_URL": database}


@contextlib.contextmanager
def _database(url: str) -> Iterator[str]:
    """A database of its own on the same server."""
    import psycopg

    parts, name = urlsplit(url), f"journey_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextlib.contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    log = Path(environment["DATA_DIR"]) / "processes.log"
    with log.open("ab") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_answer(process: "subprocess.Popen[bytes]", url: str) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5).status_code == 200:
                return
        time.sleep(0.1)  # polling another process's start: there is no event to wait for
    raise AssertionError(f"nothing answered at {url}")
