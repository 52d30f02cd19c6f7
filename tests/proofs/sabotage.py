"""The safeties, taken away one at a time inside a server, so that each proof can show that it would notice."""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def acknowledge_early() -> None:
    """What is handed to the journal counts as kept before its commit."""
    from carts.journal import Journal

    submit = Journal.submit

    def early(self: Journal, write: Any) -> Any:
        for entry in write.entries:
            entry.id = 0  # not drawn yet, and others reckon with one
        submit(self, write).add_done_callback(lambda done: done.exception())
        future = asyncio.get_running_loop().create_future()
        future.set_result(write)
        return future

    Journal.submit = early  # type: ignore[method-assign]


def no_fence() -> None:
    """Writes no longer ask whether a newer connection has opened."""
    from carts.live import rows

    rows.fenced = lambda writes: (list(writes), [])


def no_order() -> None:
    """Events are taken as they come, whatever was lost before them."""
    from carts.protocol.actions import Apply
    from carts.protocol.decode import decode_data, fingerprint
    from carts.protocol.session import Session

    def take(self: Session, event: Any, now_ms: int) -> list[Any]:
        if event.seq <= self.taken:
            return []
        self.taken = event.seq
        self._prints[event.seq] = fingerprint(event)
        data: Any = decode_data(event)
        return [Apply(event, data, self._prints[event.seq])]

    Session._event = take  # type: ignore[method-assign]


def trusting() -> None:
    """Frames that are not of the contract raise, as in a server that takes its input on trust."""
    from carts.protocol import session
    from carts.protocol.decode import Malformed, decode

    def trust(frame: Any) -> Any:
        message = decode(frame)
        if isinstance(message, Malformed):
            raise ValueError(message.detail)
        return message

    session.decode = trust  # type: ignore[attr-defined]


def unbounded() -> None:
    """Readers that stall are never closed."""
    from carts.live.outbox import Outbox

    Outbox.stalled = property(lambda self: False)  # type: ignore[method-assign,assignment]


def no_pings() -> None:
    """Nobody asks whether a silent cart is still there."""
    from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

    WebSocketsSansIOProtocol.start_keepalive = lambda self: None  # type: ignore[method-assign]


def no_poll() -> None:
    """The database is not asked whether the connected carts may still be here."""
    from carts.live import polling

    polling.judge = lambda connection, facts: None


def hasty_end() -> None:
    """SIGTERM ends the process without waiting for the journal; acknowledgements had not waited either."""
    acknowledge_early()
    import signal

    import uvicorn

    def leave(self: Any, number: int, frame: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    uvicorn.Server.handle_exit = leave  # type: ignore[method-assign,assignment]


def slow_disk() -> None:
    """Not a safety: a commit takes 100 ms more, so that a kill finds many in the middle of one."""
    from carts.live import rows

    save = rows.save

    def slow(writes: Any) -> None:
        save(writes)
        time.sleep(0.1)

    rows.save = slow


def small_disk() -> None:
    """Not a safety: while the file `full` lies in the run's folder, SQLite may not grow its database by a page."""
    from django.db import connection

    from carts.live import rows

    fenced, flag = rows.fenced, Path(os.environ["DATA_DIR"]) / "full"

    def limited(writes: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count={pages if flag.exists() else 2**30}")
        return fenced(writes)

    rows.fenced = limited


KINDS: dict[str, Callable[[], None]] = {
    kind.__name__: kind
    for kind in (
        acknowledge_early,
        no_fence,
        no_order,
        trusting,
        unbounded,
        no_pings,
        no_poll,
        hasty_end,
        slow_disk,
        small_disk,
    )
}


def apply(names: str) -> None:
    """Apply these, separated by commas."""
    for name in filter(None, names.split(",")):
        KINDS[name]()
