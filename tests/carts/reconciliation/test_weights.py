"""Weights are learned robustly: from many, not from one; quickly where nothing was known."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from carts.reconciliation import Lesson, ProductFacts, WeightBook

from .drawn import JAM, MILK, RICE, learned_book


def spread(book: WeightBook, key: str) -> float:
    return math.sqrt(book.expected(key)[1])


def test_doubt_shrinks_as_consistent_observations_add_up() -> None:
    book = WeightBook([JAM])
    doubts = [spread(book, "jam")]

    for grams in (431, 433, 430, 432, 431, 432):
        book.learn([Lesson("jam", grams, 1.0)])
        doubts.append(spread(book, "jam"))

    assert doubts[-1] < doubts[1] < doubts[0]
    assert abs(book.expected("jam")[0] - 431.5) < 3


def test_one_dishonest_observation_hardly_moves_a_known_weight() -> None:
    book = learned_book()
    before = book.expected("milk")[0]

    book.learn([Lesson("milk", 2075, 1.0)])

    assert abs(book.predict("milk")[0][1] - before) < 2
    assert book.predict("milk")[0][0] > 0.9


def test_a_redesigned_pack_wins_once_it_keeps_coming() -> None:
    book = learned_book()

    for grams in (961, 958, 960, 959, 960, 961):
        book.learn([Lesson("milk", grams, 1.0)])

    assert abs(book.predict("milk")[0][1] - 960) < 5


def test_a_listed_gross_weight_is_believed_but_not_blindly() -> None:
    book = WeightBook([MILK])

    share, mean, _ = max(book.predict("milk"))

    assert mean == 1040
    assert 0.8 < share < 0.98


def test_a_store_learns_its_packaging_from_its_own_catalogue() -> None:
    jars = [ProductFacts(key=str(k), name="jar", category="jars", net_g=100, gross_g=160 + k % 3) for k in range(40)]
    book = WeightBook([*jars, ProductFacts(key="new", name="new jar", category="jars", net_g=200)])

    mean, _ = book.expected("new")

    assert 305 < mean < 335


def test_staff_count_more_than_shoppers_and_beliefs_survive_being_stored() -> None:
    by_shopper, by_staff = WeightBook([JAM]), WeightBook([JAM])

    by_shopper.learn([Lesson("jam", 430, 16.0)])
    by_staff.learn([Lesson("jam", 430, 16.0, "staff")])
    copy = WeightBook([JAM])
    copy.load("jam", by_staff.dump("jam"))

    assert spread(by_staff, "jam") < spread(by_shopper, "jam")
    assert copy.predict("jam") == by_staff.predict("jam")


def test_products_sold_by_weight_learn_nothing() -> None:
    book = learned_book()
    before = book.predict("4011")

    book.learn([Lesson("4011", 500, 1.0)])

    assert book.predict("4011") == before


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.none(), st.floats(5, 5000)),
    st.one_of(st.none(), st.floats(0.2, 3.0)),
    st.integers(0, 40),
    st.sampled_from(["food", "drinks", "nothing known of it"]),
)
def test_whatever_is_listed_all_shares_are_positive_and_add_up(
    net: float | None, ratio: float | None, known: int, category: str
) -> None:
    others = [
        ProductFacts(f"o{i}", "O", "food", net_g=100 + i, gross_g=(1.06 + i / 400) * (100 + i)) for i in range(known)
    ]
    gross = None if ratio is None else (net or 300.0) * ratio
    book = WeightBook([*others, ProductFacts("x", "X", category, net_g=net, gross_g=gross)])

    modes = book.predict("x")

    assert all(share > 0 and mean > 0 and sd > 0 for share, mean, sd in modes)
    assert abs(sum(share for share, _, _ in modes) - 1) < 1e-6


def test_a_product_that_scatters_is_allowed_to_and_one_that_does_not_is_not() -> None:
    book = WeightBook([MILK, RICE])
    book.learn([Lesson("milk", 1040 * (1 + 0.045 * off), 1.0) for off in (-1, 1, 0, 0.9, -0.8, 1, -1, 0.2, 0.6, -0.9)])
    book.learn([Lesson("rice", 515 * (1 + 0.003 * off), 1.0) for off in (-1, 1, 0, 0.9, -0.8, 1, -1, 0.2, 0.6, -0.9)])

    scattering, steady = max(book.predict("milk")), max(book.predict("rice"))

    assert scattering[2] / scattering[1] > 0.03
    assert steady[2] / steady[1] < 0.007


def test_a_gross_weight_that_is_the_net_weight_copied_is_hardly_believed() -> None:
    shelf = [ProductFacts(f"o{i}", "O", "food", net_g=200 + i, gross_g=(1.06 + i / 400) * (200 + i)) for i in range(40)]
    book = WeightBook([*shelf, ProductFacts("x", "X", "food", net_g=300, gross_g=300)])

    assert sum(share for share, mean, _ in book.predict("x") if mean < 305) < 0.2


def test_weighed_products_teach_their_category_what_its_packaging_weighs() -> None:
    shelf = [ProductFacts(f"o{i}", "O", "jars", net_g=200 + 5 * i) for i in range(30)]
    book = WeightBook([*shelf, ProductFacts("x", "X", "jars", net_g=400)])
    before = book.expected("x")

    for facts in shelf:
        book.learn([Lesson(facts.key, 1.5 * (facts.net_g or 0), 1.0)] * 3)

    mean, variance = book.expected("x")
    assert abs(mean - 600) < 20
    assert variance < 0.3 * before[1]


def test_what_a_store_sells_often_is_what_strangers_likely_weigh() -> None:
    book = WeightBook([RICE])
    before = book.goods.strange(515, 8)

    book.learn([Lesson("rice", 515 + i % 5, 1.0) for i in range(300)])

    assert book.goods.strange(515, 8) > 3 * before
    assert book.goods.strange(750, 8) < before
    assert book.goods.strange(5, 8) == 0


def test_books_of_two_stores_learn_apart() -> None:
    here, there = WeightBook([RICE]), WeightBook([RICE])

    here.learn([Lesson("rice", 540, 1.0)] * 8)

    assert abs(here.expected("rice")[0] - 540) < 3
    assert abs(there.expected("rice")[0] - 515) < 10


def test_a_slow_drift_is_followed() -> None:
    book = WeightBook([RICE])

    for day in range(150):
        book.learn([Lesson("rice", 515 * (1 + 0.0004 * day), 1.0)])

    assert abs(book.expected("rice")[0] - 515 * 1.06) < 8


def test_a_belief_loaded_twice_counts_once_among_what_the_store_sells() -> None:
    book, other = WeightBook([RICE]), WeightBook([RICE])
    book.learn([Lesson("rice", 515, 1.0)] * 20)

    other.load("rice", book.dump("rice"))
    once = other.goods.strange(515, 8)
    other.load("rice", book.dump("rice"))

    assert other.goods.strange(515, 8) == once > RICE_UNKNOWN


RICE_UNKNOWN = WeightBook([RICE]).goods.strange(515, 8)
