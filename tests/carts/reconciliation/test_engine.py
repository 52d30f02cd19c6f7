"""The engine is deterministic, can be written down between any two calls, and stays small."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carts.reconciliation import Engine, Policy, Scale, advice
from carts.reconciliation.signal import Signal

from .drawn import NOISE, Cart, learned_book


def story(cart: Cart) -> Cart:
    cart.scan("milk", line=1).stand(2).put(1041).scan("tea", line=2).stand(1).put(130).put(515).stand(9)
    return cart.take(1041, 9).put(1041).roll(6).stand(5)


def test_the_same_calls_give_the_same_answers() -> None:
    once, again = story(Cart()), story(Cart())

    assert once.said == again.said


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 60))
def test_a_snapshot_between_any_two_calls_changes_nothing(when: int) -> None:
    plain, moved = Cart(), Cart()
    calls: list[Callable[[Cart], Cart]]
    calls = [lambda c: c.scan("milk", line=1), *[lambda c: c.stand(0.5)] * 4, lambda c: c.put(1041, 1)]
    calls += [*[lambda c: c.stand(0.5)] * 20, lambda c: c.put(515, 1), *[lambda c: c.stand(0.5)] * 34]

    for number, call in enumerate(calls):
        if number == when:
            moved.engine = Engine.restore(moved.engine.snapshot(), book=moved.book)
        call(plain)
        call(moved)

    assert moved.said == plain.said


def test_thirty_lines_fit_in_forty_kilobytes() -> None:
    cart = Cart()

    for line in range(30):
        cart.scan(("milk", "tea", "rice")[line % 3], line=line).stand(2)
        cart.put((1040, 130, 515)[line % 3]).stand(3)

    assert len(cart.engine.snapshot()) < 40_000


def test_readings_cut_into_other_frames_give_the_same_standstills() -> None:
    readings = [float(n) for n in NOISE * 3] + [200.0, 530.0, 480.0] + [501.0 + n for n in NOISE * 4]
    one, five = Signal(Scale()), Signal(Scale())

    singles = [s for k, x in enumerate(readings) for s in one.feed(k * 100, 100, [x]) or ()]
    fives = [s for k in range(0, len(readings), 5) for s in five.feed(k * 100, 100, readings[k : k + 5]) or ()]

    assert [(s.since, s.grams) for s in singles] == [(s.since, s.grams) for s in fives]


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "de-AT", "xx"])
def test_advice_names_the_product_and_its_grams_in_the_shoppers_language(language: str) -> None:
    cart = Cart().scan("tea").stand(2).put(515).stand(20)

    words = advice(cart.opened()[0], cart.book.name, language)

    assert "Tea 100 g" in words
    assert "385 g" in words or "515 g" in words


def test_a_policy_survives_being_written_down() -> None:
    policy = Policy(alarm_probability=0.91)

    assert msgspec.json.decode(msgspec.json.encode(policy), type=Policy) == policy
    assert learned_book().predict("milk")[0][0] > 0.9


def test_a_dozen_and_a_half_of_one_product_placed_at_once_opens_nothing() -> None:
    cart = Cart()

    cart.scan("rice", 18).stand(2).put(18 * 515).stand(40)

    assert cart.opened() == []
