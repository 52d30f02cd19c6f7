"""Pictures clear on positive agreement only."""

from collections.abc import Mapping

import pytest

from checkout.evidence import Findings, FrameSeen, Mark, Pack, Question, Seen, add_up
from checkout.evidence import compare as compare_seen

MILK, BREAD, CAVIAR = 1, 2, 5
BASKET = {MILK: 2, BREAD: 1}


def compare(basket: Mapping[int, int], questions: list[Question], seen: Mapping[int, int]) -> Findings:
    """With every piece seen in more than one frame."""
    return compare_seen(basket, questions, Seen(seen, seen))


def not_placed(product: int = BREAD) -> Question:
    return Question(kind="not_placed", products=(product,), expected_g=505, observed_g=0, tolerance_g=8)


def test_a_product_in_doubt_that_is_seen_clears() -> None:
    findings = compare(BASKET, [not_placed()], {BREAD: 1})

    assert (findings.clear, findings.reasons) == (True, ("agreement",))


def test_not_seeing_the_product_in_doubt_does_not_clear() -> None:
    findings = compare(BASKET, [not_placed()], {MILK: 2})

    assert (findings.clear, findings.reasons) == (False, ("not_visible",))


def test_fewer_pieces_than_charged_do_not_clear() -> None:
    assert not compare(BASKET, [not_placed(MILK)], {MILK: 1}).clear


@pytest.mark.parametrize("seen", [{BREAD: 1, CAVIAR: 1}, {BREAD: 2}])
def test_something_seen_that_the_basket_does_not_have_never_clears(seen: dict[int, int]) -> None:
    findings = compare(BASKET, [not_placed()], seen)

    assert not findings.clear
    assert "not_in_basket" in findings.reasons


@pytest.mark.parametrize("kind", ["unscanned", "not_removed", "scale_fault", "unexplained"])
def test_weight_that_nothing_charged_explains_is_for_a_person_whatever_is_seen(kind: str) -> None:
    findings = compare(BASKET, [Question(kind=kind, products=(BREAD,))], BASKET)

    assert (findings.clear, findings.reasons) == (False, ("unexplained",))


def test_a_product_lighter_than_listed_clears_when_it_is_seen() -> None:
    light = Question(kind="mismatch", products=(BREAD,), expected_g=505, observed_g=420, tolerance_g=8)

    assert compare(BASKET, [light], {BREAD: 1}).clear


def test_more_weight_than_the_product_seen_does_not_clear() -> None:
    heavy = Question(kind="mismatch", products=(BREAD,), expected_g=505, observed_g=685, tolerance_g=8)

    assert compare(BASKET, [heavy], {BREAD: 1}).reasons == ("unexplained",)


def test_a_weight_that_speaks_for_another_product_does_not_clear() -> None:
    swap = Question(
        kind="mismatch", products=(BREAD,), expected_g=505, observed_g=180, tolerance_g=8, suggested=((CAVIAR, 0.9),)
    )

    assert not compare(BASKET, [swap], {BREAD: 1}).clear


def test_every_open_question_must_be_explained() -> None:
    assert not compare(BASKET, [not_placed(), Question(kind="unscanned")], BASKET).clear


def test_an_audit_clears_only_when_the_whole_basket_is_seen() -> None:
    assert compare(BASKET, [], BASKET).clear
    assert not compare(BASKET, [], {MILK: 2}).clear
    assert not compare({}, [], {}).clear


SQUARE = ((0.1, 0.1), (0.3, 0.1), (0.3, 0.4), (0.1, 0.4))
ASIDE = ((0.6, 0.1), (0.8, 0.1), (0.8, 0.4), (0.6, 0.4))


def test_frames_do_not_add_up_the_same_piece() -> None:
    milk = Mark("a", "EAN13", (), MILK)

    seen = add_up([FrameSeen((milk,)), FrameSeen((milk,)), FrameSeen((milk, milk))])

    assert (seen.most, seen.twice) == ({MILK: 2}, {MILK: 1})
    assert add_up([FrameSeen((Mark("foreign", "EAN13"),))]).most == {}


def test_a_code_on_a_pack_that_was_recognised_is_the_same_piece() -> None:
    pack = Pack(MILK, SQUARE, 0.98)
    on_it, beside = (Mark("a", "EAN13", corners, MILK) for corners in (((0.2, 0.2), (0.25, 0.3)), ASIDE))

    assert add_up([FrameSeen((on_it,), (pack,))]).most == {MILK: 1}
    assert add_up([FrameSeen((beside,), (pack,))]).most == {MILK: 2}


def test_a_pack_that_is_not_sure_counts_for_nothing() -> None:
    assert add_up([FrameSeen((), (Pack(MILK, SQUARE, 0.5),))]).most == {}


def test_one_frame_alone_accuses_nobody_and_clears_nothing() -> None:
    once = add_up([FrameSeen((), (Pack(CAVIAR, SQUARE, 0.99), Pack(BREAD, ASIDE, 0.99))), FrameSeen()])

    findings = compare_seen(BASKET, [not_placed()], once)

    assert (findings.clear, findings.reasons) == (False, ("unsure",))


def test_two_frames_of_three_speak_against_the_shopper() -> None:
    caviar = FrameSeen((), (Pack(CAVIAR, SQUARE, 0.99),))

    findings = compare_seen(BASKET, [not_placed()], add_up([caviar, FrameSeen(), caviar]))

    assert findings.reasons[0] == "not_in_basket"


def test_a_look_alike_in_its_stead_is_named_and_a_charged_one_is_not() -> None:
    caviar = FrameSeen((), (Pack(CAVIAR, SQUARE, 0.99),))
    seen, kin = add_up([caviar, caviar]), {BREAD: frozenset({CAVIAR})}

    swapped = compare_seen(BASKET, [not_placed()], seen, kin)
    charged = compare_seen({**BASKET, CAVIAR: 1}, [not_placed()], seen, kin)

    assert [(s.finding, s.look_alike) for s in swapped.sights if s.product == BREAD] == [("look_alike_seen", CAVIAR)]
    assert [s.finding for s in charged.sights if s.product == BREAD] == ["not_visible"]
    assert not swapped.clear


def test_findings_say_which_picture_and_which_region_made_them_believe() -> None:
    seen = add_up([FrameSeen(), FrameSeen((), (Pack(BREAD, SQUARE, 0.97),))])

    place = next(s for s in compare_seen(BASKET, [not_placed()], seen).sights if s.product == BREAD).places[0]

    assert (place.frame, place.quad, place.confidence) == (1, SQUARE, 0.97)
