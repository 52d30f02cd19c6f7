"""Two retailers with a row of everything, and people of each."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from inventory.models import Role, Store
from tests.console.admin.rows import make_rows
from tests.inventory.world import make_person, make_store


@dataclass
class World:
    """`ours` is Mia's retailer, `foreign` is the one next door."""

    ours: dict[type[Model], Any]
    foreign: dict[type[Model], Any]
    store: Store
    mia: User
    ada: User


@pytest.fixture
def world(db: None) -> World:
    market, foreign = make_store(), make_store("Vale Foods")
    mia = make_person("mia", Role.MANAGER, retailer=market.retailer)
    ada = make_person("ada")
    User.objects.update(is_staff=True)
    User.objects.filter(pk=ada.pk).update(is_superuser=True)
    ada.refresh_from_db()
    return World(make_rows(market, "a"), make_rows(foreign, "b"), market, mia, ada)


@pytest.fixture
def as_mia(world: World) -> Client:
    client = Client()
    client.force_login(world.mia)
    return client


@pytest.fixture
def as_ada(world: World) -> Client:
    client = Client()
    client.force_login(world.ada)
    return client


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Any, tmp_path: Path) -> None:
    """Pages are looked at without collecting static files first."""
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
