"""The whole basket against the whole weight, and a bad scale as against a bad shopper."""

from __future__ import annotations

import pytest

from .drawn import Cart


def kinds(cart: Cart) -> set[str]:
    return {d.kind for d in cart.opened()}


def test_a_little_more_with_every_placing_is_found_in_the_whole_basket() -> None:
    cart = Cart()

    for _ in range(12):
        cart.scan("tea").stand(2).put(133.2).stand(5)

    assert kinds(cart) == {"basket"}
    found = cart.opened()[0]
    assert found.observed_g - found.expected_g > 20
    assert cart.engine.verdict(cart.at).outcome == "review"


def test_a_full_basket_of_honest_things_adds_up() -> None:
    cart = Cart()

    for grams in (131, 129.5, 130.4, 129, 130.6, 130, 129.4, 131.2, 130.1, 129.8, 130, 130.3):
        cart.scan("tea").stand(2).put(grams).stand(5)

    assert cart.opened() == []
    assert cart.engine.verdict(cart.at).outcome == "clear"


@pytest.mark.parametrize("factor", [0.9, 1.08])
def test_where_everything_is_off_by_one_factor_the_scale_is_at_fault_and_no_shopper(factor: float) -> None:
    cart = Cart()

    for line, (product, grams) in enumerate(
        [("milk", 1040), ("rice", 515), ("tea", 130), ("milk", 1041), ("rice", 514)]
    ):
        cart.scan(product, line=line).stand(2).put(grams * factor).stand(8)
    cart.stand(30)

    verdict = cart.engine.verdict(cart.at)
    assert [d.kind for d in verdict.discrepancies] == ["scale_fault"]
    assert verdict.outcome == "review"


def test_swaps_by_different_factors_are_the_shoppers() -> None:
    cart = Cart()

    for line, (product, grams) in enumerate(
        [("milk", 1040), ("rice", 700), ("tea", 300), ("milk", 1041), ("rice", 514)]
    ):
        cart.scan(product, line=line).stand(2).put(grams).stand(8)
    cart.stand(30)

    assert "scale_fault" not in kinds(cart)
    assert sum(d.kind == "mismatch" for d in cart.engine.verdict(cart.at).discrepancies) == 2


def test_a_load_below_nothing_is_the_scales_fault() -> None:
    cart = Cart()

    cart.load = -300.0
    cart.stand(20)

    assert "scale_fault" in {d.kind for d in cart.engine.verdict(cart.at).discrepancies}


def test_a_scale_that_is_well_again_clears_its_fault() -> None:
    cart = Cart()
    cart.load = -300.0
    cart.stand(20)

    cart.load = 0.0
    cart.stand(20)

    assert cart.engine.verdict(cart.at).discrepancies == ()
