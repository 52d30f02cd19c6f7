"""PostgreSQL's own programs, told of the database by environment so that no password stands in a process list."""

import os
import shutil
import subprocess

from django.conf import settings

from .errors import BackupError


def run(program: str, *arguments: str) -> None:
    """Runs pg_dump or pg_restore on the settings' database; raises BackupError with what it said."""
    if shutil.which(program) is None:
        raise BackupError(f"{program} is not installed: install PostgreSQL's client programs (postgresql-client).")
    command = [program, *arguments]  # names of ours and paths of the operator's
    done = subprocess.run(command, env=_environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise BackupError(f"{program} failed: {done.stderr.strip()[-500:]}")


def _environment() -> dict[str, str]:
    database = settings.DATABASES["default"]
    told = {"PGHOST": database["HOST"], "PGPORT": str(database["PORT"] or ""), "PGUSER": database["USER"],
            "PGPASSWORD": database["PASSWORD"], "PGDATABASE": database["NAME"]}  # fmt: skip
    return os.environ | {name: value for name, value in told.items() if value}
