import pytest

from inventory.selectors.searching import SearchIndex, distance
from inventory.text import fold, search_text

GOODS = [
    "Oat drink 1 l", "Oat biscuits 200 g", "Whole milk 1 l", "Buttermilk 500 g", "Crème brûlée",
    "Dark chocolate 100 g", "Milk chocolate 100 g", "Großer Käse",
]  # fmt: skip


@pytest.fixture
def index() -> SearchIndex:
    return SearchIndex([(number, search_text(name, "")) for number, name in enumerate(GOODS)])


def found(index: SearchIndex, text: str) -> list[str]:
    return [GOODS[number] for number in index.ids(text, 20)]


@pytest.mark.parametrize("text", ["crème brûlée", "CREME BRULEE", "brulee", "cre bru"])
def test_case_and_accents_do_not_matter(index: SearchIndex, text: str) -> None:
    assert found(index, text) == ["Crème brûlée"]


def test_whole_words_come_before_parts_of_words(index: SearchIndex) -> None:
    assert found(index, "milk") == ["Milk chocolate 100 g", "Whole milk 1 l", "Buttermilk 500 g"]


def test_all_words_must_be_there(index: SearchIndex) -> None:
    assert found(index, "milk choc") == ["Milk chocolate 100 g"]
    assert found(index, "milk oat") == []


@pytest.mark.parametrize("text", ["choclate", "chocoalte", "chocolste", "chokolade", "choccolate", "chocalat"])
def test_one_wrong_letter_is_forgiven_and_two_in_long_words(index: SearchIndex, text: str) -> None:
    assert set(found(index, text)) == {"Dark chocolate 100 g", "Milk chocolate 100 g"}


def test_a_word_half_typed_with_an_error_is_found(index: SearchIndex) -> None:
    assert found(index, "bisciuts") == ["Oat biscuits 200 g"]
    assert found(index, "bsicui") == ["Oat biscuits 200 g"]


def test_an_error_in_one_word_does_not_spoil_the_other(index: SearchIndex) -> None:
    assert found(index, "oat drnik") == ["Oat drink 1 l"]


def test_short_words_are_never_guessed_at(index: SearchIndex) -> None:
    assert found(index, "oax") == []


@pytest.mark.parametrize("text", ["", "   ", "!?", "x" * 500, "日本"])
def test_nothing_sensible_finds_nothing(index: SearchIndex, text: str) -> None:
    assert found(index, text) == []


def test_an_empty_store_has_nothing_to_find() -> None:
    assert SearchIndex([]).ids("milk", 20) == []


@pytest.mark.parametrize(
    ("word", "other", "edits"),
    [("milk", "milk", 0), ("mlik", "milk", 1), ("mik", "milk", 1), ("mxlk", "milk", 1), ("choc", "chocolate", 0)],
)
def test_a_swap_counts_once_and_the_rest_of_a_longer_word_is_free(word: str, other: str, edits: int) -> None:
    assert distance(word, other) == edits


def test_other_scripts_are_found_too() -> None:
    assert SearchIndex([(1, search_text("Молоко 1 л", "")), (2, search_text("牛乳", ""))]).ids("молоко", 5) == [1]


def test_folding_leaves_plain_words() -> None:
    assert fold("ŽELÉ  Süßø-Łódź, 3,5%") == "zele susso lodz 3 5"


def test_the_brand_is_not_said_twice() -> None:
    assert search_text("Dukat jogurt", "DUKAT") == "dukat jogurt"
