"""What the proofs about money share: a shop in a database of its own, a sandbox of its own, and the books compared.

A proof runs in a process of its own for each database. `python -m tests.proofs.payment` and `… .races` start them.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.stream.server import ROOT, postgres
from tests.proofs.telling import Finding, say

Proof = Callable[[int, int, bool], Finding]
REST = timedelta(seconds=60)
SWEEP_S = 3


def command(name: str, proof: Proof, *, few: int, databases: bool = True) -> None:
    """The command line of such a proof: on SQLite and, where it answers, on PostgreSQL."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.proofs.{name}")
    parser.add_argument("--count", type=int, default=few)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="take the safety away; succeeds if that is noticed")
    parser.add_argument("--here", default="", help="run on the database of the environment, under this name")
    options = parser.parse_args()
    if options.here:
        sys.exit(_here(name, proof, options))
    with tempfile.TemporaryDirectory(prefix="money-") as folder:
        codes = [_there(name, options, "SQLite", f"sqlite:///{folder}/store.sqlite3", folder)]
        with postgres() as url:
            if url is None:
                say("no PostgreSQL answers at TEST_DATABASE_URL: only SQLite was tried")
            else:
                codes.append(_there(name, options, "PostgreSQL", url, folder))
    sys.exit(max(codes))


def _there(name: str, options: Any, database: str, url: str, folder: str) -> int:
    data = Path(folder) / database
    data.mkdir()
    arguments = [sys.executable, "-m", f"tests.proofs.{name}", "--here", database, "--count", str(options.count),
                 "--seed", str(options.seed), *(["--control"] if options.control else [])]  # fmt: skip
    variables = {"DATABASE_URL": url, "DATA_DIR": str(data), "SECRET_KEY": "proof-" * 8, "BROKER_URL": "",
                 "REDIS_URL": "", "LOG_LEVEL": "CRITICAL", "ALLOWED_HOSTS": "testserver",
                 "PAYMENT_PROVIDERS": "sandbox,till"}  # fmt: skip
    return subprocess.run(arguments, cwd=ROOT, env=os.environ | variables, check=False).returncode


def _here(name: str, proof: Proof, options: Any) -> int:
    set_up()
    began = time.monotonic()
    finding = proof(options.count, options.seed, options.control)
    head = f"{name}: {options.here}: seed {options.seed}, count {options.count}"
    say(f"{head}, {time.monotonic() - began:.0f} s: {finding.figure}")
    for fault in finding.faults[:10]:
        say(f"  - {fault}")
    noticed = bool(finding.faults)
    if options.control:
        say("control: the missing safety was noticed" if noticed else "control: NOT noticed")
    else:
        say("FAILED" if noticed else "holds")
    return int(noticed != options.control)


def set_up() -> None:
    """Django, a migrated database, and no broker: what would be sent is found by the sweep."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    silence()


def silence() -> None:
    """Tasks go nowhere, as if each were lost."""
    from checkout import tasks

    for task in (tasks.look, tasks.deliver_outbox, tasks.advance_payment, tasks.advance_refund):
        vars(task)["delay"] = lambda *arguments: None


@contextlib.contextmanager
def own_sandbox(path: Path) -> Iterator[Any]:
    """A sandbox that never waits, in place of the server's."""
    from checkout.providers import registry
    from checkout.providers.free import Free
    from checkout.providers.sandbox import Sandbox

    own, before = Sandbox(path, pause=lambda seconds: None), registry._providers
    registry._providers = lambda: (own, Free())  # type: ignore[assignment]
    try:
        yield own
    finally:
        registry._providers = before


def sweep(now: datetime) -> None:
    """What the worker does every few seconds about money, at this moment."""
    from checkout.services import sweeping
    from checkout.services.advancing import payment_advance
    from checkout.services.refunding import refund_advance

    sweeping.sandbox_events_take(now=now)
    sweeping.tenders_mend(now=now)
    sweeping.checkouts_mend(now=now)
    sweeping.payments_recover(now=now, send=lambda id_: payment_advance(attempt_id=id_, now=now))  # type: ignore[arg-type]
    sweeping.refunds_recover(now=now, send=lambda id_: refund_advance(refund_id=id_, now=now))  # type: ignore[arg-type]


def rest(checkout_id: Any, began: datetime) -> timedelta | None:
    """Sweeps as time goes by until nothing of the checkout is under way; how long that took, None for over 60 s."""
    now = began
    while now <= began + REST:
        if at_rest(checkout_id):
            return now - began
        now += timedelta(seconds=SWEEP_S)
        sweep(now)
    return REST if at_rest(checkout_id) else None


def at_rest(checkout_id: Any) -> bool:
    """No attempt and no refund is waiting for anybody, and the checkout is not being paid."""
    from checkout.models import Checkout, PaymentAttempt, RefundPart

    checkout = Checkout.objects.get(id=checkout_id)
    attempts = PaymentAttempt.objects.filter(checkout=checkout)
    moving = attempts.filter(state__in=["created", "unknown"]) | attempts.filter(state="authorised").exclude(
        intent="hold"
    )
    refunds = RefundPart.objects.filter(refund__checkout=checkout, state="pending")
    return checkout.state not in {"paying", "unknown"} and not moving.exists() and not refunds.exists()


def differences(checkout_id: Any, sandbox: Any) -> list[str]:
    """Where our rows and the provider's books differ for a checkout at rest: every cent there has a row here."""
    from checkout.models import Checkout, OutboxMessage, Receipt, SaleLine

    checkout, found = Checkout.objects.get(id=checkout_id), []
    taken = 0
    for attempt in checkout.attempts.all():
        theirs = sandbox.captured_minor(key=attempt.key)
        ours = attempt.amount_minor + attempt.tip_minor if attempt.state == "captured" else 0
        if theirs != ours:
            found.append(f"{attempt.state} attempt: {theirs} taken there, {ours} here")
        back = sandbox.given_minor(key=attempt.key)
        if back != attempt.refunded_minor:
            found.append(f"attempt: {back} given back there, {attempt.refunded_minor} here")
        taken += ours
    receipts = Receipt.objects.filter(checkout=checkout).count()
    settled = checkout.state == "paid"
    if (taken == checkout.amount_minor) != settled and checkout.amount_minor:
        found.append(f"{checkout.state}, {taken} of {checkout.amount_minor} taken")
    if receipts != int(settled) or SaleLine.objects.filter(checkout=checkout).exists() != settled:
        found.append(f"{checkout.state} with {receipts} receipts")
    if OutboxMessage.objects.filter(topic="stock.sale", group=f"stock:{checkout.id}").count() != int(settled):
        found.append(f"{checkout.state}, and stock does not go down once")
    if checkout.captured_minor != sum(row.amount_minor for row in checkout.attempts.filter(state="captured")):
        found.append("the checkout's sum is not that of its tenders")
    return found


def clock() -> datetime:
    return datetime.now(UTC)
