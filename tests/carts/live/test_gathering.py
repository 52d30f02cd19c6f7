"""What the journal commits together, and what it does between two groups."""

import asyncio
import threading
import uuid
from typing import Any

import pytest

from carts import journal as journal_module
from carts.journal import Journal
from carts.live.write import Write
from carts.models import JournalEntry


@pytest.fixture
def groups(monkeypatch: pytest.MonkeyPatch) -> list[list[Write]]:
    """The groups that reach the database, in their order; nothing is written."""
    found: list[list[Write]] = []

    def commit(writes: Any, broken: Any) -> list[Any]:
        found.append(list(writes))
        return list(writes)

    monkeypatch.setattr(journal_module, "commit", commit)
    return found


def level() -> Write:
    return Write(uuid.uuid4(), 1, entries=[JournalEntry(kind="level")])


def scan() -> Write:
    return Write(uuid.uuid4(), 1, entries=[JournalEntry(kind="scan", seq=1)])


def test_what_no_cart_waits_for_rides_along_with_the_next_event(groups: list[list[Write]]) -> None:
    writes = [level(), level(), scan()]

    async def story(journal: Journal) -> None:
        await asyncio.gather(*(journal.submit(write) for write in writes))

    run(story)
    assert groups == [writes]


def test_what_no_cart_waits_for_goes_by_itself_when_nothing_comes(groups: list[list[Write]]) -> None:
    async def story(journal: Journal) -> None:
        await asyncio.wait_for(journal.submit(level()), 20)

    run(story)
    assert len(groups) == 1


def test_a_push_hands_over_at_once(groups: list[list[Write]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LAZY_S", 3600)

    async def story(journal: Journal) -> None:
        future = journal.submit(level())
        journal.push()
        await asyncio.wait_for(future, 20)

    run(story)
    assert len(groups) == 1


def test_at_the_end_everything_submitted_is_written(groups: list[list[Write]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "LAZY_S", 3600)

    async def story(journal: Journal) -> None:
        journal.submit(level())

    run(story)
    assert len(groups) == 1


def test_a_call_has_the_journals_thread_and_its_error_reaches_who_waits(groups: list[list[Write]]) -> None:
    def refused() -> None:
        raise LookupError(threading.current_thread().name)

    async def story(journal: Journal) -> None:
        with pytest.raises(LookupError, match="journal"):
            await journal.call(refused)
        await journal.submit(scan())

    run(story)
    assert len(groups) == 1


def run(story: Any) -> None:
    """A story with a journal of its own, which is closed after it."""
    journal = Journal()

    async def whole() -> None:
        await story(journal)
        journal.close()

    asyncio.run(whole())
