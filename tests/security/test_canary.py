"""Secrets that were handed out are nowhere in the database in plain; neither are their parts."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.utils import timezone

from checkout.services.order_feed import token_create
from inventory.models import Lane
from inventory.tenant_guard import OnPurpose
from tests.tenancy.matrix.conftest import shared_world, world
from tests.tenancy.matrix.world import World

__all__ = ["shared_world", "world"]


def kept() -> Iterator[str]:
    """Every row of every table, as text; bytes as they are."""
    for model in apps.get_models():
        for row in model._default_manager.filter(OnPurpose("a test reads all")).values_list():
            yield (
                model._meta.label
                + " "
                + " ".join(
                    bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
                    for value in row
                )
            )


def leaks(secrets: list[str]) -> list[str]:
    return [row.partition(" ")[0] for row in kept() if any(secret in row for secret in secrets)]


def test_credentials_of_devices_and_systems_are_kept_as_hashes_only(world: World) -> None:
    handed_out = [
        text.partition(" ")[2] for one in world.machines if (text := one.client.defaults.get("HTTP_AUTHORIZATION"))
    ]
    _, own = token_create(retailer=world.store.retailer, name="ERP", staff=None, now=timezone.now())

    assert len(handed_out) > 10
    assert leaks([*handed_out, own]) == []


def test_control_a_secret_in_plain_is_found(world: World) -> None:
    Lane.objects.create(store=world.store, name="canary-4711-in-plain")

    assert leaks(["canary-4711"]) == ["inventory.Lane"]


@pytest.mark.parametrize("path", ["/api/v1/device", "/api/v1/orders", "/console/login/"])
def test_an_answer_never_repeats_the_credential_that_was_sent(world: World, path: str) -> None:
    answer = world.people[-1].client.get(path, headers={"authorization": "Bearer canary-4711"})

    assert "canary-4711" not in str(answer.headers) + answer.content.decode()
