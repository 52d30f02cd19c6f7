"""The proofs about money in small, on the tests' database; the commands do them at length and on both."""

from pathlib import Path
from typing import Any

import pytest

from tests.proofs.payment import payment
from tests.proofs.races import races

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    from checkout import tasks

    for task in (tasks.look, tasks.deliver_outbox, tasks.advance_payment, tasks.advance_refund):
        monkeypatch.setattr(task, "delay", lambda *arguments: None)
    settings.DATA_DIR = tmp_path


def test_whoever_dies_at_whatever_boundary_nobody_pays_twice() -> None:
    assert payment(1, 1, False).faults == []


def test_of_two_at_once_one_wins_and_the_books_agree() -> None:
    assert races(2, 1, False).faults == []


def test_a_server_that_forgets_what_it_had_begun_is_noticed() -> None:
    assert payment(1, 1, True, boundaries=("after capture",)).faults


def test_a_server_without_claims_and_locks_is_noticed() -> None:
    assert races(2, 1, True).faults
