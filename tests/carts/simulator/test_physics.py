"""The simulated scale reads as a real one does: noisy, pressed, shaken, and right once it stands still."""

import statistics
from random import Random

import pytest

from carts.simulator.physics import LoadCells


def readings(cells: LoadCells, start: int, end: int) -> list[float]:
    return [cells.reading(at) for at in range(start, end, cells.step_ms)]


def test_a_still_scale_reads_the_load_within_its_noise() -> None:
    cells = LoadCells(Random(1), glitch_share=0)
    cells.place(0, 500)
    readings(cells, 0, 6000)

    still = readings(cells, 6000, 16_000)

    assert statistics.fmean(still) == pytest.approx(500, abs=0.5)
    assert 0.3 < statistics.pstdev(still) < 1.2


def test_a_hand_presses_more_than_the_product_weighs_and_then_lets_go() -> None:
    cells = LoadCells(Random(1), glitch_share=0, noise_g=0)

    released = cells.place(1000, 200)
    during = readings(cells, 1000, released)
    after = readings(cells, released + 1500, released + 3000)

    assert max(during) > 230
    assert set(after) == {200}


def test_lifting_brings_the_level_back() -> None:
    cells = LoadCells(Random(2), glitch_share=0, noise_g=0)
    cells.place(0, 750)
    readings(cells, 0, 8000)

    cells.lift(8000, 750)

    assert readings(cells, 12_500, 13_000) == [0] * 5
    assert cells.load_g == pytest.approx(0)


def test_rolling_shakes_the_readings_while_it_lasts() -> None:
    cells = LoadCells(Random(3), glitch_share=0)
    cells.roll(1000, 4000)

    rolling = readings(cells, 1000, 4000)
    standing = readings(cells, 4000, 7000)

    assert statistics.pstdev(rolling) > 20
    assert statistics.pstdev(standing) < 1.5


def test_a_hand_that_rests_on_the_cart_weighs_until_it_leaves() -> None:
    cells = LoadCells(Random(3), glitch_share=0)
    cells.lean(1000, 4000, 2000)

    assert statistics.fmean(readings(cells, 1000, 4000)) > 1500
    assert abs(statistics.fmean(readings(cells, 4000, 5000))) < 2


def test_readings_come_in_steps_of_the_division() -> None:
    cells = LoadCells(Random(4), division_g=5)
    cells.place(0, 333)

    assert {reading % 5 for reading in readings(cells, 0, 10_000)} == {0}


def test_wild_readings_are_rare_and_alone() -> None:
    cells = LoadCells(Random(5))

    wild = [abs(reading) > 100 for reading in readings(cells, 0, 1_000_000)]

    assert 10 <= sum(wild) <= 60


def test_the_same_seed_gives_the_same_readings() -> None:
    def run(seed: int) -> list[float]:
        cells = LoadCells(Random(seed))
        cells.place(500, 300)
        cells.roll(2000, 3000)
        return readings(cells, 0, 5000)

    assert run(7) == run(7)
    assert run(7) != run(8)


def test_an_emptied_cart_reads_its_own_offset() -> None:
    cells = LoadCells(Random(6), offset_g=12, noise_g=0, glitch_share=0)
    cells.place(0, 900)
    readings(cells, 0, 5000)

    cells.empty()

    assert readings(cells, 5000, 5500) == [12] * 5
