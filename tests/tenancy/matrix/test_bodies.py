"""What is named in a body and not in the address: foreign is as absent there."""

import io
import json
import uuid
from typing import Any

import pytest

from checkout.models import OutboxMessage
from inventory.models import Lane
from tests.tenancy.matrix.asking import Answer, ask
from tests.tenancy.matrix.table import FILES, FORM, JSON, Row
from tests.tenancy.matrix.world import Principal, Relation, World

BOUNDARY = "matrix"


def said(world: World, principal: Principal, route: str, body: Any, *, sends: str = JSON, **parts: Any) -> Answer:
    """The answer to a body, without what was asked for in it."""
    row = Row("POST", route, 0, sends=sends, data=body, headers={"Idempotency-Key": "bodies"})
    return ask(world, row, principal, **parts)


def test_a_gate_is_told_the_same_of_a_foreign_pass_and_of_one_that_nobody_made(world: World) -> None:
    token = world.parts["real"]["token"]
    for relation in (Relation.OTHER_STORE, Relation.OTHER_TENANT):
        gate = world.one("gate", relation)

        foreign = said(world, gate, "api/v1/gate/open", {"pass": token, "nonce": "n"})
        absent = said(world, gate, "api/v1/gate/open", {"pass": "no-pass-of-ours", "nonce": "n"})

        assert (foreign.status, foreign) == (404, absent)

    own = said(world, world.one("gate"), "api/v1/gate/open", {"pass": token, "nonce": "n"})
    assert own.status == 200


def test_a_gate_that_tells_of_a_foreign_pass_leaves_no_trace(world: World) -> None:
    rows = [{"pass": world.parts["real"]["token"], "at": 1_790_000_000}]
    foreign = said(world, world.one("gate", Relation.OTHER_TENANT), "api/v1/gate/sync", {"opened": rows})

    assert json.loads(foreign.body)["results"] == ["unknown"]


def test_a_checkout_takes_no_lane_of_another_store(world: World) -> None:
    """Own trip, foreign lane: as a lane that nobody has."""
    theirs = world.one("cart", Relation.OTHER_TENANT).store
    assert theirs is not None
    elsewhere = Lane.objects.create(store=theirs, name="Theirs")
    route, cart = "api/v1/trips/<uuid:trip>/checkout", world.one("cart")

    foreign = said(world, cart, route, {"lane": str(elsewhere.pk)})
    absent = said(world, cart, route, {"lane": str(uuid.uuid4())})

    assert (foreign.status, foreign.body.replace(str(elsewhere.pk), "")) == (absent.status, absent.body)


def test_a_dead_letter_of_another_store_is_no_letter_here(world: World) -> None:
    one = world.one("manager", Relation.OTHER_TENANT)
    assert one.store is not None
    theirs = world.rows[OutboxMessage].pk
    route = "console/stores/<int:store_id>/undelivered/replay/"

    foreign = said(world, one, route, f"message={theirs}", sends=FORM, store_id=one.store.pk)
    absent = said(world, one, route, "message=987654", sends=FORM, store_id=one.store.pk)

    assert (foreign.status, foreign) == (404, absent)


@pytest.mark.parametrize("relation", [Relation.OTHER_STORE, Relation.OTHER_TENANT, Relation.ENDED])
def test_a_file_is_brought_to_an_own_store_only(world: World, relation: Relation) -> None:
    one = world.one("manager", relation)

    foreign, absent = (_file(world, one, store_id) for store_id in (world.store.pk, 987654))

    assert (foreign.status, foreign) == (404, absent)
    assert _file(world, world.one("associate"), world.store.pk).status == 404
    assert _file(world, world.one("manager"), world.store.pk).status == 200
    assert _file(world, world.people[-1], world.store.pk).status in {401, 403}


def _file(world: World, principal: Principal, store_id: int) -> Answer:
    fields = {"store": str(store_id), "dry_run": "true"}
    body = io.StringIO()
    for name, value in fields.items():
        body.write(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n')
    body.write(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n')
    body.write("Content-Type: text/csv\r\n\r\ncode,name,price\nA1,Tea,1.99\n\r\n" + f"--{BOUNDARY}--\r\n")
    return said(world, principal, "api/v1/catalogue/import", body.getvalue(), sends=f"{FILES}; boundary={BOUNDARY}")


def test_what_names_things_in_bodies_is_listed_here() -> None:
    """A new field of a body that ends like an id asks for a test in this file."""
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    bodies = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                name = kind["schema"].get("$ref", "").rpartition("/")[2]
                fields = schema["components"]["schemas"].get(name, {}).get("properties", {})
                bodies[f"{method} {path}"] = sorted(fields)

    assert {path: fields for path, fields in bodies.items() if fields} == {
        "post /api/v1/device/enrol": ["code"],
        "post /api/v1/catalogue/import": ["background", "dry_run", "file", "mapping", "skip_problems", "store"],
        "post /api/v1/scan/image": ["image"],
        "post /api/v1/trips/{trip}/checkout": ["lane", "language"],
        "post /api/v1/checkouts/{checkout}/payments": ["amount", "method", "source", "tip"],
        "post /api/v1/till/baskets/{code}/paid": ["amount", "checked", "reference", "tender"],
        "post /api/v1/checkouts/{checkout}/confirm": ["revision"],
        "post /api/v1/gate/open": ["nonce", "pass"],
        "post /api/v1/gate/sync": ["opened"],
    }
