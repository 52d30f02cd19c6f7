"""The page of the roles is the table of the roles."""

from pathlib import Path

from inventory.access import ROLES, WORDS, Action
from inventory.access_page import PATH, page
from inventory.models import Role


def test_the_page_is_made_from_the_table() -> None:
    assert (Path(__file__).parents[2] / PATH).read_text() == page(), (
        "write it anew: python -c 'from inventory.access_page import page' with page() into docs/access.md"
    )


def test_every_action_has_words_and_every_role_a_row_of_the_table() -> None:
    assert set(WORDS) == set(Action)
    assert set(ROLES) == set(Role)
