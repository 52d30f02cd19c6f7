"""Sweepers and writers of pictures are killed at random: nothing is readable past its date, nothing is left behind.

Each run takes pictures, lets their date pass, and kills the sweeper: in every second run at the worst moment, just
before or after a file goes, else (and in every third run a writer too) after a random time. Then one sweep and one
comparison, as 5 minutes of a living worker bring many. ``--control`` deletes the naive way, row first and file second,
and compares nothing.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.proofs.telling import Finding, say

if TYPE_CHECKING:
    from checkout.models import Escalation

PICTURES = 12
GRACE = timedelta(minutes=5)
DONE_S = 60.0  # no sweep of so few pictures takes as long
SECRET = "of this proof alone, and long enough for the settings"


def run(count: int, seed: int, *, control: bool = False) -> tuple[int, str]:
    """The proof in a process, a database and a folder of its own: exit status and what it printed."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        own = kept | {"DATA_DIR": folder, "SECRET_KEY": SECRET, "GONE_CHILD": "1"}
        arguments = ["--count", str(count), "--seed", str(seed), *(["--control"] if control else [])]
        done = subprocess.run(
            [sys.executable, "-m", "tests.proofs.gone", *arguments],
            env=own,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.returncode, done.stdout + done.stderr[-2000:]


def proof(count: int, seed: int, control: bool) -> Finding:
    """Needs Django and an empty database."""
    from django.utils import timezone

    chance, faults, killed = random.Random(seed), [], 0
    escalation = _escalation()
    for number in range(count):
        now = timezone.now()
        if number % 3 == 2:
            killed += _killed(partial(_take, escalation, now), chance.uniform(0, 0.04))
        else:
            _take(escalation, now)
        later = now + timedelta(hours=escalation.store.frame_hours, seconds=1)
        sweep = _naive if control else _sweep
        if number % 2:
            killed += _killed(partial(sweep, later), chance.uniform(0, 0.06))
        else:
            killed += _killed(partial(_dying, sweep, later, chance.randrange(PICTURES), number % 4 == 0), DONE_S)
        sweep(later + GRACE)
        faults += [f"run {number}: {fault}" for fault in _faults(later + GRACE)]
    return Finding(f"{count} runs, {killed} processes killed at work", faults)


def _escalation() -> "Escalation":
    from checkout.models import Escalation
    from tests.checkout.world import in_review, make_shop

    opened = in_review(make_shop())
    found: Escalation = Escalation.objects.select_related("store").get(id=opened.id)
    return found


def _take(escalation: "Escalation", now: datetime) -> None:
    from checkout.evidence import FrameSeen
    from checkout.models import Camera
    from checkout.pictures import Opened
    from checkout.services import frames

    # Pixelation is not what is proved here, and its process would take the time of all else.
    vars(frames)["picture_redact"] = lambda picture, clear: Opened(picture, 8, 8, 0.0)
    camera = Camera.objects.get()
    for number in range(PICTURES):
        taken = Opened(f"pixels {number}".encode() * 400, 8, 8, 0.0)
        frames.frame_store(escalation=escalation, camera=camera, opened=taken, seen=FrameSeen(), now=now)


def _sweep(now: datetime) -> None:
    from checkout.services.frames import frames_expire
    from checkout.services.orphans import frames_compare

    frames_expire(now=now)
    frames_compare(now=now)


def _naive(now: datetime) -> None:
    from checkout.models import Frame

    for frame in Frame.objects.filter(delete_after__lte=now, deleted_at=None):
        name = str(frame.image.name)
        Frame.objects.filter(id=frame.id).update(deleted_at=now, image="")
        frame.image.storage.delete(name)


def _dying(sweep: Callable[[datetime], None], now: datetime, files: int, before: bool) -> None:
    """Sweep, and die at the next file after so many are gone: before it goes, or after."""
    from checkout.models import Frame

    storage = Frame._meta.get_field("image").storage
    delete, gone = storage.delete, iter(range(files))

    def fatal(name: str) -> None:
        last = next(gone, None) is None
        if last and before:
            os.kill(os.getpid(), signal.SIGKILL)
        delete(name)
        if last:
            os.kill(os.getpid(), signal.SIGKILL)

    vars(storage)["delete"] = fatal
    sweep(now)


def _killed(work: Callable[[], Any], after_s: float) -> int:
    """1 when the process was killed before it had ended by itself."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    end = time.monotonic() + after_s
    ended = 0
    while not ended and time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        time.sleep(0.001)  # a process's end: there is no event to wait for
    if not ended:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    return int(os.WIFSIGNALED(status))


def _faults(now: datetime) -> list[str]:
    """What lies in storage without a row, past its date, or is still to be read."""
    from checkout.models import Frame
    from checkout.services.frames import frame_read
    from checkout.services.orphans import stored_names
    from inventory.errors import NotFound

    names = set(stored_names())
    rows = {str(frame.image.name): frame for frame in Frame.objects.select_related("escalation__store")}
    found = [f"{name} has no row" for name in names - set(rows)]
    for name, frame in rows.items():
        if frame.delete_after + GRACE <= now + timedelta(seconds=1) and name in names:
            found.append(f"{name} is past its date and still there")
        try:
            frame_read(frame, now=now)
            found.append(f"{name} is past its date and can be read")
        except NotFound:
            pass
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.gone")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="delete row first, file second; succeeds if noticed")
    asked = parser.parse_args()
    if not os.environ.get("GONE_CHILD"):
        status, told = run(asked.count, asked.seed, control=asked.control)
        say(told.rstrip())
        return status
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests import migrated

    migrated.copy_for(os.environ)
    call_command("migrate", verbosity=0)
    finding = proof(asked.count, asked.seed, asked.control)
    say(f"gone: seed {asked.seed}: {finding.figure}")
    for fault in finding.faults[:8]:
        say(f"  - {fault}")
    if asked.control:
        say("control: noticed" if finding.faults else "control: NOT noticed")
    else:
        say("FAILED" if finding.faults else "holds")
    return int(bool(finding.faults) != asked.control)


if __name__ == "__main__":
    sys.exit(main())
