"""What is kept between two looks says what would be worked out anew."""

from __future__ import annotations

import msgspec

from carts.reconciliation import Engine, Weighed, WeightBook
from carts.reconciliation.weights import Lesson
from carts.reconciliation.whole import Shelf

from .drawn import Cart


def full() -> Cart:
    cart = Cart()
    for line, (product, grams) in enumerate([("milk", 1040), ("rice", 515), ("tea", 130), ("tea", 131)], 1):
        cart.scan(product, line=line).stand(2).put(grams).stand(8)
    return cart


def anew(cart: Cart) -> Shelf:
    return Shelf(cart.engine.book, cart.engine.state.units)


def test_the_terms_of_a_full_basket_follow_what_the_book_learns() -> None:
    cart = full()
    placed, shelf = cart.engine.tracker.stories[0].placed, cart.engine.judge.shelf
    before = shelf.terms(placed)

    cart.engine.book.learn([Lesson("rice", 540.0, 1.0)] * 5)

    assert shelf.terms(placed) == anew(cart).terms(placed)
    assert shelf.terms(placed) != before


def test_a_product_that_is_sold_by_weight_from_now_on_is_weighed() -> None:
    cart = full()
    rice = cart.engine.book.facts("rice")
    assert cart.engine.lines.news(cart.at) == []

    cart.engine.book.add(msgspec.structs.replace(rice, sold_by="kg"))

    assert [type(said) for said in cart.engine.lines.news(cart.at)] == [Weighed]


def test_a_restored_engine_says_of_its_lines_nothing_twice() -> None:
    cart = full()

    back = Engine.restore(cart.engine.snapshot(), book=WeightBook(cart.engine.book._facts.values()))

    assert back.lines.news(cart.at) == []
