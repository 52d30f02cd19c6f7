"""What is in the picture and matches nothing: pointed out, never named, and no evidence by itself."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from checkout.seeing.features import Bytes, Floats
from checkout.seeing.shapes import Region, Sight

MOST_REGIONS: Final = 12
_WIDTH: Final = 240
_APART: Final = 16.0
_MOVED: Final = 22.0
_LEAST_SHARE: Final = 0.002
_SURE: Final = 0.5


def unknown_regions(picture: Bytes, sights: Sequence[Sight]) -> list[Region]:
    """Regions that differ from the cart's floor and that no pack found lies on; the largest first."""
    small = _small(picture)
    lab = _lab(small)
    known = _covered(small.shape[:2], sights)
    bare = (small.max(axis=2) > 4) & ~known
    if bare.sum() < 200:
        return []
    # The floor of a cart is what most of the bare places look like once their texture is blurred away.
    floor = np.median(lab[bare], axis=0)
    strange = bare & (np.linalg.norm(lab - floor, axis=2) > _APART)
    return _regions(strange, "unknown")


def moved(picture: Bytes, previous: Bytes, sights: Sequence[Sight]) -> list[Region]:
    """Regions that changed between two frames although the light is evened out."""
    one, other = _small(picture), _small(previous)
    if one.shape != other.shape:
        return []
    a, b = _lab(one), _lab(other)
    change = a - b
    change -= np.median(change.reshape(-1, 3), axis=0)
    strange = (np.linalg.norm(change, axis=2) > _MOVED) & (one.max(axis=2) > 4) & (other.max(axis=2) > 4)
    return _regions(strange & ~_covered(one.shape[:2], sights), "moved")


def _small(picture: Bytes) -> Bytes:
    height = max(1, round(picture.shape[0] * _WIDTH / picture.shape[1]))
    return np.asarray(cv2.resize(picture, (_WIDTH, height), interpolation=cv2.INTER_AREA), np.uint8)


def _lab(small: Bytes) -> Floats:
    soft = cv2.GaussianBlur(small.astype(np.float32) / 255, (0, 0), 2.5)
    return np.asarray(cv2.cvtColor(soft, cv2.COLOR_BGR2LAB), np.float32)


def _covered(shape: tuple[int, ...], sights: Sequence[Sight]) -> npt.NDArray[np.bool_]:
    mask = np.zeros(shape[:2], np.uint8)
    for sight in sights:
        if sight.confidence >= _SURE:
            corners = np.array([[x * shape[1], y * shape[0]] for x, y in sight.quad], np.int32)
            cv2.fillConvexPoly(mask, corners, 1)
    return cv2.dilate(mask, np.ones((7, 7), np.uint8)) > 0


def _regions(strange: npt.NDArray[np.bool_], why: str) -> list[Region]:
    height, width = strange.shape
    clean = cv2.morphologyEx(strange.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(clean, connectivity=8)
    large = [stats[index] for index in range(1, count) if stats[index][4] >= _LEAST_SHARE * height * width]
    large.sort(key=lambda box: -box[4])
    return [
        Region(x / width, y / height, (x + w) / width, (y + h) / height, why)
        for x, y, w, h in ((int(b[0]), int(b[1]), int(b[2]), int(b[3])) for b in large[:MOST_REGIONS])
    ]
