"""No call of the API is answered with 5xx, and each refusal is a problem with a code, whatever is sent.

`API_CASES` is how many cases an operation gets; `make fuzz-api` sends 1,000.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signals
from django.db import close_old_connections

from checkout import export_apis
from tests.security.fuzzing import faults, operations
from tests.tenancy.matrix.conftest import shared_world, world
from tests.tenancy.matrix.table import API
from tests.tenancy.matrix.test_addresses import _as_openapi
from tests.tenancy.matrix.world import World

__all__ = ["shared_world", "world"]
CASES = int(os.environ.get("API_CASES", "6"))
KINDS = {(row.method, "/" + _as_openapi(row.route)): row.kinds for row in API}


@pytest.fixture(autouse=True)
def _connection_stays_open(settings: Any) -> Iterator[None]:
    """A request's end would close the test's connection, as Django's own test client knows."""
    settings.API_CALLS_PER_MINUTE = 1_000_000
    settings.ALLOWED_HOSTS = ["testserver", "localhost"]
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)


def headers_for(world: World, operation: Any) -> dict[str, str]:
    """Of somebody for whom the call is; none where it is for everybody, or for staff with their session."""
    kinds = [kind for kind in KINDS.get((operation.method.upper(), operation.path), ()) if kind != "staff"]
    return {"Authorization": world.one(kinds[0]).client.defaults["HTTP_AUTHORIZATION"]} if kinds else {}


def found(world: World, only: str = "") -> list[str]:
    wrong, asked = [], 0
    for operation in operations():
        if only in operation.path:
            asked += 1
            given = headers_for(world, operation)
            wrong += faults(operation, headers=given, real=world.parts["real"], cases=CASES)
    assert asked
    return wrong


def test_no_answer_is_5xx_and_each_refusal_is_a_problem_with_a_code(world: World) -> None:
    assert "\n".join(found(world)) == ""


def test_control_a_view_that_falls_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(**options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(export_apis, "feed_extend", fall)

    assert any("500" in line for line in found(world, "/orders"))
