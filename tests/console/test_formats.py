"""How numbers are written on screens."""

from datetime import UTC, datetime, timedelta

import pytest

from console.presenting.formats import clock_ms, duration, grams, late, money
from console.presenting.words import guess, weighing


@pytest.mark.parametrize(
    ("minor", "currency", "exponent", "text"),
    [
        (123456, "EUR", 2, "€1,234.56"),
        (-5, "GBP", 2, "−£0.05"),
        (1500, "JPY", 0, "¥1,500"),
        (1, "TND", 3, "TND\u202f0.001"),
    ],
)
def test_money_is_written_in_the_stores_currency(minor: int, currency: str, exponent: int, text: str) -> None:
    assert money(minor, currency, exponent) == text


def test_what_is_not_known_is_a_dash_and_not_a_zero() -> None:
    assert (money(None, "EUR", 2), grams(None)) == ("–", "–")


def test_grams_have_a_proper_minus() -> None:
    assert (grams(1030.4), grams(-12)) == ("1,030 g", "−12 g")


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0:00"), (42, "0:42"), (725, "12:05"), (3_840, "1 h 04"), (90_000, "1 d 1 h")]
)
def test_durations_read_like_a_clock(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_the_carts_milliseconds_count_from_the_start_of_the_trip() -> None:
    assert clock_ms(189_250, 4_000) == "3:05.2"


def test_waiting_is_late_past_the_target_and_very_late_past_twice() -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)

    assert [late(since, since + timedelta(seconds=s), 60) for s in (59, 60, 119, 120)] == [0, 1, 1, 2]


def test_every_kind_of_discrepancy_has_a_sentence() -> None:
    kinds = ["unscanned", "mismatch", "not_placed", "removed", "not_removed", "basket", "scale_fault"]

    assert len({weighing(kind, 1030, 9, 1742) for kind in kinds}) == len(kinds)
    assert weighing("of_the_future", 1030, 9, 1742) == "Expected 1,030 ± 9 g, saw 1,742 g."


def test_a_guess_names_the_likeliest_candidate() -> None:
    candidates = [{"name": "Rye bread", "quantity": 1, "probability": 0.2}, {"product": "7", "probability": 0.6}]

    assert guess(candidates) == "Perhaps 7 (60 %)."
    assert guess([]) == ""
