"""The duel of two look-alikes: both catalogue pictures are laid over the scene, and compared in Lab only where they
differ. What they have in common says nothing about which of them it is, but it tells how the light falls."""

from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from checkout.seeing.agreeing import Crop
from checkout.seeing.features import Bytes, Floats, Pack
from checkout.seeing.posing import Matrix

_DIFFER: Final = 14.0
_SAME: Final = 8.0
_LEAST_PIXELS: Final = 50
_SHIFTS: Final = ((0, 0), (0, 2), (0, -2), (2, 0), (-2, 0))
# Light changes lightness more than colour.
_WEIGHTS: Final = np.array([0.7, 1.2, 1.2], np.float32)


class Outcome(NamedTuple):
    """`margin`: -1 (the other) to 1 (the first); 0 with `pixels` 0 means that what differs can't be seen."""

    margin: float
    pixels: int
    differing: int


def duel(one: Pack, other: Pack, first: Crop, second: Crop, way: Matrix) -> Outcome:
    """Which of two packs the scene shows; `way` leads from the other's small frame into the first's."""
    size = (one.small.shape[1], one.small.shape[0])
    other_picture = cv2.warpPerspective(other.small, way, size)
    other_inside = cv2.warpPerspective(other.inside.astype(np.uint8), way, size, flags=cv2.INTER_NEAREST) > 0
    second_agrees = cv2.warpPerspective(second.agrees.astype(np.uint8), way, size, flags=cv2.INTER_NEAREST) > 0
    a, b, scene = _soft(one.small), _soft(np.asarray(other_picture, np.uint8)), _soft(first.picture)
    visible = cv2.dilate((first.agrees | second_agrees).astype(np.uint8), np.ones((11, 11), np.uint8)) > 0
    both = one.inside & other_inside & (first.picture.max(axis=2) > 0)
    lab_a, lab_b = _lab(a), _lab(b)
    apart = _length(lab_a - lab_b)
    differ = both & (apart > _DIFFER)
    seen = differ & visible
    if seen.sum() < _LEAST_PIXELS:
        return Outcome(0.0, 0, int(differ.sum()))
    common = both & visible & (apart < _SAME)
    light = common if common.sum() > 300 else both & visible
    to_a = _distance(_lab(scene * _gain(scene, a, light)), lab_a, seen)
    to_b = _distance(_lab(scene * _gain(scene, b, light)), lab_b, seen)
    # Where neither fits, something else lies on top.
    fits = np.minimum(to_a, to_b) < np.maximum(0.75 * apart[seen], 10)
    if fits.sum() < _LEAST_PIXELS:
        return Outcome(0.0, 0, int(differ.sum()))
    weight = apart[seen][fits]
    margin = ((to_b - to_a) / (to_a + to_b + 4))[fits]
    return Outcome(float((margin * weight).sum() / weight.sum()), int(fits.sum()), int(differ.sum()))


def _soft(picture: Bytes) -> Floats:
    return np.asarray(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 1.2), np.float32)


def _lab(picture: Floats) -> Floats:
    return np.asarray(cv2.cvtColor(np.clip(picture, 0, 255) / np.float32(255), cv2.COLOR_BGR2LAB), np.float32)


def _gain(scene: Floats, reference: Floats, where: npt.NDArray[np.bool_]) -> Floats:
    """How the light must change, channel by channel (von Kries), for the scene to look like the reference."""
    return np.asarray(np.median((reference[where] + 4) / (scene[where] + 4), axis=0), np.float32)


def _distance(scene: Floats, reference: Floats, where: npt.NDArray[np.bool_]) -> Floats:
    """Colour distance at some pixels, the least over small shifts."""
    rows, columns = np.nonzero(where)
    wanted, weighed = reference[rows, columns] * _WEIGHTS, scene * _WEIGHTS
    least = np.full(len(rows), np.inf, np.float32)
    for dy, dx in _SHIFTS:
        at = weighed[np.clip(rows + dy, 0, scene.shape[0] - 1), np.clip(columns + dx, 0, scene.shape[1] - 1)]
        np.minimum(least, _length(at - wanted), out=least)
    return least


def _length(vectors: Floats) -> Floats:
    """Of the vectors in the last axis. For vectors of three, several times as fast as numpy's norm."""
    return np.asarray(np.sqrt(np.einsum("...i,...i->...", vectors, vectors)), np.float32)
