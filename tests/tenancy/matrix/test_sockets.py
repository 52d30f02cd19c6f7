"""The two sockets: who may open them, what may be said before a hello, and what a message may name."""

import json
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.utils import timezone
from msgspec.structs import fields

from carts.live.opening import Turned, authenticate, open_stream
from carts.models import Device, DeviceKind, JournalEntry, Trip
from carts.protocol import Close, Refuse, Session, Shut
from carts.protocol.events import KINDS
from carts.protocol.inbound import Event, Health, Hello, Message, Skip, Weight
from carts.services.enrolment import ticket_create
from console.consumers import NOT_ALLOWED, NOT_SIGNED_IN, ConsoleConsumer
from inventory.access import ROLES, Action
from tests.tenancy.matrix.world import REACHING, Principal, Relation, World

SAYS: dict[str, dict[str, Any]] = {
    "hello": {}, "weight": {"at": 1, "step": 100, "grams": [1.0]}, "skip": {"from": 1, "to": 2, "why": "lost"},
    "health": {"battery": 0.5, "charging": False},
}  # fmt: skip
DATA: dict[str, dict[str, Any]] = {
    "start": {}, "scan": {"code": "9521000000018", "source": "scanner"}, "remove": {"line": 1}, "bag": {},
    "assist": {}, "dispute": {"discrepancy": "1"}, "pause": {}, "resume": {}, "seal": {}, "reopen": {}, "cancel": {},
}  # fmt: skip
# What names something, and within what it is looked up: nothing that a cart says reaches beyond itself and its store.
NAMES = {
    "hello.stream": "refused if another cart's", "hello.ticket": "made for one device",
    "scan.code": "the store's catalogue", "remove.code": "the trip's basket", "remove.line": "the trip's basket",
    "dispute.discrepancy": "the trip's own numbers", "start.shopper": "kept as told",
}  # fmt: skip
PLAIN = {
    "clock", "firmware", "scale", "first", "last", "seen", "at", "step", "grams", "from_", "to", "why", "seq", "kind",
    "data", "battery", "charging", "temperature_c", "storage_free", "mode", "language", "source", "quantity", "reason",
}  # fmt: skip


def test_each_kind_of_message_and_event_is_in_this_file() -> None:
    assert set(SAYS) | {"event"} == {kind.__struct_config__.tag for kind in (Hello, Event, Weight, Skip, Health)}
    assert Message == Hello | Event | Weight | Skip | Health
    assert set(DATA) == set(KINDS)


def test_each_field_that_names_something_is_listed() -> None:
    messages = {"hello": Hello, "weight": Weight, "skip": Skip, "health": Health, "event": Event, **KINDS}
    found = {f"{kind}.{field.name}" for kind, type_ in messages.items() for field in fields(type_)}

    assert {name for name in found if name.rpartition(".")[2] not in PLAIN} == set(NAMES)


@pytest.mark.parametrize("kind", [*sorted(set(SAYS) - {"hello"}), *DATA])
def test_nothing_is_heard_before_a_hello(kind: str) -> None:
    event = {"type": "event", "seq": 1, "at": 1, "kind": kind, "data": DATA.get(kind)}
    frame = json.dumps(event if kind in DATA else {"type": kind, **SAYS[kind]})

    actions = Session().receive(frame, 0)

    assert actions
    assert all(isinstance(action, Refuse | Shut) for action in actions)


def test_only_a_cart_that_is_enrolled_opens_the_stream(world: World) -> None:
    wrong = []
    for machine in (one for one in world.machines if one.kind in DeviceKind.values):
        token = str(machine.client.defaults["HTTP_AUTHORIZATION"]).partition(" ")[2]
        let_in = _let_in(token=token)
        if let_in != (machine.kind == "cart" and machine.relation != Relation.REVOKED):
            wrong.append(f"{machine}: {let_in}")

    assert wrong == []
    assert not _let_in(token="")
    assert not _let_in(token="nonsense")


def test_a_ticket_opens_the_stream_of_its_own_cart(world: World) -> None:
    device = _device(world.one("cart", Relation.OTHER_TENANT))
    ticket = ticket_create(device=device, now=timezone.now())

    assert authenticate(token="", ticket=ticket, now=timezone.now()).cart_id == device.cart_id
    assert not _let_in(ticket=ticket)  # it is spent


@pytest.mark.parametrize("relation", [Relation.SIBLING, Relation.OTHER_STORE, Relation.OTHER_TENANT])
def test_another_carts_stream_is_refused_and_nothing_is_read_of_it(world: World, relation: Relation) -> None:
    trip, kept = world.rows[Trip], JournalEntry.objects.count()
    hello = Hello(stream=str(trip.stream), clock="", firmware="1", scale=None)

    with pytest.raises(Turned) as refused:
        open_stream(device=_device(world.one("cart", relation)), hello=hello, now=timezone.now())

    assert refused.value.close == Close.NOT_THIS_CART
    assert JournalEntry.objects.count() == kept
    assert open_stream(device=_device(world.one("cart")), hello=hello, now=timezone.now()).acked == 1


def test_the_console_socket_opens_for_who_may_see_the_board(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("channels.db.close_old_connections", lambda: None)  # the world is in this one, uncommitted
    wrong = []
    for one in world.people:
        may = one.kind == "superuser" or (one.user and Action.SEE_BOARD in ROLES[one.kind])  # type: ignore[index]
        reaches = may and one.relation in REACHING
        signed_in = one.user is not None and one.relation != Relation.REVOKED
        want = None if reaches else NOT_ALLOWED if signed_in else NOT_SIGNED_IN
        told, absent = _refused(one, world.store.pk), _refused(one, 987654)
        if told != want or absent != (want or NOT_ALLOWED):
            wrong.append(f"{one}: {told}, {absent} instead of {want}")

    assert wrong == []


def _refused(one: Principal, store_id: int) -> int | None:
    consumer = ConsoleConsumer()
    cookies = {name: morsel.value for name, morsel in one.client.cookies.items()}
    assert settings.SESSION_COOKIE_NAME in cookies or one.user is None
    consumer.scope = {"cookies": cookies, "query_string": f"store={store_id}".encode()}
    refused: int | None = async_to_sync(consumer._refused)()
    return refused


def _let_in(*, token: str = "", ticket: str | None = None) -> bool:
    try:
        return bool(authenticate(token=token, ticket=ticket, now=timezone.now()))
    except Turned:
        return False


def _device(machine: Principal) -> Device:
    token = str(machine.client.defaults["HTTP_AUTHORIZATION"]).partition(" ")[2]
    return authenticate(token=token, ticket=None, now=timezone.now())
