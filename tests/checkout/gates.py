"""Gates of a store with books of their own, and lines to our services that can be cut."""

from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec
import pytest

from carts.client import Problem, RestClient, Unreachable
from carts.client.answers import GateSync
from carts.client.gate import GateKeeper
from carts.client.passes import PassRefusedError
from carts.models import Device, DeviceKind
from carts.services.enrolment import device_enrol, enrolment_code_create
from checkout.services.passes import gate_open, gate_sync
from inventory.errors import DomainError
from tests.checkout.world import NOW, Shop

T = TypeVar("T")


class Clock:
    """Seconds since 1970, moved by the test; a gate's may go wrong."""

    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)


class Line:
    """The gate's line to our services: only the network is made up, and can be cut before or after the effect."""

    def __init__(self, gate: Device, clock: Clock) -> None:
        self.gate, self.clock, self.cut = gate, clock, ""

    async def open_gate(self, token: str, *, nonce: str = "") -> bool:
        return bool(self._call(lambda: self._open(token, nonce)))

    async def sync_gate(self, opened: Sequence[Mapping[str, Any]] = ()) -> GateSync:
        told = [(row["pass"], datetime.fromtimestamp(row["at"], UTC)) for row in opened]
        body = self._call(lambda: gate_sync(gate=self.gate, opened=told, now=self.clock.moment))
        return msgspec.convert(body, GateSync)

    def _open(self, token: str, nonce: str) -> bool:
        gate_open(token=token, store_id=self.gate.store_id, gate=self.gate, nonce=nonce, now=self.clock.moment)
        return True

    def _call(self, call: Any) -> Any:
        if self.cut == "before":
            raise Unreachable("unreachable", "no line")
        try:
            answer = call()
        except DomainError as error:
            raise Problem(error.status, error.code, error.detail) from error
        if self.cut == "after":
            raise Unreachable("unreachable", "the answer was lost")
        return answer


class Gates:
    """Gates of one store, each with a book of its own."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop, self.folder, self.clock = shop, folder, Clock()
        self.lines: dict[str, Line] = {}
        self.keepers: dict[str, GateKeeper] = {}

    def add(self, name: str) -> GateKeeper:
        code = enrolment_code_create(store_id=self.shop.store.pk, kind=DeviceKind.GATE, now=NOW)
        device_enrol(code=code, now=NOW)
        gate = Device.objects.filter(kind="gate").order_by("created_at").last()
        assert gate is not None
        self.lines[name] = Line(gate, self.clock)
        return self.restart(name)

    def restart(self, name: str) -> GateKeeper:
        if name in self.keepers:
            self.keepers[name].close()
        rest = cast(RestClient, self.lines[name])
        self.keepers[name] = GateKeeper(self.folder / f"{name}.sqlite3", rest, wall=self.clock)
        return self.keepers[name]


def done(call: Coroutine[Any, Any, T]) -> T:
    """Runs what never waits, without an event loop (in which the ORM would refuse to work)."""
    try:
        call.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    raise AssertionError("it waits for something")


def refusal(call: Coroutine[Any, Any, Any]) -> str:
    with pytest.raises((PassRefusedError, Problem)) as refused:
        done(call)
    return str(refused.value.code)
