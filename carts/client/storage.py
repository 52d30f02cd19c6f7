"""The cart's memory: every event is on its disk before it is sent. One SQLite file, one process."""

import json
import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from .errors import StorageInUse
from .outgoing import Event, EventKind, Skip

# Acknowledged events are kept a while: a server that was restored from a backup asks for them again.
KEPT_AFTER_ACK = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL, refused TEXT);
CREATE TABLE IF NOT EXISTS idempotency (purpose TEXT PRIMARY KEY, key TEXT NOT NULL) WITHOUT ROWID;
"""


class Storage:
    """Events, numbering and idempotency keys of one stream.

    Raises StorageInUse when another process has it open. `wall` gives seconds and is only used to keep the
    stream's clock going while the cart is switched off.
    """

    def __init__(self, path: Path | str, *, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None, timeout=0.2)
        try:
            self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.executescript(_SCHEMA)
        except sqlite3.OperationalError as error:
            self._database.close()
            raise StorageInUse("storage_in_use", f"{path} is open in another process: {error}") from error
        if self._read("stream") is None:
            self.renew()

    @property
    def stream(self) -> str:
        """The stream's UUID: new with the storage, and after `renew`."""
        return self._read("stream") or ""

    @property
    def last(self) -> int:
        """The highest `seq` ever given out, 0 before the first event."""
        return int(self._read("last") or 0)

    @property
    def acked(self) -> int:
        """The highest `seq` whose acknowledgement this cart has seen."""
        return int(self._read("acked") or 0)

    @property
    def quarantined(self) -> str | None:
        """Why the server refused this stream for good, or None."""
        return self._read("quarantined")

    def append(self, kind: EventKind, data: dict[str, Any], at: int) -> Event:
        """Numbers an event and writes it to disk; it may be sent as soon as this returns."""
        event = Event(seq=self.last + 1, at=at, kind=kind, data=data)
        with _Transaction(self._database):
            self._database.execute(
                "INSERT INTO events (seq, at, kind, data) VALUES (?, ?, ?, ?)",
                (event.seq, at, kind, json.dumps(data, ensure_ascii=False)),
            )
            self._write("last", str(event.seq))
            self._write("last_at", str(at))
            self._write("last_wall", repr(self._wall()))
        return event

    def held(self) -> tuple[int, int] | tuple[None, None]:
        """The first and last `seq` still on this disk."""
        first, last = self._database.execute("SELECT min(seq), max(seq) FROM events").fetchone()
        return (None, None) if first is None else (first, last)

    def after(self, seq: int, limit: int = 64) -> list[Event | Skip]:
        """What is to be sent after `seq`, in order; an event that the server refused goes out as a skip."""
        rows = self._database.execute(
            "SELECT seq, at, kind, data, refused FROM events WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
        )
        return [_as_message(*row) for row in rows]

    def acknowledge(self, upto: int) -> None:
        """Notes that the server has everything to `upto`, and lets go of what is long acknowledged."""
        if upto <= self.acked:
            return
        with _Transaction(self._database):
            self._write("acked", str(min(upto, self.last)))
            self._database.execute("DELETE FROM events WHERE seq <= ?", (upto - KEPT_AFTER_ACK,))

    def refuse(self, seq: int, why: str) -> None:
        """Marks an event that the server will never take, so that it does not hold up those behind it."""
        self._database.execute("UPDATE events SET refused = ? WHERE seq = ? AND refused IS NULL", (why, seq))

    def quarantine(self, why: str) -> None:
        """Remembers that the server refused this stream; only `renew` ends it."""
        self._write("quarantined", why)

    def renew(self) -> None:
        """Begins a new stream and forgets the old one's events. A person's decision after a quarantine."""
        with _Transaction(self._database):
            self._database.execute("DELETE FROM meta")
            self._database.execute("DELETE FROM events")
            self._write("stream", str(uuid.uuid4()))

    def elapsed_ms(self) -> int:
        """Where the stream's clock stands now: the last event's `at` and the time since by the wall clock."""
        last_at = int(self._read("last_at") or 0)
        away_s = self._wall() - float(self._read("last_wall") or self._wall())
        return last_at + max(0, round(away_s * 1000))

    def key_for(self, purpose: str) -> str:
        """The idempotency key of one intention: the same until `settle_key`, also after a restart."""
        self._database.execute(
            "INSERT OR IGNORE INTO idempotency (purpose, key) VALUES (?, ?)", (purpose, str(uuid.uuid4()))
        )
        row = self._database.execute("SELECT key FROM idempotency WHERE purpose = ?", (purpose,)).fetchone()
        return str(row[0])

    def settle_key(self, purpose: str) -> None:
        """The intention has its final answer; the next one gets a key of its own."""
        self._database.execute("DELETE FROM idempotency WHERE purpose = ?", (purpose,))

    def close(self) -> None:
        """Lets another process open the file."""
        self._database.close()

    def _read(self, name: str) -> str | None:
        row = self._database.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def _write(self, name: str, value: str) -> None:
        self._database.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))


class _Transaction:
    """BEGIN, then COMMIT or ROLLBACK; sqlite3's own context manager does not begin one in autocommit."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        self._database.execute("COMMIT" if kind is None else "ROLLBACK")


def _as_message(seq: int, at: int, kind: str, data: str, refused: str | None) -> Event | Skip:
    if refused is not None:
        return Skip(first=seq, last=seq, why=refused)
    return Event(seq=seq, at=at, kind=cast(EventKind, kind), data=json.loads(data))
