"""After sealing only a lasting rise beyond doubt is said; noise, hands, slopes and what was still to come are not."""

import random

import pytest

from carts.reconciliation import Risen, Scale, SealWatch

LOAD = 8000.0


class Sealed:
    """A sealed cart with 8 kg in it, and what its scale shows."""

    def __init__(self, *coming: tuple[float, float], division: float = 1.0, seed: int = 3) -> None:
        scale = Scale(division_g=division)
        self.watch = SealWatch(scale, level_g=LOAD, variance=1.0, coming=coming)
        self.rng, self.at, self.division = random.Random(seed), 0, division
        self.said: list[Risen] = []

    def show(self, seconds: float, grams: float, shake: float = 0.7) -> "Sealed":
        for _ in range(int(seconds * 2)):
            readings = [
                round((grams + self.rng.gauss(0, shake)) / self.division) * self.division for _ in range(5)
            ]  # fmt: skip
            risen = self.watch.feed(self.at, 100, readings)
            self.said += [risen] if risen else []
            self.at += 500
        return self

    def press(self, seconds: float, about: float) -> "Sealed":
        """A hand: it wanders by more than a standing load does."""
        for k in range(int(seconds * 2)):
            wander = about + 40 * ((k % 6) - 3)
            risen = self.watch.feed(self.at, 100, [LOAD + wander + 9 * j for j in range(5)])
            self.said += [risen] if risen else []
            self.at += 500
        return self


def test_what_is_put_in_and_stays_is_said_once() -> None:
    cart = Sealed().show(5, LOAD).show(60, LOAD + 340)

    assert len(cart.said) == 1
    assert cart.said[0].grams == pytest.approx(340, abs=3)
    assert cart.said[0].at in range(25_000, 28_000)  # not before it has stood for 20 s


def test_the_control_the_same_cart_with_nothing_put_in_says_nothing() -> None:
    assert Sealed().show(65, LOAD).said == []


@pytest.mark.parametrize("division", [1.0, 2.0, 5.0])
@pytest.mark.parametrize("seed", range(4))
def test_noise_and_a_slope_are_no_rise_on_any_scale(division: float, seed: int) -> None:
    cart = Sealed(division=division, seed=seed).show(20, LOAD).show(8, LOAD, shake=60)

    assert cart.show(120, LOAD + 2 * 2.2e-4 * LOAD).said == []


def test_a_hand_or_a_coat_of_up_to_fifteen_seconds_is_no_rise() -> None:
    assert Sealed().show(5, LOAD).show(15, LOAD + 900).show(30, LOAD).said == []
    assert Sealed().show(5, LOAD).press(60, 900).show(10, LOAD).said == []


def test_rests_that_each_end_in_time_do_not_add_up() -> None:
    cart = Sealed().show(5, LOAD)
    for _ in range(4):
        cart.show(12, LOAD + 700).show(3, LOAD)

    assert cart.said == []


def test_one_that_stays_through_movement_is_said_when_the_load_stands() -> None:
    cart = Sealed().show(5, LOAD).show(8, LOAD + 500).show(20, LOAD + 500, shake=80)
    assert cart.said == []

    assert [round(risen.grams, -1) for risen in cart.show(5, LOAD + 500).said] == [500]


def test_what_was_scanned_and_still_to_come_may_come_and_no_more() -> None:
    bread, milk = (505.0, 20.0), (1060.0, 40.0)

    both = Sealed(bread, milk).show(5, LOAD).show(40, LOAD + 1565)
    assert both.said == []
    assert [round(risen.grams, -1) for risen in both.show(40, LOAD + 1565 + 300).said] == [300]
    assert len(Sealed(bread).show(5, LOAD).show(40, LOAD + 800).said) == 1


def test_what_is_taken_out_is_not_looked_at() -> None:
    assert Sealed().show(5, LOAD).show(60, LOAD - 500).show(30, LOAD).said == []


def test_after_somebody_has_looked_what_lies_there_is_right() -> None:
    cart = Sealed().show(5, LOAD).show(30, LOAD + 340)
    cart.watch.begin_anew()

    assert len(cart.show(60, LOAD + 340).said) == 1
    assert len(cart.show(60, LOAD + 340 + 200).said) == 2
