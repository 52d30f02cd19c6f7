from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from inventory import tasks
from inventory.models import CatalogueImport, Product, Role
from inventory.services.import_jobs import LEASE, import_queue, import_run, imports_waiting
from inventory.services.import_progress import Step, progress_keep
from tests.inventory.world import NOW, make_person, make_store

pytestmark = pytest.mark.django_db
GOOD = b"gtin,name,price\n9521000000018,Oat drink,1.99\n"


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path


def queued(data: bytes = GOOD, **options: Any) -> CatalogueImport:
    usual: dict[str, Any] = {"mapping": {}, "actor": None, "dry_run": False, "skip_problems": False}
    return import_queue(store_id=make_store().pk, data=data, filename="g.csv", now=NOW, **(usual | options))


def test_an_import_in_the_background_is_polled_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.run_import, "delay", lambda _id: None)
    store = make_store()
    mia, eve = Client(), Client()
    mia.force_login(make_person("mia", Role.MANAGER, store=store))
    eve.force_login(make_person("eve", Role.MANAGER, store=make_store("Next Door")))

    sent = mia.post(
        "/api/v1/catalogue/import",
        {"store": store.pk, "file": SimpleUploadedFile("goods.csv", GOOD), "background": "true"},
    )
    address, number = sent.json()["address"], sent.json()["id"]
    CatalogueImport.objects.filter(id=number).update(state="running")
    progress_keep(number)(Step("writing", 500, 1000))
    half = mia.get(address).json()
    CatalogueImport.objects.filter(id=number).update(state="waiting")
    tasks.run_import(number)
    done = mia.get(address).json()

    assert (sent.status_code, sent.json()["state"], sent.json()["percent"]) == (202, "waiting", 0)
    assert [half[name] for name in ("phase", "percent", "rows_done", "phase_rows")] == ["writing", 69, 500, 1000]
    assert [done[name] for name in ("state", "percent", "created", "rows")] == ["applied", 100, 1, 1]
    assert eve.get(address).status_code == mia.get("/api/v1/catalogue/import/999").status_code == 404


def test_of_two_workers_one_imports_and_a_lost_one_is_followed_after_its_lease() -> None:
    record = queued()
    CatalogueImport.objects.filter(id=record.pk).update(state="running", checked_at=NOW)

    assert import_run(import_id=record.pk, now=NOW + LEASE) == ""
    later = NOW + LEASE + timedelta(seconds=1)
    assert imports_waiting(now=later) == [record.pk]
    assert import_run(import_id=record.pk, now=later) == "applied"
    assert import_run(import_id=record.pk, now=later + 2 * LEASE) == ""
    assert Product.objects.count() == 1


def test_a_checked_job_keeps_its_file_and_an_applied_one_does_not() -> None:
    checked = queued(dry_run=True)

    assert import_run(import_id=checked.pk, now=NOW) == "checked"
    checked.refresh_from_db()
    kept = Path(checked.file.path)
    assert kept.exists()
    assert not Product.objects.exists()
    CatalogueImport.objects.filter(id=checked.pk).update(state="waiting", dry_run=False)
    assert import_run(import_id=checked.pk, now=NOW) == "applied"
    applied = CatalogueImport.objects.get(id=checked.pk)
    assert not applied.file
    assert not kept.exists()


@pytest.mark.parametrize(
    ("data", "code"), [(b"gtin,name\n9521000000019,x\n", "bad_code"), (b"a,a\n1,2\n", "import_unreadable")]
)
def test_a_file_that_cannot_be_taken_is_refused_with_its_reason(data: bytes, code: str) -> None:
    record = queued(data)

    assert import_run(import_id=record.pk, now=NOW) == "refused"
    record.refresh_from_db()
    assert (record.problem_count, record.problems[0]["code"]) == (1, code)


def test_progress_never_falls_and_only_the_end_is_a_hundred() -> None:
    steps = [
        Step("reading"),
        Step("checking", 0, 9),
        Step("checking", 9, 9),
        Step("writing", 0, 9),
        Step("writing", 9, 9),
    ]

    assert [step.percent for step in steps] == [0, 5, 40, 40, 99]
