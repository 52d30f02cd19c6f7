"""The proof against bombs in small; `make prove-bombs` does it at length."""

from tests.proofs.bombs import control, told


def test_bombs_and_broken_pictures_are_refused_within_memory_and_time_and_end_nobody() -> None:
    status, words = told(27, 2)

    assert status == 0, words


def test_the_same_pictures_hurt_who_opens_them_without_limits() -> None:
    assert control(18, 1)
