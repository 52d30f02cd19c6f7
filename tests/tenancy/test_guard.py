"""A query that names no tenant raises; what names one, or says why not, does not."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from carts.models import JournalEntry, Trip
from checkout.models import Checkout
from inventory.access import Action
from inventory.across import ACROSS
from inventory.models import Coupon, Product, Retailer, Role, Store
from inventory.selectors import stores as selectors
from inventory.selectors.access import stores_for
from inventory.tenant_guard import HOUSE, OnPurpose, UnscopedQuery, unscoped
from tests.inventory.world import make_person, make_store


def fault(rows: Any) -> str:
    return unscoped(str(rows.query))


def test_what_names_a_tenant_passes() -> None:
    for rows in (
        Trip.objects.filter(store_id=1, state="paid"),
        Trip.objects.filter(pk="0" * 32),
        Trip.objects.filter(cart_id="0" * 32, state="paid").order_by("-started_at")[:3],
        Trip.objects.of_retailer(1),
        Trip.objects.filter(state="paid", store_id__in=[1, 2]),
        Trip.objects.filter(store__in=Store.objects.filter(retailer_id=1)),
        Product.objects.filter(retailer__slug="hill"),
        Coupon.objects.of_retailer(3).filter(code__in=["a"]),
        JournalEntry.objects.filter(stream="0" * 32),
        Checkout.objects.filter(OnPurpose("a sweep's own test"), state="paid"),
    ):
        assert fault(rows) == "", str(rows.query)


def test_what_names_none_is_found() -> None:
    for rows, table in (
        (Trip.objects.filter(state="paid"), "carts_trip"),
        (Trip.objects.exclude(store_id=1), "carts_trip"),
        (Trip.objects.filter(state="paid") | Trip.objects.filter(store_id=1), "carts_trip"),
        (Trip.objects.filter(store__in=Store.objects.filter(active=True)), "carts_trip"),
        (Trip.objects.filter(store__name="Quay"), "carts_trip"),
        (Coupon.objects.filter(code="TEN"), "inventory_coupon"),
        (Retailer.objects.all(), "inventory_retailer"),
        (Checkout.objects.values("state").distinct(), "checkout_checkout"),
    ):
        assert fault(rows) == table, str(rows.query)


def test_updates_deletes_and_counts_of_counts_are_looked_at_too() -> None:
    assert unscoped('UPDATE "carts_trip" SET "state" = %s WHERE "carts_trip"."state" = %s') == "carts_trip"
    assert unscoped('DELETE FROM "inventory_coupon" WHERE "inventory_coupon"."code" = %s') == "inventory_coupon"
    assert unscoped('DELETE FROM "inventory_coupon" WHERE "inventory_coupon"."id" IN (%s)') == ""
    inside = 'SELECT DISTINCT "carts_trip"."state" AS "s" FROM "carts_trip" WHERE "carts_trip"."state" = %s'
    assert unscoped(f"SELECT COUNT(*) FROM ({inside}) subquery") == "carts_trip"
    assert unscoped('SELECT 1 FROM "auth_user" WHERE "auth_user"."username" = %s') == ""


@pytest.mark.django_db
def test_control_a_function_of_ours_that_forgets_the_tenant_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    make_store()
    assert len(selectors.open_stores()) == 1  # on the list, with its reason
    monkeypatch.setattr("inventory.tenant_guard.ACROSS", {})

    with pytest.raises(UnscopedQuery, match=r"inventory/selectors/stores.py:open_stores asks inventory_store"):
        selectors.open_stores()


@pytest.mark.django_db
def test_an_operator_reaches_all_tenants_and_the_query_says_why() -> None:
    make_store()
    rows = stores_for(make_person("olga", Role.OPERATOR), Action.SEE_BOARD)

    assert "across tenants: operators and superusers run all tenants" in str(rows.query)
    assert rows.count() == 1


@pytest.mark.django_db
def test_every_connection_is_guarded() -> None:
    assert [wrapper.__name__ for wrapper in connection.execute_wrappers].count("_run") == 1


def test_each_entry_of_the_list_names_a_function_and_a_reason() -> None:
    for entry, why in ACROSS.items():
        path, _, name = entry.partition(":")
        tree = ast.parse((Path(HOUSE) / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, entry
        assert why
