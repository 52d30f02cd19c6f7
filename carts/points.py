"""Points of a weight trace as bytes: steps from point to point, compressed. About 3 bytes a point; JSON takes 36."""

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

Point = tuple[int, float]  # the cart's milliseconds, grams
TENTH = 10  # grams are kept to a tenth
START = struct.Struct("<q")  # the first point's time


def packed(points: Sequence[Point]) -> bytes:
    """Points in order of time as bytes; grams are rounded to a tenth."""
    if not points:
        return b""
    tenths = [round(grams * TENTH) for _, grams in points]
    steps = [later[0] - earlier[0] for earlier, later in pairwise(points)]
    changes = [tenths[0], *(later - earlier for earlier, later in pairwise(tenths))]
    return START.pack(points[0][0]) + zlib.compress(_bytes(steps) + _bytes(changes))


def unpacked(data: bytes) -> list[Point]:
    """The points again."""
    if not data:
        return []
    numbers = array("q", zlib.decompress(data[START.size :]))
    if sys.byteorder == "big":  # pragma: no cover
        numbers.byteswap()
    count = (len(numbers) + 1) // 2
    times = accumulate(numbers[: count - 1], initial=START.unpack_from(data)[0])
    return [(at, tenths / TENTH) for at, tenths in zip(times, accumulate(numbers[count - 1 :]), strict=True)]


def _bytes(numbers: Iterable[int]) -> bytes:
    made = array("q", numbers)
    if sys.byteorder == "big":  # pragma: no cover
        made.byteswap()
    return made.tobytes()
