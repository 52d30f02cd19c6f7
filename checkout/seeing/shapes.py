"""What goes in and out of seeing: references, frames, sights. Lengths are pixels unless a name says millimetres."""

from typing import Final

import msgspec

PACK_HEIGHT: Final = 420
"""Pixels of a pack in its own frame: every homography leads from there into the scene."""

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """One face of a product as the catalogue's picture shows it, cut to the pack.

    `points` are float32 rows of x, y, size, angle in the pack's frame (`PACK_HEIGHT` high), `descriptors` uint8 rows of
    128; `picture` is a PNG of the pack with its outline in the alpha channel; `height_mm` is 0 where nobody knows it.
    """

    product: int
    face: str
    picture: bytes
    points: bytes
    descriptors: bytes
    height_mm: float = 0.0


class Edge(msgspec.Struct, frozen=True, array_like=True):
    """Two references that look alike: `matrix` leads from the second's frame into the first's, row by row."""

    one: int
    other: int
    matrix: tuple[float, ...]


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """A pack found in a frame. The quad is in fractions of the picture, clockwise from the pack's own top left.

    `confidence`: chance that it is this very product, calibrated on scenes that were not looked at before. `margin`:
    how clearly it won its duels, -1 to 1 (1 where nobody else claimed its pixels). `rivals`: products it beat.
    """

    product: int
    face: str
    quad: Quad
    inliers: int
    agreement: float
    correlation: float
    margin: float
    area_ratio: float
    confidence: float
    rivals: tuple[int, ...] = ()


class Region(msgspec.Struct, frozen=True):
    """Something that matches nothing: a box in fractions of the picture, and why it is pointed out."""

    left: float
    top: float
    right: float
    bottom: float
    why: str = "unknown"
