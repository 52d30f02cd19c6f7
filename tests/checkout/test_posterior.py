"""Weights, codes and pictures make one posterior; not seeing something never makes anything likelier."""

import pytest

from checkout.evidence import Belief, Findings, FrameSeen, Mark, Pack, Place, Question, Seen, add_up, compare
from checkout.posterior import CLEAR, SEEN_ABSENT, SEEN_THERE, believe, settled

BREAD, CAVIAR, ROE = 1, 2, 3
QUAD = ((0.1, 0.1), (0.2, 0.1), (0.2, 0.3), (0.1, 0.3))
SWAP = Question(
    kind="mismatch", products=(BREAD,), probability=0.8, suggested=((CAVIAR, 0.6), (ROE, 0.1)),
    expected_g=500, observed_g=480, tolerance_g=10,
)  # fmt: skip
LOST = Question(kind="not_placed", products=(BREAD,), probability=0.9, expected_g=500, tolerance_g=10)


def seen(*products: int, frames: int = 2, codes: bool = False) -> Seen:
    """Packs (or codes) of these products in each frame."""
    packs = () if codes else tuple(Pack(product, QUAD, 0.9) for product in products)
    marks = tuple(Mark(str(product), "EAN13", QUAD, product) for product in products) if codes else ()
    return add_up([FrameSeen(marks, packs)] * frames)


def belief(question: Question, what: Seen, kin: dict[int, frozenset[int]] | None = None) -> Belief:
    (found,) = believe([question], compare({BREAD: 1}, [question], what).sights, kin or {})
    return found


def test_without_a_picture_the_posterior_is_the_weights() -> None:
    told = {one.product or one.kind: one.probability for one in belief(SWAP, seen()).explanations}

    assert told == pytest.approx({CAVIAR: 0.48, "unknown": 0.24, "as_charged": 0.2, ROE: 0.08})


def test_a_sighting_multiplies_the_odds_by_its_likelihood_ratio() -> None:
    odds = 0.1 / 0.9 * SEEN_THERE / SEEN_ABSENT

    assert belief(LOST, seen(BREAD)).as_charged == pytest.approx(odds / (1 + odds), abs=1e-5)


def test_frames_of_one_cart_are_one_piece_of_evidence() -> None:
    assert belief(LOST, seen(BREAD, frames=3)).as_charged == belief(LOST, seen(BREAD, frames=1)).as_charged


def test_what_the_weight_suggests_and_the_picture_shows_is_believed_and_says_where() -> None:
    first = belief(SWAP, seen(CAVIAR)).explanations[0]

    assert (first.kind, first.product) == ("instead", CAVIAR)
    assert first.probability > 0.98
    assert first.places == (Place(0, QUAD, 0.9),)


def test_a_look_alike_speaks_softer_and_a_code_louder() -> None:
    plain = belief(LOST, seen(BREAD)).as_charged
    like = belief(LOST, seen(BREAD), {BREAD: frozenset({ROE})}).as_charged
    code = belief(LOST, seen(BREAD, codes=True)).as_charged

    assert like < plain < code


def test_not_seeing_the_charged_product_makes_nothing_likelier() -> None:
    before, after = belief(SWAP, seen()), belief(SWAP, seen(9))

    assert [one.probability for one in before.explanations] == [one.probability for one in after.explanations]


def test_one_of_two_products_in_doubt_proves_nothing() -> None:
    both = Question(kind="not_placed", products=(BREAD, ROE), probability=0.9)
    sights = compare({BREAD: 1, ROE: 1}, [both], seen(BREAD)).sights

    assert believe([both], sights, {})[0].as_charged == pytest.approx(0.1)


def test_a_camera_clears_only_where_weight_and_picture_together_say_so() -> None:
    likely = Question(kind="not_placed", products=(BREAD,), probability=0.9)
    certain = Question(kind="not_placed", products=(BREAD,), probability=0.999)

    def clear(question: Question, kin: dict[int, frozenset[int]]) -> Findings:
        return settled(compare({BREAD: 1}, [question], seen(BREAD)), [question], kin)

    assert clear(likely, {}).clear
    outweighed = clear(certain, {BREAD: frozenset({ROE})})
    assert (outweighed.clear, outweighed.reasons) == (False, ("weight_outweighs",))
    assert outweighed.beliefs[0].as_charged < CLEAR


def test_a_posterior_alone_clears_nothing() -> None:
    sure_of_it = Question(kind="not_placed", products=(BREAD,), probability=0.01)

    found = settled(compare({BREAD: 1}, [sure_of_it], seen()), [sure_of_it], {})

    assert found.beliefs[0].as_charged > CLEAR
    assert not found.clear
