"""The trace's bytes hold what was put in."""

import json
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from carts.points import packed, unpacked

points = st.lists(
    st.tuples(st.integers(0, 2**53), st.integers(-1_000_000, 1_000_000).map(lambda tenths: tenths / 10)),
    max_size=50,
).map(lambda found: sorted(found, key=lambda point: point[0]))


@given(points)
def test_points_come_back_as_they_were(found: list[tuple[int, float]]) -> None:
    assert unpacked(packed(found)) == found


def test_times_may_lie_beyond_32_bits() -> None:
    found = [(2**52, 1.0), (2**52 + 200, 5000.5)]

    assert unpacked(packed(found)) == found


def test_a_minute_of_rolling_takes_a_quarter_of_its_json() -> None:
    shaken = Random(5)
    rolling = [(at, float(round(5000 + shaken.gauss(0, 60)))) for at in range(0, 60_000, 200)]

    assert len(packed(rolling)) * 4 < len(json.dumps(rolling))
