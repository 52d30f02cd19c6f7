"""What honest shoppers do, in the contract's words: nothing opens for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .drawn import Cart, learned_book


def test_a_scan_then_its_weight_opens_nothing() -> None:
    cart = Cart()

    cart.scan("milk").stand(2).put(1041).stand(40)

    assert cart.opened() == []
    assert cart.engine.verdict(cart.at).outcome == "clear"


def test_placing_four_seconds_before_scanning_opens_nothing() -> None:
    cart = Cart()

    cart.put(514, 4).scan("rice").stand(40)

    assert cart.opened() == []


def test_two_products_placed_together_and_then_scanned_open_nothing() -> None:
    cart = Cart()

    cart.put(1041 + 514, 2).scan("milk", line=1).stand(2).scan("rice", line=2).stand(40)

    assert cart.opened() == []


def test_several_scans_then_all_placed_at_once_open_nothing() -> None:
    cart = Cart()

    cart.scan("milk", line=1).stand(1).scan("tea", line=2).stand(1).scan("rice", line=3).stand(2)
    cart.put(1041 + 130 + 515).stand(40)

    assert cart.opened() == []


def test_a_quantity_placed_one_by_one_opens_nothing() -> None:
    cart = Cart()

    cart.scan("rice", 3).stand(1).put(515).put(514).put(516).stand(40)

    assert cart.opened() == []


def test_twenty_seconds_from_scan_to_cart_open_nothing() -> None:
    cart = Cart()

    cart.scan("milk").stand(20).put(1040).stand(40)

    assert cart.opened() == []


def test_lifting_and_touching_back_within_six_seconds_opens_nothing() -> None:
    cart = Cart().scan("milk").stand(2).put(1040).stand(10)

    cart.take(1040, 3).put(1040).stand(40)

    assert cart.opened() == []


def test_lifting_first_and_declaring_within_five_seconds_opens_nothing() -> None:
    cart = Cart().scan("milk").stand(2).put(1040).stand(10)

    cart.take(1040, 3).remove("milk").stand(40)

    assert cart.opened() == []
    assert cart.engine.verdict(cart.at).outcome == "clear"


def test_leaning_on_the_cart_opens_nothing() -> None:
    cart = Cart().scan("milk").stand(2).put(1040).stand(10)

    cart.lean(14, 6000).stand(20)

    assert cart.opened() == []


def test_a_bag_opens_nothing() -> None:
    cart = Cart()

    cart.said += cart.engine.bag(cart.at)
    cart.stand(2).put(210).stand(40)

    assert cart.opened() == []


def test_what_adds_up_after_a_hole_opens_nothing() -> None:
    cart = Cart().scan("milk", line=1).stand(1)

    cart.hole(12).scan("rice", line=2)
    cart.load += 1040 + 515
    cart.stand(40)

    assert cart.opened() == []


def test_a_wrong_listed_weight_makes_no_honest_shopper_a_suspect_twice() -> None:
    book = learned_book()
    for _ in range(3):
        trip = Cart(book).scan("jam").stand(2).put(470).stand(40)
        book.learn(trip.engine.lessons())

    trip = Cart(book).scan("jam").stand(2).put(472).stand(40)

    assert trip.opened() == []


@pytest.mark.parametrize("division", [1.0, 5.0])
def test_a_glitch_of_one_reading_is_not_seen(division: float) -> None:
    cart = Cart(division_g=division).scan("milk").stand(2).put(1040)

    cart.read([cart.load + 8000]).stand(5).read([cart.load - 900]).stand(40)

    assert cart.opened() == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-2.0, 2.0), min_size=100, max_size=300), st.sampled_from([1.0, 5.0]))
def test_honest_noise_opens_nothing_that_stays_open(noise: list[float], division: float) -> None:
    cart = Cart(division_g=division).scan("milk").stand(2).put(1040)

    cart.read(cart.load + n for n in noise).stand(40)

    assert cart.engine.verdict(cart.at).discrepancies == ()


@settings(max_examples=15, deadline=None)
@given(st.floats(0.9985, 1.0015), st.floats(-4, 4))
def test_gain_and_zero_within_the_class_of_the_scale_are_tolerated(gain: float, zero: float) -> None:
    cart = Cart()
    cart.load += zero

    cart.stand(2).scan("milk", line=1).stand(2).put(1040 * gain).scan("rice", line=2).stand(2).put(515 * gain).stand(40)

    assert cart.opened() == []


@settings(max_examples=10, deadline=None)
@given(st.permutations(["milk", "tea", "rice"]))
def test_the_order_of_scans_before_placing_together_changes_nothing(order: list[str]) -> None:
    cart = Cart()

    for line, product in enumerate(order):
        cart.scan(product, line=line)
    cart.stand(2).put(1040 + 130 + 515).stand(40)

    assert cart.opened() == []
    assert cart.engine.verdict(cart.at).outcome == "clear"
