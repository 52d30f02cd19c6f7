"""The sandbox's webhooks, signed as Standard Webhooks. Who carries them asks for those that are due."""

import json
import sqlite3
import uuid
from typing import NamedTuple

from checkout.providers.sandbox.script import WEBHOOKS
from checkout.webhooks import sign


class SandboxEvent(NamedTuple):
    """An event that is due: its id, its kind and the key of the payment it is about."""

    id: str
    kind: str
    key: str


def events_plan(books: sqlite3.Connection, key: str, script: str, now: float) -> None:
    """Writes down the webhooks of a payment that has just begun."""
    for kind, after, times in WEBHOOKS[script][1]:
        event = f"evt_{uuid.uuid4().hex[:20]}"
        for _ in range(times):
            row = (event, key, kind, now + after)
            books.execute("insert into event (id, charge, kind, due) values (?, ?, ?, ?)", row)


def events_due(books: sqlite3.Connection, now: float) -> list[SandboxEvent]:
    """Those whose time has come, and marks them sent."""
    rows = books.execute("select number, id, kind, charge from event where sent = 0 and due <= ? order by due", (now,))
    found = rows.fetchall()
    books.executemany("update event set sent = 1 where number = ?", [(number,) for number, *_ in found])
    return [SandboxEvent(*rest) for _, *rest in found]


def sandbox_signed(event: SandboxEvent, *, secret: bytes, at: int) -> tuple[dict[str, str], bytes]:
    """Headers and body as they would come over HTTP; `at` is a POSIX time."""
    body = json.dumps({"type": event.kind, "data": {"key": event.key}}).encode()
    return sign(secret, message_id=event.id, at=at, body=body), body
