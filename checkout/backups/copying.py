"""Taking a backup while carts shop: the database in one snapshot, then the files."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from . import manifest, tools
from .errors import BackupError
from .manifest import Manifest


def backup_take(*, folder: Path, data: Path, now: datetime) -> Manifest:
    """Writes a backup into `folder`, which must not exist yet; raises BackupError, and leaves no half of one.

    The snapshot holds all that was committed, and so all that was acknowledged, before it began.
    """
    if folder.exists():
        raise BackupError(f"{folder} exists already. Name a new folder: a backup is never written over.")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        _dump(part)
        for name in manifest.FOLDERS:
            if (data / name).is_dir():
                shutil.copytree(data / name, part / "files" / name)
        files = {
            str(path.relative_to(part)): manifest.digest(path) for path in sorted(part.rglob("*")) if path.is_file()
        }
        taken = Manifest(manifest.FORM, now.isoformat(), connection.vendor, migrations(), files)
        manifest.write(part, taken)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return taken


def migrations() -> dict[str, str]:
    """The newest applied migration of each app."""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return dict(applied)


def _dump(part: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(part / "database.sqlite3")
    else:
        tools.run("pg_dump", "--format=custom", "--no-owner", f"--file={part / 'database.dump'}")


def _copy_sqlite(path: Path) -> None:
    """SQLite's own online backup, in one step: a read transaction, beside which the journal goes on writing.

    On a connection of its own: one that is writing would wait for itself.
    """
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, timeout=20)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
