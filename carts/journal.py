"""The journal writer: one thread, one connection, many carts' writes in one transaction.

A write is acknowledged only after its commit. A commit that fails fails every write in it. While one transaction is on
its way to the disk, the next writes gather: the slower the disk, the larger the group. Writes that no cart waits for
(levels, traces) ride along with the next that one does, or go after LAZY_S. Where commits follow each other closely,
the next waits for company, since a commit costs far more than a write.
"""

import asyncio
import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction

from carts import metrics
from carts.errors import JournalUnavailable, Superseded
from carts.live import rows
from carts.live.write import Write

logger = logging.getLogger(__name__)
T = TypeVar("T")
LARGEST_GROUP = 512
LAZY_S = 0.05  # that a write may wait for company when nobody waits for it
BUSY_S = 0.01  # a commit so soon after another waits for more writes
COMPANY_S = 0.004  # so long

_Job = tuple[Write, asyncio.AbstractEventLoop, "asyncio.Future[Write]"]
Outcome = Write | Superseded | JournalUnavailable
_Result = tuple["asyncio.Future[Any]", object]


@dataclass(frozen=True, slots=True)
class _Call:
    """Something else that wants the journal's turn to write; what it raises goes to who waits for it."""

    call: Callable[[], Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"

    def run(self) -> None:
        try:
            outcome: object = self.call()
        except Exception as error:
            outcome = error
            connection.close_if_unusable_or_obsolete()
        with suppress(RuntimeError):  # the loop may be gone
            self.loop.call_soon_threadsafe(_resolve, [(self.future, outcome)])


class Journal:
    """A writer thread. `submit` is called from an event loop; what it returns is done once the write is on disk."""

    def __init__(self) -> None:
        self._batches: queue.SimpleQueue[list[_Job] | _Call | None] = queue.SimpleQueue()  # None ends the thread
        self._next: list[_Call | None] = []  # what was found while a group gathered, at most one
        self._thread: threading.Thread | None = None
        # What each loop has submitted and not handed over yet, and the timer or call that will.
        self._held: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        self._urgent: set[asyncio.AbstractEventLoop] = set()
        # Carts of whose connection (epoch) a write failed: what it sends after must fail too, or the stream had a hole
        # behind an acknowledgement. The next connection has another epoch and starts from what is on disk.
        self._broken: dict[uuid.UUID, int] = {}
        self._lock = threading.Lock()

    def submit(self, write: Write) -> "asyncio.Future[Write]":
        """Queue a write. The future ends with it, or raises Superseded or JournalUnavailable.

        Writes of one caller are committed in the order of their calls.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Write] = loop.create_future()
        self._ensure_running()
        held = self._held.get(loop)
        if held is None:
            held = self._held[loop] = []
            if not write.awaited:
                loop.call_later(LAZY_S, self._hand_over, loop, held)
        held.append((write, loop, future))
        if write.awaited and loop not in self._urgent:
            self._urgent.add(loop)
            loop.call_soon(self._hand_over, loop, held)  # with all that this turn of the loop brings
        return future

    def call(self, call: Callable[[], T]) -> "asyncio.Future[T]":
        """Do this in the journal's thread, between two groups, in a transaction of its own."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._ensure_running()
        self._batches.put(_Call(call, loop, future))
        return future

    def push(self) -> None:
        """Hand over what this loop has submitted: somebody waits for it."""
        loop = asyncio.get_running_loop()
        held = self._held.get(loop)
        if held is not None:
            self._hand_over(loop, held)

    def _hand_over(self, loop: asyncio.AbstractEventLoop, held: list[_Job]) -> None:
        if self._held.get(loop) is held:
            del self._held[loop]
            self._urgent.discard(loop)
            self._batches.put(held)

    def close(self) -> None:
        """Write what was submitted, then end the thread."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            for loop, held in list(self._held.items()):
                self._hand_over(loop, held)
            self._batches.put(None)
            thread.join()

    def _ensure_running(self) -> None:
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        ended = 0.0
        while (item := self._next.pop() if self._next else self._batches.get()) is not None:
            if isinstance(item, _Call):
                item.run()
                continue
            if time.monotonic() - ended < BUSY_S:
                time.sleep(COMPANY_S)
            self._gather(item)
            self._commit(item)
            ended = time.monotonic()
        connection.close()

    def _gather(self, jobs: list[_Job]) -> None:
        """Add what has come in meanwhile."""
        with suppress(queue.Empty):
            while len(jobs) < LARGEST_GROUP:
                more = self._batches.get_nowait()
                if more is None or isinstance(more, _Call):
                    self._next.append(more)
                    return
                jobs += more

    def _commit(self, jobs: Sequence[_Job]) -> None:
        began = time.perf_counter()
        outcomes = commit([write for write, _, _ in jobs], self._broken)
        _count(outcomes, time.perf_counter() - began)
        loops: dict[asyncio.AbstractEventLoop, list[_Result]] = {}
        for (_, loop, future), outcome in zip(jobs, outcomes, strict=True):
            loops.setdefault(loop, []).append((future, outcome))
        for loop, results in loops.items():
            with suppress(RuntimeError):  # the loop may be gone at shutdown; nobody waits there any more
                loop.call_soon_threadsafe(_resolve, results)


def _count(outcomes: Sequence[Outcome], seconds: float) -> None:
    metrics.GROUP.observe(len(outcomes))
    metrics.COMMIT.observe(seconds)
    metrics.ROWS.inc(sum(len(outcome.entries) for outcome in outcomes if isinstance(outcome, Write)))
    metrics.NOT_COMMITTED.inc(sum(isinstance(outcome, JournalUnavailable) for outcome in outcomes))


def commit(writes: Sequence[Write], broken: dict[uuid.UUID, int]) -> list[Outcome]:
    """Write a group in one transaction; for each its Write, or why it is not on disk.

    `broken` (cart to epoch) is read and added to: after a failed write, no later one of that connection is kept.
    """
    sound = [write for write in writes if broken.get(write.cart_id) != write.epoch]
    outcomes: dict[int, Outcome] = dict(zip(map(id, sound), _commit_together(sound, broken), strict=True))
    return [
        outcomes.get(id(write), JournalUnavailable("an earlier write of this connection failed")) for write in writes
    ]


def _commit_together(writes: Sequence[Write], broken: dict[uuid.UUID, int]) -> list[Outcome]:
    if not writes:
        return []
    try:
        with transaction.atomic():
            standing, superseded = rows.fenced(writes)
            rows.save(standing)
        lost = {id(write) for write in superseded}
        return [Superseded() if id(write) in lost else write for write in writes]
    except IntegrityError as error:
        if len(writes) > 1:  # one of them broke a constraint: apart, it fails alone
            return [outcome for write in writes for outcome in commit([write], broken)]
        logger.exception("a write of cart %s broke a constraint", writes[0].cart_id)
        return _failed(writes, error, broken)
    except (DatabaseError, InterfaceError, OSError) as error:
        logger.error("the journal could not commit %d writes: %s", len(writes), error)
        with suppress(Exception):
            connection.close()  # a broken connection is opened anew by the next group
        return _failed(writes, error, broken)
    except Exception as error:  # a fault of ours must fail its writes, never the thread
        logger.exception("the journal failed")
        return _failed(writes, error, broken)


def _failed(writes: Sequence[Write], error: Exception, broken: dict[uuid.UUID, int]) -> list[Outcome]:
    broken.update((write.cart_id, write.epoch) for write in writes)
    return [JournalUnavailable(str(error)) for _ in writes]


def _resolve(results: Sequence[_Result]) -> None:
    for future, outcome in results:
        if future.done():
            continue
        if isinstance(outcome, BaseException):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)


journal = Journal()
