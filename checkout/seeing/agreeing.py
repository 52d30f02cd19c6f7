"""How well the scene looks like a reference where that reference should lie: correlation, place by place."""

from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from checkout.seeing.features import Bytes, Floats, Pack, Scene
from checkout.seeing.posing import Matrix
from checkout.seeing.shapes import PACK_HEIGHT

_WINDOW: Final = (15, 15)
_SHIFTS: Final = tuple((dy, dx) for dy in (-2, 0, 2) for dx in (-2, 0, 2))
_FLAT: Final = 6.0
_AGREES: Final = 0.6
TO_SMALL: Final = 170 / PACK_HEIGHT


class Crop(NamedTuple):
    """The scene seen in a pack's frame, small. `agrees`: places where both show the same structure.

    `share` of the pack's structured places agree; `mean` is their correlation.
    """

    picture: Bytes
    agrees: npt.NDArray[np.bool_]
    share: float
    mean: float


def small_way(matrix: Matrix) -> Matrix:
    """A way between two packs' frames, in their small frames."""
    size = np.diag([TO_SMALL, TO_SMALL, 1.0])
    return np.asarray(size @ matrix @ np.linalg.inv(size), np.float64)


def crop_of(pack: Pack, scene: Scene, matrix: Matrix) -> Crop:
    """Cuts the pack's place out of the scene, set upright, and compares it with the reference."""
    into = np.diag([TO_SMALL, TO_SMALL, 1.0]) @ np.linalg.inv(matrix) @ np.diag([2.0, 2.0, 1.0])
    size = (pack.small.shape[1], pack.small.shape[0])
    picture = np.asarray(cv2.warpPerspective(scene.half, into, size, flags=cv2.INTER_LINEAR), np.uint8)
    correlation, structured = _correlation(_soft(pack.small), _soft(picture))
    structured &= pack.inside
    if structured.sum() < 100:
        return Crop(picture, np.zeros(structured.shape, bool), 0.0, 0.0)
    agrees = structured & (correlation > _AGREES)
    return Crop(
        picture, agrees, float(agrees.sum() / structured.sum()), float(np.clip(correlation[structured], 0, 1).mean())
    )


def _soft(picture: Bytes) -> Floats:
    gray = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    return np.asarray(cv2.GaussianBlur(gray, (0, 0), 1.0), np.float32)


def _correlation(one: Floats, other: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Local normalised cross-correlation, the best over small shifts, and where the first has any structure."""
    mean, spread = _moments(one)
    best = np.full(one.shape, -1.0, np.float32)
    for dy, dx in _SHIFTS:
        moved = np.roll(other, (dy, dx), axis=(0, 1))
        mean_2, spread_2 = _moments(moved)
        product = cv2.blur(one * moved, _WINDOW) - mean * mean_2
        np.maximum(best, product / (spread * np.maximum(spread_2, 3.0) + 1e-3), out=best)
    return best, spread > _FLAT


def _moments(picture: Floats) -> tuple[Floats, Floats]:
    mean = np.asarray(cv2.blur(picture, _WINDOW), np.float32)
    square = cv2.blur(picture * picture, _WINDOW)
    return mean, np.sqrt(np.maximum(square - mean * mean, 0)).astype(np.float32)
