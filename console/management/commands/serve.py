"""`manage.py serve`: the embedded way to run: server, worker and schedule in one process."""

import contextlib
import signal
import subprocess
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import uvicorn
from celery import current_app
from celery.beat import EmbeddedService
from celery.worker import WorkController
from django.conf import settings
from django.core.management.base import BaseCommand

from console.demo.people import PASSWORD


class Command(BaseCommand):
    help = "Runs server, worker and schedule in one process; with --simulate three carts that shop at a human pace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--simulate", action="store_true", help="start the simulated carts and their camera, too")
        parser.add_argument("--speed", type=float, default=1.0, help="how fast simulated shoppers are")

    def handle(self, *args: Any, **options: Any) -> None:
        config = uvicorn.Config(
            "config.asgi:application",
            host=options["host"],
            port=options["port"],
            loop="uvloop",
            http="httptools",
            ws="carts.live.wire:Wire",
            ws_per_message_deflate=False,
            ws_ping_interval=5,
            ws_ping_timeout=4,
            ws_max_size=256 * 1024,
            log_level="warning",
            timeout_graceful_shutdown=5,
        )
        server = uvicorn.Server(config)
        embedded = not settings.BROKER_URL
        worker, schedule = _worker() if embedded else None, _schedule() if embedded else None
        stop = threading.Event()
        simulator = threading.Thread(target=self._simulate, args=(server, stop, options), daemon=True)
        if options["simulate"]:
            simulator.start()
        else:
            threading.Thread(target=self._announce, args=(server, stop, options), daemon=True).start()
        # uvicorn drains first and then raises the signal anew: it must end this command by its `finally`.
        signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
        try:
            with contextlib.suppress(KeyboardInterrupt):
                server.run()
        finally:
            self.stdout.write("\nstopping …")
            stop.set()
            if options["simulate"]:
                simulator.join(timeout=5)
            if schedule is not None:
                schedule.stop()
            if worker is not None:
                worker.stop()

    def _announce(self, server: uvicorn.Server, stop: threading.Event, options: dict[str, Any]) -> bool:
        """Say where to look, once the server listens; False if it was stopped before."""
        while not server.started:
            if stop.wait(0.05):
                return False
        base = f"http://{options['host']}:{options['port']}"
        self.stdout.write(
            f"\nReady.\n"
            f"  staff console   {base}/console/\n"
            f"  tablet          {base}/tablet/\n"
            f"  admin           {base}/admin/\n"
            f"  API             {base}/api/docs/   (OpenAPI {base}/api/schema/, stream {base}/api/stream/schema/)\n"
            f"  health          {base}/healthz, {base}/readyz\n"
        )
        if settings.DEMO:
            self.stdout.write(f"  logins and enrolment codes stand above; every password is {PASSWORD}\n")
        self.stdout.write("Ctrl-C stops it; starting again keeps the data.\n")
        self.stdout.flush()
        return True

    def _simulate(self, server: uvicorn.Server, stop: threading.Event, options: dict[str, Any]) -> None:
        if not self._announce(server, stop, options):
            return
        base = f"http://{options['host']}:{options['port']}"
        command = [sys.executable, str(Path(sys.argv[0]).resolve()), "simulate", "all", "--server", base]
        process = subprocess.Popen([*command, "--speed", str(options["speed"])])  # noqa: S603  our own command
        while process.poll() is None and not stop.wait(0.5):
            pass
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=4)
            process.kill()


def _worker() -> WorkController:
    """A Celery worker on threads of this process: with a broker in memory, tasks never leave it."""
    worker = WorkController(app=current_app, pool="threads", concurrency=2, loglevel="WARNING", without_mingle=True)
    threading.Thread(target=worker.start, name="worker", daemon=True).start()
    return worker


def _schedule() -> Any:
    """Celery's beat in a thread; its state lies beside the other data."""
    path = Path(settings.DATA_DIR) / "schedule"
    schedule: Any = EmbeddedService(current_app, max_interval=1, thread=True, schedule_filename=str(path))
    schedule.daemon = True
    schedule.start()
    return schedule
