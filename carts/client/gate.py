"""A gate that asks the server while it can, and opens on the signature alone for a while when it can't.

What it must not forget is in one SQLite file: public keys, passes that are spent, openings that the server has not been
told of. A pass is spent in that file before the gate opens, so that a power cut can't make it open twice.
Without the server a gate can't know what another gate has opened meanwhile: two gates that are both cut off can each
open once for one pass. The server hears of it at the next `sync` and records it.
"""

import sqlite3
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import msgspec

from .errors import Unreachable
from .passes import PassRefusedError, SignedPass, pass_verify
from .rest import RestClient

_SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS key (kid TEXT PRIMARY KEY, public BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (pass TEXT PRIMARY KEY, expires_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS untold (pass TEXT PRIMARY KEY, token TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
"""


class Opening(msgspec.Struct, frozen=True):
    """The gate may open; `offline` when it is on the signature alone."""

    trip: uuid.UUID
    offline: bool


class GateKeeper:
    """Decides for one gate. `rest` has the gate's token and a short time-out; `wall` gives seconds since 1970."""

    def __init__(self, path: Path | str, rest: RestClient, *, wall: Callable[[], float] = time.time) -> None:
        if path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._book = sqlite3.connect(path, isolation_level=None)
        self._book.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;" + _SCHEMA)
        self._rest, self._wall = rest, wall

    def close(self) -> None:
        """Closes the file."""
        self._book.close()

    async def show(self, token: str) -> Opening:
        """Opens for a pass, or raises PassRefusedError (or the server's Problem), and then stays shut."""
        nonce = str(uuid.uuid4())
        try:
            await self._rest.open_gate(token, nonce=nonce)
        except Unreachable:
            return self._open_alone(token)
        found = self._read(token)
        if found is not None:
            self._spend(found)
        return Opening(found.trip if found else uuid.UUID(int=0), offline=False)

    async def sync(self) -> int:
        """Tells what was opened alone, learns what others opened and which keys hold; says how many were told.

        Raises Unreachable. To be called every few seconds, and at once when the server is back.
        """
        untold = self._book.execute("SELECT token, at FROM untold ORDER BY at").fetchall()
        answer = await self._rest.sync_gate([{"pass": token, "at": at} for token, at in untold])
        with self._book:
            self._book.execute("BEGIN IMMEDIATE")
            self._book.executemany("DELETE FROM untold WHERE token = ?", [(token,) for token, _ in untold])
            self._book.execute("DELETE FROM key")
            self._book.executemany(
                "INSERT INTO key VALUES (?, ?)", [(key.kid, bytes.fromhex(key.public)) for key in answer.keys]
            )
            self._book.executemany(
                "INSERT OR IGNORE INTO spent VALUES (?, ?)", [(row.id, row.expires_at) for row in answer.spent]
            )
            self._book.execute("DELETE FROM spent WHERE expires_at < ?", (answer.server_time - 3600,))
            self._fact("store", answer.store)
            self._fact("alone_s", answer.offline_s)
            self._fact("synced_at", self._wall())
            self._fact("ahead_s", answer.server_time - self._wall())
        return len(untold)

    def _open_alone(self, token: str) -> Opening:
        facts = dict(self._book.execute("SELECT name, value FROM fact").fetchall())
        if "synced_at" not in facts or not 0 <= self._wall() - facts["synced_at"] <= facts["alone_s"]:
            raise PassRefusedError(
                "gate_offline_too_long", "The gate has not reached the server for too long: ask staff."
            )
        found = self._read(token)
        if found is None or found.store != facts["store"]:
            raise PassRefusedError("pass_unknown", "This is no exit pass of this store.")
        if found.expires_at <= self._wall() + facts["ahead_s"]:
            raise PassRefusedError("pass_expired", "This exit pass has expired. Ask staff to open the gate.")
        if not self._spend(found, token=token):
            raise PassRefusedError("pass_used", "This exit pass has already opened the gate.")
        return Opening(found.trip, offline=True)

    def _read(self, token: str) -> SignedPass | None:
        keys = {kid: bytes(public) for kid, public in self._book.execute("SELECT kid, public FROM key")}
        try:
            return pass_verify(token, keys)
        except PassRefusedError:
            return None

    def _spend(self, found: SignedPass, *, token: str = "") -> bool:
        """True for the first time. With a token, the server is still to be told."""
        with self._book:
            self._book.execute("BEGIN IMMEDIATE")
            row = (str(found.id), float(found.expires_at))
            fresh = self._book.execute("INSERT OR IGNORE INTO spent VALUES (?, ?)", row).rowcount == 1
            if fresh and token:
                self._book.execute("INSERT INTO untold VALUES (?, ?, ?)", (row[0], token, self._now()))
        return fresh

    def _now(self) -> float:
        ahead = self._book.execute("SELECT value FROM fact WHERE name = 'ahead_s'").fetchone()
        return self._wall() + (ahead[0] if ahead else 0.0)

    def _fact(self, name: str, value: float) -> None:
        self._book.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
