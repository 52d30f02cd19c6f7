"""Another installation to put a backup back into: a folder and a database of its own, driven by commands."""

import os
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).parents[3]


@dataclass
class Place:
    """`data` is its DATA_DIR; `url` its database, empty on SQLite."""

    data: Path
    url: str

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {
            "DATA_DIR": str(self.data), "DATABASE_URL": self.url, "REDIS_URL": "", "BROKER_URL": "",
            "SECRET_KEY": "a secret of the other place, long enough to pass",
        }  # fmt: skip
        if not self.url:
            del environment["DATABASE_URL"]
        for name in ("REDIS_URL", "BROKER_URL"):
            del environment[name]
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=240
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on its database."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(self.data / "store.sqlite3")) as connection:
            return connection.execute(sql).fetchall()


@contextmanager
def another_place(folder: Path) -> Iterator[Place]:
    """A place with nothing in it; its database goes with it."""
    folder.mkdir()
    told = os.environ.get("DATABASE_URL", "")
    if not told:
        yield Place(folder, "")
        return
    import psycopg

    name = f"restored_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(told, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        yield Place(folder, urlunsplit(urlsplit(told)._replace(path=f"/{name}")))
    finally:
        with psycopg.connect(told, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
