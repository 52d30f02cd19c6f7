"""What the database holds, read beside the server, and held against what carts sent and were told."""

import contextlib
import json
import sqlite3
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.proofs.cart import Cart
from tests.proofs.servers import Servers

JOURNAL = "SELECT stream, seq, kind, at_ms, data, outcome, epoch FROM carts_journalentry WHERE origin = 'cart'"
LINES = "SELECT t.stream, sum(l.quantity) FROM carts_tripline l JOIN carts_trip t ON t.id = l.trip_id GROUP BY t.stream"
KEPT = "SELECT stream, count(*) FROM carts_journalentry WHERE origin = 'cart' AND seq <= {upto} AND stream = '{stream}'"
Row = tuple[int, str, int, dict[str, Any], str, int]
MOVED = {"added": 1, "removed": -1}


def query(servers: Servers, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query on the run's database."""
    if servers.database:
        import psycopg

        with psycopg.connect(servers.database) as server:
            return server.execute(sql).fetchall()
    path = servers.data / "store.sqlite3"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as file:
        return file.execute(sql).fetchall()


def journal(servers: Servers, stream: str = "") -> dict[str, list[Row]]:
    """The events of each stream, or of one, as they were written: seq, kind, at, data, outcome, epoch."""
    found = defaultdict(list)
    one = f" AND stream = '{_stored(servers, stream)}'" if stream else ""
    for name, seq, kind, at, data, outcome, epoch in query(servers, f"{JOURNAL}{one} ORDER BY id"):
        body = json.loads(data) if isinstance(data, str) else data
        found[str(uuid.UUID(str(name)))].append((seq, kind, at, body, outcome, epoch))
    return found


def lost(servers: Servers, carts: Iterable[Cart]) -> int:
    """Acknowledged events that are not on disk at this moment; a stream holds each seq at most once."""
    told = {cart.stream: cart.acked for cart in carts if cart.acked}
    asked = [KEPT.format(upto=upto, stream=_stored(servers, stream)) for stream, upto in told.items()]
    rows = query(servers, " UNION ALL ".join(f"{one} GROUP BY stream" for one in asked)) if asked else []
    kept = {str(uuid.UUID(str(stream))): count for stream, count in rows}
    return sum(upto - kept.get(stream, 0) for stream, upto in told.items())


def _stored(servers: Servers, stream: str) -> str:
    """A UUID as this database is asked for it."""
    return stream if servers.database else uuid.UUID(stream).hex


def faults(servers: Servers, carts: Iterable[Cart]) -> list[str]:
    """Where disk, what was sent and what was told differ; empty if all is well."""
    found, held = [], journal(servers)
    pieces = {str(uuid.UUID(str(stream))): total for stream, total in query(servers, LINES)}
    for cart in carts:
        rows = held.get(cart.stream, [])
        found += [f"{cart.name}: {fault}" for fault in [*cart.faults, *_differences(cart, rows)]]
        basket = sum(MOVED.get(row[4], 0) for row in rows)
        if pieces.get(cart.stream, 0) != basket:
            found.append(
                f"{cart.name}: the basket's rows hold {pieces.get(cart.stream, 0)} pieces, its events {basket}"
            )
    if not servers.database and query(servers, "PRAGMA integrity_check") != [("ok",)]:
        found.append("the database is damaged")
    return found


def _differences(cart: Cart, rows: list[Row]) -> list[str]:
    found, order = [], [row[0] for row in rows]
    if order != list(range(1, len(order) + 1)):
        found.append(f"the journal holds seqs {order}")
    if len(order) < cart.acked:
        found.append(f"acknowledged to {cart.acked}, kept to {len(order)}")
    for seq, kind, at, data, outcome, _ in rows:
        sent = cart.events[seq - 1]
        if (kind, at) != (sent["kind"], sent["at"]) or sent["data"].items() - data.items():
            found.append(f"seq {seq} is not what was sent")
        if cart.told.get(seq, outcome) != outcome:
            found.append(f"seq {seq} was told {cart.told[seq]}, kept {outcome}")
    return found
