"""Probabilities of stories, however unlikely all of them are."""

from types import SimpleNamespace
from typing import Any

import pytest

from carts.reconciliation.hypotheses import shares


def told(*scores: float) -> Any:
    return [SimpleNamespace(score=score) for score in scores]


def test_stories_that_are_all_next_to_impossible_still_share_what_there_is() -> None:
    assert shares(told(-900.0, -900.0)) == [0.5, 0.5]
    assert shares(told(-900.0, -2000.0)) == [1.0, 0.0]


def test_only_the_distance_between_stories_counts() -> None:
    assert shares(told(-1.0, -2.0)) == pytest.approx(shares(told(-801.0, -802.0)))


def test_without_a_story_there_is_nothing_to_share() -> None:
    assert shares(told()) == []
