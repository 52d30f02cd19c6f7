"""What every test needs."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import migrated

# How fast a machine is, is no property of the code.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """SQLite is tested as it runs, in a file with its write-ahead log: one in memory has other locks."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if default["ENGINE"] == "django.db.backends.sqlite3":
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        migrated.copy_to(path)
        default.setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's is a copy of a migrated one, in a folder that goes with the run."""
    from django.conf import settings

    return bool(settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3")


@pytest.fixture(autouse=True)
def _no_catalogue_of_another_test() -> Iterator[None]:
    """Ids repeat after a rollback, so a snapshot of another test's store must not be taken for this one's."""
    from inventory.selectors.catalogue import forget_catalogues

    forget_catalogues()
    yield
    forget_catalogues()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A thread of a pool may hold its connection past the last test, and PostgreSQL drops no database in use."""
    from django.db import connection

    from inventory import tenant_guard, triggers

    tenant_guard.install()
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            triggers.remove()  # Django empties tables between tests by DELETE there, which the audit log refuses
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process ends minutes after the others."""
    items.sort(key=lambda item: not (item.get_closest_marker("slow") or item.get_closest_marker("journey")))
    for item in items:
        # Whole servers and browsers on a busy machine: once more, and the summary names them ("RERUN"), to be looked
        # into. Nothing else is tried twice: what fails now and then is a race, which a test is there to find.
        if item.get_closest_marker("browser") or item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.flaky(reruns=1))
