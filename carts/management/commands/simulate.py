"""`manage.py simulate`: the demo store's carts, its overhead camera, or both."""

import asyncio
import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carts.simulator.camera import SimulatedCamera
from carts.simulator.cameralink import CameraLink
from carts.simulator.pace import Pace
from carts.simulator.shopping import shop_forever
from carts.simulator.telling import Silence, Terminal
from carts.simulator.truth import Truth, TruthUnreadableError, read_truth
from carts.simulator.world import World

DEFAULT_CAMERA_PORT = 8090


class Command(BaseCommand):
    help = "Simulates carts shopping against a running server, and the overhead camera above the lane."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_subparsers(dest="what", required=True)
        shared = ArgumentParser(add_help=False)
        shared.add_argument("--truth", type=Path, default=Path(settings.DATA_DIR) / "demo" / "truth.json")
        shared.add_argument("--seed", type=int, default=1, help="the same seed, the same shoppers and pictures")
        for name, about in (("carts", "carts only"), ("camera", "the camera only"), ("all", "carts and camera")):
            part = what.add_parser(name, parents=[shared], help=about)
            if name != "camera":
                _add_cart_arguments(part)
            if name != "carts":
                part.add_argument("--port", type=int, help="the camera's port; the truth file's if not given")
                part.add_argument("--host", default="127.0.0.1")
                part.add_argument("--user", default="", help="the camera asks for this user …")
                part.add_argument("--password", default="", help="… and this password")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            truth = read_truth(options["truth"])
        except TruthUnreadableError as error:
            raise CommandError(str(error)) from error
        with contextlib.suppress(KeyboardInterrupt):
            if options["what"] == "carts":
                asyncio.run(shop_forever(_world(options, truth, options["camera"] or _camera_url(truth), None)))
            else:
                self._with_camera(options, truth)

    def _with_camera(self, options: dict[str, Any], truth: Truth) -> None:
        credentials = (options["user"], options["password"]) if options["user"] else None
        port = options["port"] or truth.camera_port or DEFAULT_CAMERA_PORT
        camera = SimulatedCamera(
            truth.products, host=options["host"], port=port, seed=options["seed"], credentials=credentials
        )
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(camera)
            except OSError as error:
                raise CommandError(f"the camera cannot listen on {options['host']}:{port}: {error}") from error
            self.stdout.write(f"camera: {camera.snapshot_url(truth.lane)}")
            if options["what"] == "camera":
                camera.wait()
            else:
                asyncio.run(shop_forever(_world(options, truth, camera.url, credentials)))


def _add_cart_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--server", default=settings.PUBLIC_URL)
    parser.add_argument("--speed", type=float, default=1.0, help="10 lets ten minutes pass in one")
    parser.add_argument("--folder", type=Path, default=Path(settings.DATA_DIR) / "simulator")
    parser.add_argument("--camera", help="a simulated camera's address; the truth file's port here if not given")
    parser.add_argument("--review-minutes", type=float, default=15.0, help="how long a shopper waits for staff")
    parser.add_argument("--quiet", action="store_true", help="tell nothing")


def _world(options: dict[str, Any], truth: Truth, camera: str | None, credentials: tuple[str, str] | None) -> World:
    pace = Pace(options["speed"])
    return World(
        server=options["server"],
        truth=truth,
        folder=options["folder"],
        pace=pace,
        seed=options["seed"],
        camera=CameraLink(camera, credentials=credentials),
        review_minutes=options["review_minutes"],
        teller=lambda name: Silence() if options["quiet"] else Terminal(pace.now_ms, name=name),
    )


def _camera_url(truth: Truth) -> str | None:
    return f"http://127.0.0.1:{truth.camera_port}" if truth.camera_port else None
