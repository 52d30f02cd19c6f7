"""Imports that run in the background: a row waits, a worker claims it, whoever sent it asks how far it is.

A worker that dies leaves its row running; after `LEASE` another one takes it. That is safe: an import writes all or
nothing, and its record's end is written in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.db.models import Q

from inventory.errors import DomainError
from inventory.models import CatalogueImport, ImportState
from inventory.services.catalogue_import import files_sweep, import_into, import_record
from inventory.services.import_progress import progress_keep

LEASE: Final = timedelta(minutes=15)


def import_queue(
    *,
    store_id: int,
    data: bytes,
    filename: str,
    now: datetime,
    mapping: Mapping[str, str],
    actor: User | None,
    dry_run: bool,
    skip_problems: bool,
) -> CatalogueImport:
    """Keeps a file to be imported by `import_run`, and returns its record, `waiting`."""
    files_sweep(now=now)
    record = import_record(store_id=store_id, data=data, filename=filename, actor=actor, skip_problems=skip_problems)
    record.mapping, record.checked_at = dict(mapping), now
    record.state, record.dry_run = ImportState.WAITING, dry_run
    record.file.save(f"{record.sha256[:32]}.bin", ContentFile(data))
    return record


def imports_waiting(*, now: datetime) -> list[int]:
    """The imports that no worker has, oldest first."""
    return list(CatalogueImport.objects.filter(_free(now)).order_by("id").values_list("id", flat=True))


def import_run(*, import_id: int, now: datetime) -> str:
    """Runs a waiting import and says its state afterwards; "" if another worker has it or it is done.

    What makes no sense as a whole is `refused`, with the reason as its one problem.
    """
    claimed = CatalogueImport.objects.filter(_free(now), id=import_id)
    if claimed.update(state=ImportState.RUNNING, checked_at=now) != 1:
        return ""
    record = CatalogueImport.objects.select_related("actor").get(id=import_id)
    try:
        with record.file.open("rb") as file:
            data = file.read()
        import_into(record, data=data, mapping=record.mapping or None, now=now, say=progress_keep(import_id))
    except DomainError as error:
        _refuse(record, error.code, error.detail)
    except OSError:
        _refuse(record, "import_done", "The file is no longer kept: send it again.")
    if record.state == ImportState.APPLIED:
        record.file.delete(save=True)
    return str(record.state)


def _refuse(record: CatalogueImport, code: str, reason: str) -> None:
    record.state, record.problem_count = ImportState.REFUSED, 1
    record.problems = [{"line": 0, "field": "", "value": "", "code": code, "reason": reason}]
    record.save()


def _free(now: datetime) -> Q:
    return Q(state=ImportState.WAITING) | Q(state=ImportState.RUNNING, checked_at__lt=now - LEASE)
