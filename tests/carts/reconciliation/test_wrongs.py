"""Each wrong opens a discrepancy of its kind after the grace, and clears when it is put right."""

from __future__ import annotations

import pytest

from .drawn import Cart


def test_weight_without_a_scan_is_unscanned_after_five_seconds() -> None:
    cart = Cart()

    cart.put(515, 4.5)
    before = cart.opened()
    cart.stand(3)

    assert before == []
    assert [d.kind for d in cart.opened()] == ["unscanned"]
    assert abs(cart.opened()[0].observed_g - 515) < 3


def test_an_unscanned_thing_taken_out_again_clears() -> None:
    cart = Cart().put(515).stand(8)

    cart.take(515).stand(3)

    assert cart.cleared() == [1]
    assert cart.engine.verdict(cart.at).outcome == "clear"


def test_an_unscanned_thing_scanned_late_clears() -> None:
    cart = Cart().put(515).stand(8)

    cart.scan("rice").stand(5)

    assert cart.cleared() == [1]


def test_another_product_than_scanned_is_a_mismatch() -> None:
    cart = Cart()

    cart.scan("tea").stand(2).put(515).stand(20)

    assert [d.kind for d in cart.opened()] == ["mismatch"]
    assert cart.opened()[0].products == ("tea",)


def test_an_extra_unit_is_a_mismatch_and_scanning_it_clears() -> None:
    cart = Cart().scan("rice").stand(2).put(1030).stand(8)
    kinds = [d.kind for d in cart.opened()]

    cart.scan("rice").stand(5)

    assert kinds == ["mismatch"]
    assert cart.cleared() == [1]


def test_something_hidden_along_is_a_mismatch_and_taking_it_out_clears() -> None:
    cart = Cart().scan("milk").stand(2).put(1040 + 333).stand(8)
    kinds = [d.kind for d in cart.opened()]

    cart.take(333).stand(5)

    assert kinds == ["mismatch"]
    assert cart.cleared() == [1]


def test_a_scan_whose_weight_never_comes_is_not_placed_after_twenty_five_seconds() -> None:
    cart = Cart().scan("milk")

    cart.stand(24.5)
    before = cart.opened()
    cart.stand(3)

    assert before == []
    assert [d.kind for d in cart.opened()] == ["not_placed"]


def test_placing_it_at_last_clears() -> None:
    cart = Cart().scan("milk").stand(30)

    cart.put(1040).stand(3)

    assert cart.cleared() == [1]


def test_an_undeclared_removal_is_removed_and_putting_it_back_clears() -> None:
    cart = Cart().scan("milk").stand(2).put(1040).stand(10)

    cart.take(1040, 9)
    kinds = [d.kind for d in cart.opened()]
    cart.put(1040).stand(3)

    assert kinds == ["removed"]
    assert cart.cleared() == [1]


def test_a_removal_whose_weight_stays_is_not_removed_and_lifting_it_clears() -> None:
    cart = Cart().scan("milk").stand(2).put(1040).stand(10)

    cart.remove("milk").stand(28)
    kinds = [d.kind for d in cart.opened()]
    cart.take(1040).stand(3)

    assert kinds == ["not_removed"]
    assert cart.cleared() == [1]


def test_a_wrong_is_found_while_the_cart_rolls() -> None:
    cart = Cart()

    cart.put(515, 3).roll(12)

    assert [d.kind for d in cart.opened()] == ["unscanned"]


def test_sealing_with_a_scan_unplaced_is_sent_to_review() -> None:
    cart = Cart().scan("milk").stand(3)

    cart.said += cart.engine.seal(cart.at)
    cart.stand(3)

    assert cart.engine.verdict(cart.at).outcome == "review"
    assert cart.engine.verdict(cart.at).reasons == ("not_placed",)


def test_a_disputed_discrepancy_teaches_nothing_about_its_product() -> None:
    cart = Cart().scan("tea").stand(2).put(515).stand(20)

    cart.engine.dispute(cart.at, cart.opened()[0].id)

    assert [lesson.product for lesson in cart.engine.lessons()] == []


def test_staff_put_the_basket_right() -> None:
    cart = Cart().put(515).stand(8)

    cart.said += cart.engine.correct(cart.at, "rice", 1)
    cart.stand(3)

    assert cart.cleared() == [1]
    assert cart.engine.verdict(cart.at).outcome == "clear"


def test_produce_is_weighed_within_five_grams_and_a_percent() -> None:
    cart = Cart().scan("4011").stand(2).put(743).stand(20)

    weighed = cart.engine.state.weighed[1]

    assert abs(weighed - 743) <= 5 + 7.43


def test_a_decision_can_be_read_afterwards() -> None:
    cart = Cart().scan("tea").stand(2).put(515).stand(20)

    explanation = cart.opened()[0].explanation

    assert "load" in explanation
    assert "tea" in explanation


@pytest.mark.parametrize("tenths", range(8, 20))
def test_what_was_put_in_just_before_rolling_is_said_once_the_cart_stands(tenths: int) -> None:
    cart = Cart().scan("milk").put(1040).put(453, seconds=tenths / 10).roll(7)

    cart.stand(12)

    assert [d.kind for d in cart.opened()] == ["unscanned"]
