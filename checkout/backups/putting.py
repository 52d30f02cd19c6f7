"""Putting a backup back: checked whole first, then the database, then the files. Servers must be stopped."""

import shutil
from pathlib import Path

from django.db import connection
from django.db.migrations.loader import MigrationLoader

from . import manifest, tools
from .errors import BackupError
from .manifest import Manifest


def backup_check(folder: Path) -> Manifest:
    """The manifest of a backup that this installation can take back; raises BackupError."""
    found = manifest.read(folder)
    if found.database != connection.vendor:
        raise BackupError(f"The backup is of {found.database}; DATABASE_URL leads to {connection.vendor}.")
    known = MigrationLoader(connection).disk_migrations
    newer = sorted(f"{app}.{name}" for app, name in found.migrations.items() if (app, name) not in known)
    if newer:
        raise BackupError(f"The backup is of a newer version ({', '.join(newer)}). Install that version first.")
    return found


def backup_put(*, folder: Path, data: Path, replace: bool) -> Manifest:
    """Puts database and files back as they were. What is in the way stops it, or with `replace` goes."""
    found = backup_check(folder)
    if not replace and connection.introspection.table_names():
        raise BackupError("The database is not empty. Say --replace to put the backup in its place.")
    _load(folder / found.dump)
    for name in manifest.FOLDERS:
        shutil.rmtree(data / name, ignore_errors=True)
        if (folder / "files" / name).is_dir():
            shutil.copytree(folder / "files" / name, data / name)
    # No picture of a cart outlives a restore: what lies there belongs to rows that are gone.
    shutil.rmtree(data / "frames", ignore_errors=True)
    return found


def _load(dump: Path) -> None:
    if connection.vendor != "sqlite":
        connection.close()
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connection.close()
        tools.run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction",
                  f"--dbname={connection.settings_dict['NAME']}", str(dump))  # fmt: skip
        return
    path = Path(connection.settings_dict["NAME"])
    connection.close()
    for old in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        old.unlink(missing_ok=True)
    shutil.copyfile(dump, path)
