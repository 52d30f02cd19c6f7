"""The admin: every model x role x relation sees and changes as its page's actions and the table of roles say."""

from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.cache import cache
from django.db.models import Model
from django.test import RequestFactory
from django.urls import URLPattern, reverse

from carts.models import Cart, Device, Trip
from checkout.models import Camera, OutboxMessage
from inventory.access import ROLES
from inventory.admin.base import ReadOnlyAdmin, ScopedAdmin
from inventory.models import CatalogueFeed, LearnedWeight, Product, Retailer
from inventory.models.scoping import Scoped
from tests.tenancy.matrix.asking import ask
from tests.tenancy.matrix.table import Row
from tests.tenancy.matrix.test_addresses import difference
from tests.tenancy.matrix.world import Principal, Relation, World

TENANT_MODELS = [model for app in ("inventory", "carts", "checkout") for model in apps.get_app_config(app).get_models()]
# Addresses of the admin beside the pages of a model.
OTHERS = {
    "login", "search", "index", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n",
    "view_on_site", "app_list", "auth_user_password_change", "inventory_auditentry_verify",
    "inventory_catalogueimport_progress", None,
}  # fmt: skip
# What can be done to one row beside changing it, by address.
DEEDS: dict[str, type[Model]] = {
    "carts_device_revoke": Device, "carts_cart_enrolment_code": Cart, "carts_cart_revoke": Cart,
    "carts_cart_release": Cart, "checkout_outboxmessage_replay": OutboxMessage,
    "inventory_cataloguefeed_fetch_now": CatalogueFeed, "inventory_learnedweight_forget": LearnedWeight,
}  # fmt: skip
PAGES = ("changelist", "add", "history", "delete", "change")


def test_each_model_of_tenants_has_a_page_with_a_scope() -> None:
    bare = [
        m for m in TENANT_MODELS if not issubclass(m, Scoped) or not isinstance(admin.site._registry[m], ScopedAdmin)
    ]

    assert bare == []


def test_each_address_of_the_admin_is_a_page_of_a_model_or_listed() -> None:
    pages = {f"{m._meta.app_label}_{m._meta.model_name}_{page}" for m in admin.site._registry for page in PAGES}
    names: set[str | None] = set()
    for pattern in admin.site.urls[0]:
        names |= (
            {pattern.name} if isinstance(pattern, URLPattern) else {one.name for one in cast(Any, pattern.url_patterns)}
        )

    assert {name for name in names - pages - set(DEEDS) if name not in OTHERS} == set()


def allowed(one: Principal, action: Any) -> bool:
    """Whether the table of roles gives the principal this, wherever."""
    if one.user is None or one.relation in {Relation.REVOKED, Relation.ENDED} or action is None:
        return False
    return one.kind == "superuser" or action in ROLES[one.kind]  # type: ignore[index]


def test_each_role_sees_and_changes_each_model_as_the_table_says(world: World) -> None:
    wrong = []
    for model in TENANT_MODELS:
        page, row = admin.site._registry[model], world.rows.get(model)
        assert isinstance(page, ScopedAdmin)
        if row is None:
            continue
        for one in world.people:
            if one.user is None or one.relation == Relation.REVOKED:
                continue
            request = RequestFactory().get("/")
            request.user = one.user
            seen = page.get_queryset(request).filter(pk=row.pk).exists()
            if seen != (allowed(one, page.see) and _in_reach(one, model)):
                wrong.append(f"{model._meta.label}: {one}: seen: {seen}")
            changes = page.has_change_permission(request, row)
            may = (
                allowed(one, page.change)
                and _in_reach(one, model, changing=True)
                and not isinstance(page, ReadOnlyAdmin)
            )
            if changes and not may:
                wrong.append(f"{model._meta.label}: {one}: may change it")

    assert "\n".join(wrong) == ""


def _in_reach(one: Principal, model: type[Model], *, changing: bool = False) -> bool:
    if one.relation in {Relation.OWN, Relation.WHOLE}:
        return True
    # What belongs to a whole retailer is seen from any of its stores.
    whole = issubclass(model, Scoped) and not model.store_path
    return whole and not changing and one.relation == Relation.OTHER_STORE


@pytest.mark.parametrize("relation", [Relation.OTHER_TENANT, Relation.ENDED])
def test_a_foreign_row_looks_exactly_like_an_absent_one(world: World, relation: Relation) -> None:
    manager, wrong = world.one("manager", relation), []
    for model in TENANT_MODELS:
        row = world.rows.get(model)
        if row is None or (model is Retailer and relation == Relation.ENDED):
            continue
        absent = {"AutoField": 987654, "BigAutoField": 987654}.get(model._meta.pk.get_internal_type(), "0" * 32)
        for page in ("change", "history", "delete"):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
            foreign, none = (
                ask(world, Row("GET", _route(name), 0), manager, object_id=key) for key in (row.pk, absent)
            )
            if (
                foreign.status == 200
                or _worded(foreign.body, row.pk, absent) != _worded(none.body, row.pk, absent)
                or foreign.status != none.status
            ):
                wrong.append(f"{name}: {foreign.status}/{none.status} {difference(foreign, none)}")

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("relation", [Relation.OTHER_STORE, Relation.OTHER_TENANT, Relation.ENDED])
def test_a_deed_to_a_foreign_row_is_refused_as_to_an_absent_one(world: World, relation: Relation) -> None:
    manager, wrong = world.one("manager", relation), []
    for name, model in DEEDS.items():
        row = world.rows[model]
        absent = 987654 if isinstance(row.pk, int) else "0" * 32
        foreign, none = (
            ask(world, Row("GET", _route(f"admin:{name}"), 0), manager, object_id=key) for key in (row.pk, absent)
        )
        if foreign.status not in {302, 403, 404} or foreign != none:
            wrong.append(f"{name}: {foreign.status}/{none.status} {difference(foreign, none)}")

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("relation", [Relation.OTHER_TENANT, Relation.ENDED])
def test_no_search_of_the_admin_finds_what_is_foreign(world: World, relation: Relation) -> None:
    manager, found = world.one("manager", relation), []
    for model in (Product, Trip, Camera):
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model in admin.site._registry:
                query = {"term": "heron", "app_label": model._meta.app_label, "model_name": model._meta.model_name}
                address = "admin/autocomplete/?" + urlencode(query | {"field_name": field.name})
                found += [address] if "heron" in ask(world, Row("GET", address, 0), manager).body.lower() else []
    answer = ask(world, Row("GET", "admin/search/?s=heron", 0), manager).body.lower()

    assert found == []
    assert "heron foods" not in answer
    assert "drink heron" not in answer


def test_how_far_a_file_is_is_told_to_who_sent_it_only(world: World) -> None:
    own, token = world.one("manager"), "ab" * 16
    assert own.user is not None
    cache.set(f"import-progress:{own.user.pk}:{token}", "row 7")
    row = Row("GET", f"admin/inventory/catalogueimport/progress/{token}/", 0)

    told = {str(one): "row 7" in ask(world, row, one).body for one in world.people}

    assert [who for who, heard in told.items() if heard] == [str(own)]


def _route(name: str) -> str:
    return reverse(name, args=["OBJECT"]).lstrip("/").replace("OBJECT", "<path:object_id>")


def _worded(body: str, *keys: Any) -> str:
    for key in keys:
        body = body.replace(str(key), "(asked)")
    return body
