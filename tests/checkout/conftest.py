"""What the checkout's tests share: files of their own, a sandbox of their own, and no broker."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from checkout.models import Frame
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.providers.stripe import Stripe
from checkout.services.passes import pass_token
from tests.checkout.gates import Gates
from tests.checkout.receipts import receipt_for
from tests.checkout.stripe_server import StripeServer
from tests.checkout.world import Shop, make_shop


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Frame._meta.get_field("image"), "storage", FileSystemStorage(location=tmp_path / "frames"))
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.STATIC_ROOT = tmp_path
    settings.CAMERAS_ON_LOOPBACK = True
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """A provider that never waits, with books of this test's own."""
    own = Sandbox(tmp_path / "books" / "sandbox.sqlite3", pause=lambda seconds: None)
    monkeypatch.setattr(registry, "_providers", lambda: (own, Free()))
    return own


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """Tasks that would have gone to the broker: names and arguments."""
    from checkout import tasks

    names: list[tuple[str, tuple[Any, ...]]] = []
    for task in (tasks.look, tasks.deliver_outbox, tasks.advance_payment):
        monkeypatch.setattr(task, "delay", lambda *args, name=task.name: names.append((name, args)))
    return names


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


@pytest.fixture
def gates(shop: Shop, tmp_path: Path) -> Iterator[Gates]:
    """Gates of the shop; their books are closed at the end."""
    made = Gates(shop, tmp_path)
    yield made
    for keeper in made.keepers.values():
        keeper.close()


@pytest.fixture
def token(shop: Shop) -> str:
    """The exit pass of a paid trip."""
    return pass_token(receipt_for(shop).checkout.exit_pass)


@pytest.fixture
def fake() -> Iterator[StripeServer]:
    """A stricter fake of Stripe's API."""
    server = StripeServer()
    yield server
    server.stop()


@pytest.fixture
def stripe_(fake: StripeServer, monkeypatch: pytest.MonkeyPatch) -> Stripe:
    """Stripe as the card provider, against the fake."""
    made = Stripe("sk_test_1", base=fake.base)
    monkeypatch.setattr(registry, "_providers", lambda: (made, Free()))
    return made
