"""`manage.py demo_trip`: one simulated trip against a running server, told line by line, to the receipt."""

import asyncio
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from carts.client import CartClientError, StorageInUse
from carts.simulator.cameralink import CameraLink
from carts.simulator.pace import Pace
from carts.simulator.scripts import SCRIPTS, Script
from carts.simulator.shelf import EmptyShelfError
from carts.simulator.shopping import shop_once
from carts.simulator.telling import Terminal
from carts.simulator.truth import CartPlan, Truth, TruthUnreadableError, read_truth
from carts.simulator.world import World


class Command(BaseCommand):
    help = "Tells one simulated trip line by line: what the shopper does, the cart sends and the server says."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", default=settings.PUBLIC_URL)
        parser.add_argument("--script", choices=sorted(SCRIPTS), default="forgetful")
        parser.add_argument("--truth", type=Path, default=Path(settings.DATA_DIR) / "demo" / "truth.json")
        parser.add_argument("--folder", type=Path, default=Path(settings.DATA_DIR) / "simulator")
        parser.add_argument("--cart", help="a cart's label; one that is not shopping if not given")
        parser.add_argument("--enrol", help="enrols the cart with this one-time code")
        parser.add_argument("--speed", type=float, default=3.0)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--review-minutes", type=float, default=5.0)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            truth = read_truth(options["truth"])
            plans = _plans(truth, options["cart"], options["enrol"])
            end = asyncio.run(_go(plans, SCRIPTS[options["script"]], _world(options, truth)))
        except TimeoutError as error:
            raise CommandError(f"{options['server']} did not answer in time; is the server running?") from error
        except (CartClientError, EmptyShelfError, TruthUnreadableError) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            return
        self.stdout.write(f"The trip ended: {end}.")


async def _go(plans: list[CartPlan], script: Script, world: World) -> str:
    for plan in plans:
        try:
            return await shop_once(plan, script, world)
        except StorageInUse:
            continue
    raise CommandError("no cart of the truth file is free; name another with --cart, or enrol one with --enrol")


def _plans(truth: Truth, label: str | None, code: str | None) -> list[CartPlan]:
    """The carts to try in turn: those without a shopper first, as a busy one cannot be shared."""
    if code is not None:
        return [CartPlan(label or "demo-trip", enrolment_code=code)]
    if label is not None:
        return [plan for plan in truth.carts if plan.label == label] or [CartPlan(label)]
    return sorted(truth.carts, key=lambda plan: plan.script in SCRIPTS)


def _world(options: dict[str, Any], truth: Truth) -> World:
    pace = Pace(options["speed"])
    camera = f"http://127.0.0.1:{truth.camera_port}" if truth.camera_port else None
    return World(
        server=options["server"],
        truth=truth,
        folder=options["folder"],
        pace=pace,
        seed=options["seed"],
        camera=CameraLink(camera),
        review_minutes=options["review_minutes"],
        teller=lambda name: Terminal(pace.now_ms),
    )
