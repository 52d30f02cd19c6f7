"""kill -9 at every step boundary of a payment: nobody pays twice, no charge is without a row, all is at rest in 60 s.

A child process makes the tablet's call (REST, with its idempotency key) and is killed at the boundary. Then either the
sweep alone goes on, or the tablet repeats its call with the same key. Every second checkout is paid by two tenders, the
first of which is set aside before: whoever dies after a capture then dies between two.
"""

import os
import random
import signal
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.proofs.money import clock, command, differences, own_sandbox, rest
from tests.proofs.telling import Finding

BOUNDARIES = (
    "before the call",
    "key claimed",
    "attempt written",
    "before authorising",
    "after authorising",
    "authorised written",
    "after capture",
    "in the settling transaction",
    "settled",
    "answer kept",
)
GIFT = 200
"""Minor units of the first of two tenders."""


def payment(count: int, seed: int, control: bool, *, boundaries: Sequence[str] = BOUNDARIES) -> Finding:
    """`count` kills at each boundary."""
    from django.conf import settings

    from tests.checkout.world import make_shop

    chance, faults = random.Random(seed), []
    path = Path(settings.DATA_DIR) / "proof-sandbox.sqlite3"
    slowest, kept, due = timedelta(0), 0, 0
    with own_sandbox(path) as sandbox:
        shop = make_shop()
        for boundary in boundaries:
            for number in range(count):
                repeated, split = chance.random() < 0.5, chance.random() < 0.5
                checkout, taken, found = one(shop, sandbox, boundary, repeated, control, split=split)
                faults += [f"{boundary} {number}: {fault}" for fault in found]
                slowest, due = max(slowest, taken or timedelta(0)), due + checkout
        kept = sandbox.kept_minor()
        if kept != due:
            faults.insert(0, f"the provider keeps {kept}, what is paid or set aside comes to {due}")
    figure = (
        f"{count * len(boundaries)} kills at {len(boundaries)} boundaries, {kept} cents kept for {due} sold or held, "
        f"all at rest within {slowest.total_seconds():.0f} s"
    )
    return Finding(figure, faults)


def one(
    shop: Any, sandbox: Any, boundary: str, repeated: bool, control: bool, *, split: bool
) -> tuple[int, timedelta | None, list[str]]:
    """One kill: what was sold in the end or is still set aside, how long it took to come to rest, what is wrong."""
    from carts.models import Cart
    from checkout.models import Checkout, IdempotencyKey
    from tests.checkout.world import make_trip, open_checkout

    cart = Cart.objects.create(store=shop.store, label=uuid.uuid4().hex[:10])
    token = enrol(shop, cart)
    checkout = open_checkout(shop, make_trip(shop, cart=cart), now=clock())
    key = uuid.uuid4().hex
    if split:
        call(token, checkout.id, uuid.uuid4().hex, source=f"sandbox:gift:{letters()}{GIFT}", amount=GIFT)
    killed(lambda: call(token, checkout.id, key), boundary)
    if control:  # the safety that is taken away: the repeat finds what was begun, and never starts another
        forget(checkout.id)
        key, repeated = uuid.uuid4().hex, True
    if repeated:
        IdempotencyKey.objects.filter(key=key).update(lease_until=clock() - timedelta(seconds=1))
        call(token, checkout.id, key)
    took = rest(checkout.id, clock())
    found = differences(checkout.id, sandbox)
    state = Checkout.objects.get(id=checkout.id).state
    if took is None:
        found.append("not at rest within 60 s")
    begun = boundary not in BOUNDARIES[:2]
    if (repeated or begun) and state != "paid":
        found.append(f"the checkout is {state}")
    held = checkout.attempts.filter(state="authorised")
    aside = sum(held.values_list("amount_minor", flat=True))
    return (checkout.amount_minor if state == "paid" else aside), took, found


def letters() -> str:
    """A name for a gift card of its own."""
    return uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))[:16]


def enrol(shop: Any, cart: Any) -> str:
    from carts.services.enrolment import device_enrol, enrolment_code_create

    code = enrolment_code_create(store_id=shop.store.pk, cart_id=cart.pk, now=clock())
    return device_enrol(code=code, now=clock()).token


def call(token: str, checkout_id: Any, key: str, **told: Any) -> int:
    """The tablet's call: by card, for all that is open."""
    from rest_framework.test import APIClient

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Device {token}")
    body = {"method": "card", "source": "sandbox:approve"} | told
    path = f"/api/v1/checkouts/{checkout_id}/payments"
    return int(client.post(path, body, format="json", headers={"Idempotency-Key": key}).status_code)


def forget(checkout_id: Any) -> None:
    """A naive server after a crash: what was under way counts as declined, whatever the provider did."""
    from carts.models import Trip
    from checkout.models import Checkout, PaymentAttempt

    PaymentAttempt.objects.filter(checkout_id=checkout_id).exclude(state="captured").update(state="declined")
    rows = Checkout.objects.filter(id=checkout_id, state__in=["paying", "unknown"])
    Trip.objects.filter(id__in=rows.values("trip_id")).update(state="cleared")
    rows.update(state="cleared")


def killed(work: Callable[[], Any], boundary: str) -> None:
    """Runs it in a child that dies at the boundary; raises if the child got past it alive."""
    from django.db import connections

    connections.close_all()
    if hasattr(connections["default"], "close_pool"):
        connections["default"].close_pool()
    pid = os.fork()
    if pid == 0:
        try:
            arm(boundary)
            work()
        finally:
            os._exit(7)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        raise RuntimeError(f"the child was not killed {boundary}")


def die(*arguments: Any, **named: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(boundary: str) -> None:
    """Puts the kill where the boundary is."""
    from checkout import apis
    from checkout.providers.sandbox import Sandbox
    from checkout.services import advancing, answers, idempotency, settling

    places: dict[str, Callable[[], None]] = {
        "before the call": lambda: _set(apis, "run_once", die),
        "key claimed": lambda: _set(apis, "payment_start", die),
        "attempt written": lambda: _set(apis, "payment_advance", die),
        "before authorising": lambda: _set(Sandbox, "authorise", die),
        "after authorising": lambda: _after(Sandbox, "authorise"),
        "authorised written": lambda: _after(answers, "authorised"),
        "after capture": lambda: _after(Sandbox, "capture"),
        "in the settling transaction": lambda: _after(settling, "pass_issue"),
        "settled": lambda: _after(advancing, "_ask"),
        "answer kept": lambda: _after(idempotency, "run_once", on=apis),
    }
    places[boundary]()


def _set(owner: Any, name: str, value: Any) -> None:
    setattr(owner, name, value)


def _after(owner: Any, name: str, *, on: Any = None) -> None:
    real = getattr(owner, name)

    def then_die(*arguments: Any, **named: Any) -> Any:
        real(*arguments, **named)
        die()

    setattr(on or owner, name, then_die)


if __name__ == "__main__":
    command("payment", payment, few=3)
