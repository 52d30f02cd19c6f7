"""Two at the same moment, on one checkout: exactly one wins, and the books agree after it.

Two threads with connections of their own start as one, again and again, for each pair of rivals.
"""

import queue
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.proofs.money import clock, command, differences, own_sandbox, rest
from tests.proofs.telling import Finding

Call = Callable[[], Any]


class Pair:
    """Two threads that live as long as the proof, and are let go at the same moment."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self._work: list[queue.Queue[tuple[Call, float] | None]] = [queue.Queue(), queue.Queue()]
        self._done: queue.Queue[tuple[int, Any]] = queue.Queue()
        self._threads = [threading.Thread(target=self._run, args=(n,), daemon=True) for n in (0, 1)]
        for thread in self._threads:
            thread.start()

    def together(self, first: Call, second: Call, late: tuple[float, float]) -> list[Any]:
        """The answers in order; refusals are answers. Each begins `late` seconds after the start."""
        for work, call, wait in zip(self._work, (first, second), late, strict=True):
            work.put((call, wait))
        found = dict(self._done.get(timeout=120) for _ in range(2))
        return [found[0], found[1]]

    def close(self) -> None:
        for work in self._work:
            work.put(None)
        for thread in self._threads:
            thread.join(30)

    def _run(self, number: int) -> None:
        from django.db import connection

        while (item := self._work[number].get()) is not None:
            call, wait = item
            self._barrier.wait(60)
            time.sleep(wait)
            try:
                answer = call()
            except Exception as error:  # judged by who asked
                answer = error
            self._done.put((number, answer))
        connection.close()


class Race:
    """One round's checkout, and what the rivals do to it."""

    def __init__(self, shop: Any, sandbox: Any) -> None:
        from carts.models import Cart
        from tests.checkout.world import make_trip, open_checkout

        self.shop, self.sandbox = shop, sandbox
        cart = Cart.objects.create(store=shop.store, label=uuid.uuid4().hex[:10])
        self.checkout = open_checkout(shop, make_trip(shop, cart=cart), now=clock())

    def pay(self, source: str = "sandbox:approve") -> Any:
        from checkout.services.advancing import payment_advance
        from checkout.services.payments import payment_start

        attempt = payment_start(
            checkout_id=self.checkout.id, method="card", source=source, key=uuid.uuid4().hex, now=clock()
        )
        return payment_advance(attempt_id=attempt.id, now=clock())

    def escalate(self) -> str:
        """A late doubt about a checkout that was cleared."""
        from django.db import transaction

        from carts.services.settlement import trip_transition
        from checkout.models import Checkout
        from checkout.models.below import TripState
        from checkout.services.escalations import escalation_open
        from checkout.services.moves import checkout_move

        with transaction.atomic():
            trip_transition(trip_id=self.checkout.trip_id, to=TripState.IN_REVIEW, now=clock())
            checkout_move(self.checkout.id, "in_review")  # type: ignore[arg-type]
            escalation_open(checkout=Checkout.objects.get(id=self.checkout.id), lane=None, look=False, now=clock())
        return "escalated"

    def reopen(self, *, scan: bool = False) -> str:
        """The shopper goes on shopping; with `scan` takes one more and is ready again."""
        from django.db import transaction

        from carts.models import Trip, TripState
        from carts.services.settlement import trip_transition
        from carts.signals import trip_left

        with transaction.atomic():
            trip_transition(trip_id=self.checkout.trip_id, to=TripState.SHOPPING, now=clock())
            trip_left.send(sender=Trip, trip_id=self.checkout.trip_id, to=TripState.SHOPPING, now=clock())
            if scan:
                from django.db.models import F

                Trip.objects.filter(id=self.checkout.trip_id).update(
                    due_minor=F("due_minor") + 149, revision=F("revision") + 1, sealed_revision=F("sealed_revision") + 1
                )
                trip_transition(trip_id=self.checkout.trip_id, to=TripState.SEALED, now=clock())
        return "reopened"

    def webhook(self, attempt_id: Any) -> Any:
        """The provider's word comes in while the tablet asks."""
        from checkout.models import PaymentAttempt
        from checkout.providers.sandbox import SandboxEvent, sandbox_signed
        from checkout.services.advancing import payment_advance
        from checkout.services.webhooks import sandbox_secret, webhook_receive

        key = PaymentAttempt.objects.get(id=attempt_id).key
        event = SandboxEvent(uuid.uuid4().hex, "payment.authorised", key)
        headers, body = sandbox_signed(event, secret=sandbox_secret(), at=int(clock().timestamp()))
        webhook_receive(provider="sandbox", headers=headers, body=body, now=clock())
        return payment_advance(attempt_id=attempt_id, now=clock())

    def refund(self, key: str) -> Any:
        from checkout.services.refunding import refund_advance
        from checkout.services.refunds import refund_request

        made = refund_request(
            checkout_id=self.checkout.id, lines={1: 2}, reason="returned", key=key, staff=self.shop.sue, now=clock()
        )
        return refund_advance(refund_id=made.id, now=clock())


def rivals(name: str, race: Race) -> tuple[Call, Call]:
    """What the two do; what has to be before is done here."""
    if name == "pay x pay":
        return race.pay, race.pay
    if name == "pay x webhook":
        from checkout.services.advancing import payment_advance
        from checkout.services.payments import payment_start

        attempt = payment_start(
            checkout_id=race.checkout.id, method="card", source="sandbox:approve", key=uuid.uuid4().hex, now=clock()
        )
        return lambda: payment_advance(attempt_id=attempt.id, now=clock()), lambda: race.webhook(attempt.id)
    if name == "refund x refund":
        race.pay()
        return lambda: race.refund("a"), lambda: race.refund("b")
    others = {
        "pay x escalate": race.escalate,
        "reopen x pay": race.reopen,
        "pay x scan": lambda: race.reopen(scan=True),
    }
    return race.pay, others[name]


RACES = ("pay x pay", "pay x webhook", "pay x escalate", "pay x scan", "reopen x pay", "refund x refund")


def races(count: int, seed: int, control: bool) -> Finding:
    """`count` rounds of each race."""
    from django.conf import settings

    from tests.checkout.world import make_shop

    chance, pair, faults, firsts = random.Random(seed), Pair(), [], 0
    path = Path(settings.DATA_DIR) / "proof-sandbox.sqlite3"
    try:
        with own_sandbox(path) as sandbox, naive() if control else _as_it_is():
            shop = make_shop()
            for name in ("pay x pay", "refund x refund") if control else RACES:
                for number in range(count):
                    race = Race(shop, sandbox)
                    # Neither is always first: the start is staggered by up to 4 ms either way.
                    stagger = chance.uniform(-0.004, 0.004)
                    answers = pair.together(*rivals(name, race), (max(0, stagger), max(0, -stagger)))
                    firsts += not isinstance(answers[0], Exception)
                    faults += [f"{name} {number}: {fault}" for fault in judge(name, race, answers)]
    finally:
        pair.close()
    figure = f"{count} rounds of each of {len(RACES)} races, the first rival won {firsts} in all"
    return Finding(figure, faults)


def judge(name: str, race: Race, answers: list[Any]) -> list[str]:
    """What is wrong after a round."""
    from inventory.errors import DomainError

    found = [repr(a) for a in answers if isinstance(a, Exception) and not isinstance(a, DomainError)]
    won = [answer for answer in answers if not isinstance(answer, Exception)]
    # A webhook beside the call it tells of is no rival: both hear the same end.
    wanted = 2 if name == "pay x webhook" else 1
    if len(won) != wanted:
        found.append(f"{len(won)} of 2 won")
    if rest(race.checkout.id, clock()) is None:
        found.append("not at rest within 60 s")
    found += differences(race.checkout.id, race.sandbox)
    return found + _outcome(name, race)


def _outcome(name: str, race: Race) -> list[str]:
    from carts.models import Trip
    from checkout.models import Checkout

    checkout = Checkout.objects.get(id=race.checkout.id)
    trip = Trip.objects.get(id=checkout.trip_id)
    state = (str(checkout.state), str(trip.state))
    allowed = {
        "pay x pay": {("paid", "paid")},
        "pay x webhook": {("paid", "paid")},
        "pay x escalate": {("paid", "paid"), ("in_review", "in_review")},
        "pay x scan": {("paid", "paid"), ("abandoned", "sealed")},
        "reopen x pay": {("paid", "paid"), ("abandoned", "shopping")},
        "refund x refund": {("paid", "paid")},
    }[name]
    found = [] if state in allowed else [f"ended as {state}"]
    if checkout.state == "paid" and (trip.due_minor, checkout.open_escalations) != (checkout.amount_minor, 0):
        found.append("paid another amount than the trip's, or over an open escalation")
    if name == "refund x refund":
        given = race.sandbox.given_minor(key=checkout.attempts.get().key)
        if given != 2 * 149:
            found.append(f"{given} given back for pieces that cost {2 * 149}")
    return found


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def naive() -> Iterator[None]:
    """A server that reads, thinks, calls the provider and writes, without claim, lock or key of its own."""
    from unittest.mock import patch

    with patch.object(Race, "pay", _naive_pay), patch.object(Race, "refund", _naive_refund):
        yield


def _naive_pay(race: Race) -> str:
    from checkout.models import Checkout
    from checkout.providers import Payment
    from checkout.services.payments import payment_start
    from checkout.services.settling import checkout_settle

    checkout = Checkout.objects.get(id=race.checkout.id)
    key = uuid.uuid4().hex
    payment = Payment(key=key, amount_minor=checkout.amount_minor, currency="EUR", source="sandbox:approve")
    answer = race.sandbox.authorise(payment)
    race.sandbox.capture(payment)
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=clock())
    checkout_settle(attempt=attempt, reference=answer.reference, now=clock())
    return "paid"


def _naive_refund(race: Race, key: str) -> str:
    from checkout.models import SaleLine
    from checkout.providers import Payment

    attempt = race.checkout.attempts.get()
    line = SaleLine.objects.get(checkout=race.checkout, line=1)
    payment = Payment(key=attempt.key, amount_minor=attempt.amount_minor, currency="EUR", source="sandbox:approve")
    race.sandbox.refund(payment, key=key + uuid.uuid4().hex, amount_minor=line.amount_minor - line.refunded_minor)
    SaleLine.objects.filter(pk=line.pk).update(refunded_minor=line.amount_minor, refunded_pieces=line.pieces)
    return "given"


if __name__ == "__main__":
    command("races", races, few=20)
