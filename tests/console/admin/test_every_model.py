"""Every model has its pages: list, search, object, history; and each tenant sees its own rows only."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import Http404
from django.test import Client, RequestFactory
from django.urls import reverse

from inventory.admin.base import ReadOnlyAdmin
from tests.console.admin.conftest import World

pytestmark = pytest.mark.slow
MODELS = [model for app in ("inventory", "carts", "checkout") for model in apps.get_app_config(app).get_models()]
OF_ALL = pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)


def address(model: type[Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@OF_ALL
def test_every_model_is_in_the_admin_with_search_and_filters_or_links(model: type[Model]) -> None:
    model_admin = admin.site._registry[model]

    assert model_admin.search_fields
    assert model_admin.list_display != ("__str__",)


def test_all_pages_open_for_a_superuser(world: World, as_ada: Client) -> None:
    answers = {}

    for model in MODELS:
        for page, query, *key in (
            ("changelist", {}), ("changelist", {"q": "oat"}),
            ("change", {}, world.ours[model].pk), ("history", {}, world.ours[model].pk),
        ):  # fmt: skip
            answers[model._meta.label, page, str(query)] = as_ada.get(address(model, page, *key), query).status_code

    assert {key: status for key, status in answers.items() if status != 200} == {}


def test_a_page_asks_once_what_its_person_may_do(
    world: World, as_mia: Client, django_assert_max_num_queries: Any
) -> None:
    """Not once for each model in the navigation, which was 240 queries a page."""
    from inventory.models import Product

    with django_assert_max_num_queries(40):
        as_mia.get(address(Product, "changelist"))


def test_a_manager_sees_the_own_retailers_rows_and_no_others(world: World) -> None:
    request = RequestFactory().get("/")
    request.user = world.mia

    for model in MODELS:
        model_admin = admin.site._registry[model]
        seen = set(model_admin.get_queryset(request).values_list("pk", flat=True))

        assert world.ours[model].pk in seen, model
        assert world.foreign[model].pk not in seen, model
        with pytest.raises(Http404):
            model_admin.history_view(request, quote(str(world.foreign[model].pk)))


def test_another_retailers_row_looks_like_an_absent_one(world: World, as_mia: Client) -> None:
    statuses = {
        model._meta.label: (
            as_mia.get(address(model, "change", world.ours[model].pk)).status_code,
            as_mia.get(address(model, "change", world.foreign[model].pk)).status_code,
        )
        for model in MODELS
    }

    assert {label: pair for label, pair in statuses.items() if pair != (200, 302)} == {}


def test_no_list_and_no_filter_shows_another_retailers_name(world: World, as_mia: Client) -> None:
    showing = [
        model._meta.label
        for model in MODELS
        if "Vale Foods" in as_mia.get(address(model, "changelist")).content.decode()
    ]

    assert showing == []


def test_history_and_money_can_be_neither_added_changed_nor_deleted(world: World, as_ada: Client) -> None:
    read_only = [model for model in MODELS if isinstance(admin.site._registry[model], ReadOnlyAdmin)]

    for model in read_only:
        row = world.ours[model]
        answers = [
            as_ada.post(address(model, "add"), {}),
            as_ada.post(address(model, "change", row.pk), {"state": "paid"}),
            as_ada.post(address(model, "delete", row.pk), {"post": "yes"}),
        ]

        assert [answer.status_code for answer in answers] == [403, 403, 403], model
        assert model._default_manager.filter(pk=row.pk).exists()


def test_journals_money_and_the_audit_log_are_read_only() -> None:
    names = {model._meta.label for model in MODELS if isinstance(admin.site._registry[model], ReadOnlyAdmin)}

    assert names >= {
        "inventory.AuditEntry", "inventory.AuditChain", "inventory.StockMovement", "inventory.StockLevel",
        "carts.JournalEntry", "carts.Trip", "carts.TripLine", "carts.Discrepancy", "checkout.Checkout",
        "checkout.PaymentAttempt", "checkout.Receipt", "checkout.ExitPass", "checkout.Escalation", "checkout.Frame",
        "checkout.OutboxMessage", "checkout.IdempotencyKey",
    }  # fmt: skip


def test_who_has_no_role_sees_nothing(world: World) -> None:
    cal = User.objects.create(username="cal", is_staff=True)
    client = Client()
    client.force_login(cal)

    answers = {client.get(address(model, "changelist")).status_code for model in MODELS}

    assert answers == {403}


def test_an_operator_sees_all_tenants_and_no_pictures_of_carts(world: World) -> None:
    from checkout.models import Frame
    from inventory.models import Membership, Store

    olga = User.objects.create(username="olga", is_staff=True)
    Membership.objects.create(user=olga, role="operator")
    client = Client()
    client.force_login(olga)

    assert client.get(address(Frame, "changelist")).status_code == 403
    assert client.get(address(Store, "change", world.foreign[Store].pk)).status_code == 200
