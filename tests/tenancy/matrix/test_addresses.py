"""Every address x method x who asks: answered as the table says; foreign looks exactly like absent."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from checkout import apis as checkout_apis
from console.views import fleet
from inventory.access import ROLES
from inventory.errors import NotFound
from inventory.models import Store
from tests.tenancy.matrix.asking import Answer, address, ask, parts_of
from tests.tenancy.matrix.table import API, CONSOLE, TABLE, Row
from tests.tenancy.matrix.world import REACHING, Principal, Relation, World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What would be seen only by who reaches our store.
MARKS = ("Heron", "heron", "C-heron")


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf but the admin's own, which test_admin.py goes through by model."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            if one.url_patterns is not admin.site.urls[0] and not route.startswith("admin/"):
                yield from routes(one.url_patterns, route)
        elif not route.startswith("admin/"):
            yield route, one


def expected(row: Row, principal: Principal) -> str:
    """`reach`, `login`, `absent`, `wrong kind`, `no credential`: from the table alone."""
    if row.staff:
        if principal.user is None or principal.relation == Relation.REVOKED:
            return "login"
        return "reach" if not row.needs or _may(row, principal) else "absent"
    if not row.kinds:
        return "reach"
    if principal.user is not None or principal.kind == "anybody" or principal.relation == Relation.REVOKED:
        return "no credential"
    if ("system" in row.kinds) != (principal.kind == "system"):
        return "no credential"
    if principal.kind not in row.kinds:
        return "wrong kind"
    if row.to_each_its_own or principal.relation == Relation.OWN:
        return "reach"
    beside = principal.relation == Relation.SIBLING and "cart" not in row.kinds
    return "reach" if beside else "absent"


def _may(row: Row, principal: Principal) -> bool:
    if principal.relation == Relation.ENDED:
        return False
    allowed = principal.kind == "superuser" or set(row.needs) <= ROLES[principal.kind]  # type: ignore[index]
    return allowed and (row.to_each_its_own or principal.relation in REACHING)


def faults(world: World, row: Row, principals: list[Principal]) -> Iterator[str]:
    """What is not as it must be, in words."""
    for principal in principals:
        want, answer = expected(row, principal), ask(world, row, principal)
        if want != "reach" and any(mark in answer.body for mark in MARKS):
            yield f"{row.method} {row.route}: {principal} reads of our store in a refusal"
        said = _fault(world, row, principal, want, answer)
        if said:
            yield f"{row.method} {row.route}: {principal}: {said}"


def _fault(world: World, row: Row, principal: Principal, want: str, answer: Answer) -> str:
    headers = dict(answer.headers)
    if want == "reach":
        own = row.roleless if row.roleless and principal.relation == Relation.ENDED else row.own
        return "" if answer.status == own else f"reaches it, and gets {answer.status} instead of {own}"
    if want == "login":
        fits = answer.status == 302 and headers["Location"].startswith("/console/login/?next=")
    else:
        fits = answer.status == {"absent": 404, "wrong kind": 403, "no credential": 401}[want]
    if not fits:
        return f"gets {answer.status}, expected: {want}"
    if parts_of(row.route) and answer != (absent := ask(world, row, principal, "absent")):
        return f"foreign looks other than absent: {difference(answer, absent)}"
    return ""


def difference(one: Answer, other: Answer) -> str:
    """Where two answers part."""
    lines = zip(
        f"{one.status} {one.headers}\n{one.body}".splitlines(),
        f"{other.status} {other.headers}\n{other.body}".splitlines(),
        strict=False,
    )
    return next((f"{a.strip()!r} / {b.strip()!r}" for a, b in lines if a != b), "length")


def test_each_address_and_method_of_the_urlconf_is_in_the_table(world: World) -> None:
    """Asked with a method that nobody has, an address tells the methods it takes."""
    asked = {(row.method, row.route) for row in TABLE}
    found = set()
    for route, _ in routes():
        kinds = next((row.kinds for row in TABLE if row.route == route), ())
        principal = world.one("manager") if kinds == ("staff",) else world.one(kinds[0]) if kinds else world.people[-1]
        answer = principal.client.generic("BREW", address(route, world.parts["real"]))
        allowed = {name.strip() for name in answer.get("Allow", "GET").split(",")} & set(METHODS)
        found |= {(method, route) for method in allowed}

    assert found - asked == set(), "addresses that the table does not know"
    assert asked - found == set(), "rows without an address"


def test_each_operation_of_the_openapi_is_in_the_table() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    described = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}

    named = {(row.method, "/" + _as_openapi(row.route)) for row in TABLE if row.route.startswith("api/v1/")}
    assert described - named == set()
    # The payment providers' calls are theirs to describe.
    assert named - described == {("POST", "/api/v1/webhooks/{provider}")}


def _as_openapi(route: str) -> str:
    for part in parts_of(route):
        route = route.replace(next(text for text in route.split("/") if f":{part}>" in text), "{" + part + "}")
    return route


@pytest.mark.parametrize("row", [row for row in TABLE if row.staff], ids=lambda row: f"{row.method} {row.route}")
def test_a_page_of_staff_answers_each_person_as_the_table_of_roles_says(world: World, row: Row) -> None:
    assert "\n".join(faults(world, row, world.people)) == ""


@pytest.mark.parametrize(
    "row", [row for row in API if row.kinds != ("staff",)], ids=lambda row: f"{row.method} {row.route}"
)
def test_a_call_answers_each_machine_as_the_table_says(world: World, row: Row) -> None:
    strangers = [world.one("manager"), world.one("superuser")] if row.kinds else []
    assert "\n".join(faults(world, row, [*world.machines, *strangers])) == ""


def test_what_is_for_everybody_answers_everybody_alike(world: World) -> None:
    rows = [row for row in TABLE if not row.staff and not row.kinds]
    some = [world.people[-1], world.one("cart", Relation.OTHER_TENANT), world.one("manager", Relation.OTHER_TENANT)]
    wrong = []
    for row in rows:
        answers = [ask(world, row, principal).status for principal in some]
        wrong += [f"{row.method} {row.route}: {answers}"] if set(answers) - {row.own, row.roleless} else []

    assert "\n".join(wrong) == ""


def test_no_other_method_does_anything(world: World) -> None:
    known = {(row.method, row.route) for row in TABLE}
    served = {row.route for row in TABLE if row.route.startswith(("media/", "tablet/demo"))}
    wrong = []
    for route, _ in routes():
        row = next(row for row in TABLE if row.route == route)
        for method in METHODS:
            if (method, route) in known or route in served:
                continue
            status = ask(world, Row(method, route, 0), world.one("cart" if row.kinds else "superuser")).status
            wrong += [f"{method} {route}: {status}"] if status not in {302, 401, 403, 405} else []

    assert "\n".join(wrong) == ""


def test_a_second_part_of_another_tenant_is_absent_too(world: World) -> None:
    """Below an own store, the other tenant's product or preview is as absent as one that nobody has."""
    wrong = []
    for row in CONSOLE:
        inner = [name for name in parts_of(row.route) if name in {"product_id", "preview_id"}]
        for relation in (Relation.OTHER_STORE, Relation.OTHER_TENANT) if inner else ():
            one = world.one("manager", relation)
            own: Any = {"store_id": one.store.pk if one.store else 0}
            none: Any = own | {name: world.parts["absent"][name] for name in inner}
            # A product belongs to the whole retailer: there the store beside has it too.
            if relation == Relation.OTHER_STORE and inner == ["product_id"]:
                continue
            foreign, absent = ask(world, row, one, **own), ask(world, row, one, **none)
            if (foreign.status, absent.status) != (404, 404) or foreign != absent:
                wrong.append(f"{row.method} {row.route}: {one}: {foreign.status} {difference(foreign, absent)}")

    assert "\n".join(wrong) == ""


def test_control_a_view_that_forgets_the_scope_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fleet, "require", lambda user, action, store_id: Store.objects.get(pk=store_id))
    row = next(row for row in TABLE if row.route.endswith("/fleet/"))

    found = list(faults(world, row, world.people))

    assert any("manager, other tenant: gets 200, expected: absent" in said for said in found)


def test_control_other_words_for_a_foreign_row_are_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(*args: Any) -> None:
        raise NotFound("This is not yours.")

    monkeypatch.setattr(checkout_apis, "checkout_of_cart", telling)
    row = next(row for row in API if row.route.endswith("checkouts/<uuid:checkout>"))
    asked = ask(world, row, world.one("cart", Relation.OTHER_TENANT))
    monkeypatch.undo()

    assert asked != ask(world, row, world.one("cart", Relation.OTHER_TENANT), "absent")
