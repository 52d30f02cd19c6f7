"""A backup holds all that was acknowledged before it; a restore brings no picture back and charges nothing again."""

import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from carts.models import Cart, Trip
from checkout.backups import BackupError, backup_check, backup_take
from checkout.models import ExitPass, Frame
from checkout.providers.sandbox import Sandbox
from checkout.services.advancing import payment_advance
from checkout.services.restoring import restored_settle
from inventory.services.audit import audit_record, audit_verify
from tests.checkout.backups.places import Place, another_place
from tests.checkout.test_paying import DUE, start
from tests.checkout.world import NOW, Shop, in_review, make_trip, open_checkout
from tests.inventory.world import make_store


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with another_place(tmp_path / "other") as other:
        yield other


class Writer(threading.Thread):
    """Writes audit entries one after the other; `kept` counts those that are committed."""

    def __init__(self, store_id: int) -> None:
        super().__init__(daemon=True)
        self.store_id, self.kept, self.ended, self.going = store_id, 0, threading.Event(), threading.Event()

    def run(self) -> None:
        from inventory.models import Store

        store = Store.objects.get(pk=self.store_id)
        while not self.ended.is_set():
            audit_record(action="price_set", subject=f"product:{self.kept}", store=store, now=NOW)
            self.kept += 1
            if self.kept == 20:
                self.going.set()
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_was_committed_before_the_backup_began_is_there_after_the_restore(tmp_path: Path, place: Place) -> None:
    store, data = make_store(), tmp_path / "data"
    (data / "media" / "products").mkdir(parents=True)
    (data / "media" / "products" / "milk.png").write_bytes(b"picture")
    (data / "frames").mkdir()
    (data / "frames" / "cart.jpg").write_bytes(b"a shopper's cart")
    writer = Writer(store.pk)
    writer.start()
    assert writer.going.wait(60)

    before = writer.kept
    backup_take(folder=tmp_path / "backup", data=data, now=timezone.now())
    writer.ended.set()
    writer.join(60)
    restored = place.manage("restore", str(tmp_path / "backup"))
    again = place.manage("restore", str(tmp_path / "backup"))

    assert restored.returncode == 0, restored.stderr
    assert (again.returncode, "--replace" in again.stderr) == (1, True), "what is in the way stays"
    [(kept,)] = place.ask("SELECT count(*) FROM inventory_auditentry WHERE action = 'price_set'")
    assert before <= kept <= writer.kept
    assert place.manage("audit", "verify").returncode == 0
    assert (place.data / "media" / "products" / "milk.png").read_bytes() == b"picture"
    assert not (place.data / "frames").exists()


def test_a_restore_ends_what_was_live_and_asks_after_what_is_not_known(shop: Shop, sandbox: Sandbox) -> None:
    waiting = open_checkout(shop, make_trip(shop, cart=Cart.objects.create(store=shop.store, label="A2")))
    paid = open_checkout(shop, make_trip(shop, cart=Cart.objects.create(store=shop.store, label="A3")))
    payment_advance(attempt_id=start(paid, key="k2").id, now=NOW)
    asked = open_checkout(shop, make_trip(shop))
    attempt = payment_advance(attempt_id=start(asked, "sandbox:timeout_after").id, now=NOW)
    later = NOW + timedelta(hours=1)

    ended = restored_settle(taken_at=NOW.isoformat(), now=later)
    attempt = payment_advance(attempt_id=attempt.id, now=later)

    assert (ended.trips, ended.passes) == (1, 1)
    waiting.refresh_from_db()
    assert (waiting.state, Trip.objects.get(id=waiting.trip_id).state) == ("abandoned", "cancelled")
    assert (attempt.state, sandbox.captured_minor(key=attempt.key)) == ("captured", DUE), "asked after, never repeated"
    assert ExitPass.objects.get(checkout=paid).used_at == later
    assert audit_verify(retailer_id=shop.store.retailer_id).broken_at is None


def test_a_restore_forgets_every_picture(shop: Shop) -> None:
    escalation = in_review(shop)
    Frame.objects.create(
        escalation=escalation, camera=shop.camera, image="1/x.jpg", width=1, height=1, taken_at=NOW, delete_after=NOW
    )

    ended = restored_settle(taken_at=NOW.isoformat(), now=NOW)

    frame = Frame.objects.get()
    assert (ended.pictures, frame.deleted_at, frame.image.name) == (1, NOW, "")


@pytest.fixture
def backup(tmp_path: Path, db: None) -> Path:
    make_store()
    backup_take(folder=tmp_path / "backup", data=tmp_path / "data", now=NOW)
    return tmp_path / "backup"


def test_a_whole_backup_is_taken_back(backup: Path) -> None:
    assert backup_check(backup).taken_at == NOW.isoformat()


def test_a_backup_is_never_written_over(backup: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="exists already"):
        backup_take(folder=backup, data=tmp_path, now=NOW)


@pytest.mark.parametrize("damage", ["byte", "gone", "no manifest", "no json", "newer", "outside", "form"])
def test_a_damaged_half_or_foreign_backup_is_refused_before_anything_changes(backup: Path, damage: str) -> None:
    manifest = backup / "manifest.json"
    told = json.loads(manifest.read_text())
    dump = backup / next(name for name in told["files"] if name.startswith("database."))
    if damage == "byte":
        dump.write_bytes(dump.read_bytes()[:-1] + b"!")
    elif damage == "gone":
        dump.unlink()
    elif damage == "no manifest":
        manifest.unlink()
    elif damage == "no json":
        manifest.write_text("{")
    else:
        if damage == "outside":
            shutil.copy(dump, backup.parent / "outside")
        changes = {"newer": {"migrations": {"carts": "9999_later"}}, "form": {"form": 99},
                   "outside": {"files": {"../outside": told["files"][dump.name]}}}  # fmt: skip
        manifest.write_text(json.dumps(told | changes[damage]))

    with pytest.raises(BackupError):
        backup_check(backup)
