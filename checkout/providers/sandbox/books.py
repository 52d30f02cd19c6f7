"""The sandbox's memory: an SQLite file of its own. Amounts are minor units, times POSIX seconds."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TABLES = """
create table if not exists charge (
    key text primary key, reference text not null, asked integer not null, held integer not null,
    taken integer not null default 0, currency text not null, source text not null, state text not null,
    detail text not null default '', ready real not null default 0, at real not null
);
create table if not exists giving (
    key text primary key, charge text not null, reference text not null, amount integer not null,
    state text not null, at real not null
);
create table if not exists account (source text primary key, balance integer not null);
create table if not exists event (
    number integer primary key, id text not null, charge text not null, kind text not null, due real not null,
    sent integer not null default 0
);
create table if not exists call (key text not null, name text not null, at real not null);
"""


@dataclass(frozen=True)
class Charge:
    """A row of `charge`."""

    key: str
    reference: str
    asked: int
    held: int
    taken: int
    currency: str
    source: str
    state: str
    detail: str
    ready: float
    at: float


class Books:
    """Every use is one transaction of the file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        books = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        try:
            books.execute("pragma synchronous = normal")
            books.executescript(TABLES)
            books.execute("begin immediate")
            yield books
            books.execute("commit")
        finally:
            books.close()


def charge(books: sqlite3.Connection, key: str) -> Charge | None:
    row = books.execute("select * from charge where key = ?", (key,)).fetchone()
    return Charge(*row) if row else None


def given(books: sqlite3.Connection, key: str) -> int:
    """What was given back of a charge."""
    found = books.execute("select coalesce(sum(amount), 0) from giving where charge = ? and state = 'done'", (key,))
    return int(found.fetchone()[0])


def draw(books: sqlite3.Connection, source: str, opening: int, amount: int) -> int:
    """Takes up to `amount` from an account (gives back where negative); says how much it was."""
    books.execute("insert or ignore into account values (?, ?)", (source, opening))
    (held,) = books.execute("select balance from account where source = ?", (source,)).fetchone()
    drawn = min(amount, int(held))
    books.execute("update account set balance = balance - ? where source = ?", (drawn, source))
    return drawn


def name() -> str:
    return f"sbx_{uuid.uuid4().hex[:20]}"
