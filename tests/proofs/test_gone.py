"""The proof that pictures go, in small, and that it notices a naive deletion; `make prove-gone` does it at length."""

import pytest

from tests.proofs.gone import run

pytestmark = pytest.mark.slow


def test_nothing_is_readable_past_its_date_whoever_is_killed() -> None:
    status, told = run(4, 1)

    assert status == 0, told


def test_deleting_the_row_before_the_file_is_noticed() -> None:
    status, told = run(4, 1, control=True)

    assert status == 0, told
    assert "control: noticed" in told
