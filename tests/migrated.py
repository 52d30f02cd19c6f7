"""A migrated SQLite database to copy: migrating takes ten seconds, and some twenty processes of the tests need one."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import django

ROOT = Path(__file__).parents[1]
KEPT = ROOT / ".data" / "migrated"


def copy_for(environment: Mapping[str, str]) -> None:
    """A database for a process that starts with this environment, unless it uses PostgreSQL."""
    if not environment.get("DATABASE_URL"):
        copy_to(Path(environment["DATA_DIR"]) / "store.sqlite3")


def copy_to(path: Path) -> None:
    """Put a migrated, empty database there, unless there is one; made once for each state of the migrations."""
    if path.exists():
        return
    KEPT.mkdir(parents=True, exist_ok=True)
    made = KEPT / _state() / "store.sqlite3"
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (made.parent / "done").exists():
            shutil.rmtree(made.parent, ignore_errors=True)
            made.parent.mkdir()
            _migrate(made.parent)
            (made.parent / "done").touch()
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, path)


def _migrate(folder: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=variables | {"DATA_DIR": str(folder), "DEMO": "1"}, check=True)


def _state() -> str:
    """Another for any change of what makes the tables."""
    found = hashlib.sha256(django.get_version().encode())
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/triggers.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]
