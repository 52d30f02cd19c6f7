"""One world for each module: every question is undone after its answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.till import Till
from tests.tenancy.matrix.world import World, make_world


@pytest.fixture(scope="module")
def shared_world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Made once, inside a transaction that ends with the module."""
    folder = tmp_path_factory.mktemp("matrix")
    plain = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    with override_settings(STORAGES=plain, STATIC_ROOT=folder), django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: World, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The world, as it was made."""
    own = Sandbox(tmp_path / "books.sqlite3", pause=lambda seconds: None)
    monkeypatch.setattr(registry, "_providers", lambda: (own, Till(), Free()))
    yield shared_world
    cache.clear()
