"""Tokens of a retailer's systems: each call x each scope, and the documentation says the same."""

import pytest
from django.utils import timezone

from checkout import export_apis
from checkout.services.order_feed import token_create
from inventory.access import SCOPES, Scope
from tests.tenancy.matrix.asking import Answer, ask
from tests.tenancy.matrix.table import API, Row
from tests.tenancy.matrix.world import Principal, Relation, World, _client

ROWS = [row for row in API if "system" in row.kinds]


def holder(world: World, *scopes: Scope) -> Principal:
    """A system of our retailer with these scopes only."""
    store = world.one("cart").store
    assert store is not None
    _, text = token_create(retailer=store.retailer, name="narrow", staff=None, now=timezone.now(), scopes=scopes)
    return Principal("system", Relation.OWN, _client(f"Bearer {text}"), store=store)


def lacking(row: Row) -> list[Scope]:
    return [scope for scope in Scope if scope != row.scope]


def refused(answer: Answer) -> bool:
    return answer.status == 403 and "scope_missing" in answer.body


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route}")
def test_a_call_takes_its_own_scope_and_no_other(world: World, row: Row) -> None:
    assert row.scope is not None, "a call of a retailer's system names its scope in the table"

    assert ask(world, row, holder(world, row.scope)).status == row.own
    narrow = holder(world, *lacking(row))
    here, absent = ask(world, row, narrow), ask(world, row, narrow, "absent")
    assert refused(here)
    assert here == absent, "without the scope nothing is told of what exists"


def test_each_scope_opens_something_and_has_words() -> None:
    assert {row.scope for row in ROWS} == set(Scope) == set(SCOPES)


def test_control_a_view_that_asks_for_no_scope_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = next(row for row in ROWS if row.scope == Scope.READ_ORDERS)
    monkeypatch.setattr(export_apis.OrdersView, "scopes", {})

    assert not refused(ask(world, row, holder(world, *lacking(row))))
