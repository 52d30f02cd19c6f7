"""Trips of carts that are away are kept for some minutes, and not without end."""

import uuid
from types import SimpleNamespace
from typing import Any

from carts.live.parking import LONGEST_S, MOST, Parking


def away() -> Any:
    """A trip, as far as parking looks at it."""
    return SimpleNamespace(cart_id=uuid.uuid4())


def test_a_cart_that_comes_back_soon_finds_its_trip_once() -> None:
    parking, trip = Parking(), away()
    parking.put(trip, 7, 100.0)
    parking.expire(100.0 + LONGEST_S)

    assert parking.take(trip.cart_id) == (trip, 7)
    assert parking.take(trip.cart_id) == (None, 0)


def test_who_is_away_for_longer_is_forgotten_and_the_others_are_not() -> None:
    parking, old, new = Parking(), away(), away()
    parking.put(old, 1, 100.0)
    parking.put(new, 2, 101.0)
    parking.expire(100.5 + LONGEST_S)

    assert parking.take(old.cart_id) == (None, 0)
    assert parking.take(new.cart_id) == (new, 2)


def test_beyond_the_most_the_oldest_goes_and_coming_again_makes_young() -> None:
    parking, first, second = Parking(), away(), away()
    for number, trip in enumerate([first, second, first, *(away() for _ in range(MOST - 1))]):
        parking.put(trip, number, float(number))

    assert len(parking) == MOST
    assert parking.take(second.cart_id) == (None, 0)
    assert parking.take(first.cart_id) == (first, 2)
