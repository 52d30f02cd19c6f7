"""Where a pack could lie: matches by ratio test, poses by vote, homographies by RANSAC, checked against known size.

Scene features look for their partner in the reference, not the other way round: so two pieces of a product, which
would drown each other in a ratio test within the scene, are both found.
"""

from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from checkout.seeing.features import Floats, Pack, Scene
from checkout.seeing.shapes import PACK_HEIGHT

Matrix = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.intp]

LEAST_INLIERS: Final = 5
MOST_PIECES: Final = 6
AREA_RATIO: Final = (0.4, 2.2)
"""A pack seen against its known size: less when it is tilted, more when it lies on top, nearer to the camera."""
_LEAST_SIMILAR: Final = 0.80
_RATIO: Final = 0.88
_MOST_MATCHES: Final = 700
_VOTERS: Final = 350
_SAME_TURN: Final = float(np.cos(0.6))
_REACH: Final = 7.0


class Matches(NamedTuple):
    """Pairs of features, row by row: in the scene, in the reference, and how alike they are."""

    scene: Indexes
    pack: Indexes
    likeness: Floats

    def only(self, which: npt.NDArray[np.generic]) -> "Matches":
        return Matches(self.scene[which], self.pack[which], self.likeness[which])


class Pose(NamedTuple):
    """A pack's place: `matrix` from its frame into the scene, corners, distinct inliers and where they are."""

    matrix: Matrix
    quad: Floats
    inliers: int
    area_ratio: float
    places: Floats


def poses(pack: Pack, scene: Scene, px_per_mm: float) -> list[Pose]:
    """Every place in the scene where this pack could lie; `px_per_mm` is 0 where it is not known."""
    matches = _plausible(_matches(pack, scene.descriptors), pack, scene, px_per_mm)
    found: list[Pose] = []
    for _ in range(MOST_PIECES + 2):
        if len(matches.scene) < LEAST_INLIERS or len(found) >= MOST_PIECES:
            break
        members = _largest_vote(matches, pack, scene)
        if len(np.unique(matches.pack[members])) < LEAST_INLIERS:
            break
        pose = _pose(matches, members, pack, scene, px_per_mm)
        keep = np.ones(len(matches.scene), bool)
        keep[members] = False
        if pose is not None:
            found.append(pose)
            keep &= ~_within(matches, pose, pack, scene)
        matches = matches.only(keep)
    return found


def corners(pack: Pack, matrix: Matrix) -> Floats:
    """The pack's corners in the scene, clockwise from its top left."""
    frame = np.array([[[0, 0], [pack.width, 0], [pack.width, PACK_HEIGHT], [0, PACK_HEIGHT]]], np.float32)
    return np.asarray(cv2.perspectiveTransform(frame, matrix)[0], np.float32)


def upright(quad: Floats) -> bool:
    """Whether corners go round convexly and clockwise: print is never seen mirrored, whatever few features say.

    Some packs are nearly symmetric, and their mirror image would claim their place with the very same colours.
    """
    return bool(cv2.isContourConvex(quad)) and cv2.contourArea(quad, oriented=True) > 0


def between(one: Pack, other: Pack) -> tuple[Matrix, int] | None:
    """The way from the other's frame into the first's when the two pictures look alike, and how many features agree."""
    matches = _matches(one, other.descriptors)
    if len(matches.scene) < 10:
        return None
    found: tuple[Any, Any] = cv2.findHomography(
        other.points[matches.scene, :2], one.points[matches.pack, :2], cv2.RANSAC, 6.0, maxIters=1000
    )
    matrix, agreed = found
    if matrix is None or int(agreed.sum()) < 10:
        return None
    matrix = np.asarray(matrix, np.float64)
    quad = corners(other, matrix)
    share = cv2.contourArea(quad) / (one.width * PACK_HEIGHT)
    if not upright(quad) or not 0.5 < share < 2:
        return None
    return matrix, int(agreed.sum())


def _matches(pack: Pack, descriptors: Floats) -> Matches:
    if not len(descriptors):
        return Matches(np.zeros(0, np.intp), np.zeros(0, np.intp), np.zeros(0, np.float32))
    likeness = descriptors @ pack.descriptors.T
    best = likeness.argmax(axis=1)
    value = likeness[np.arange(len(likeness)), best]
    rows = np.nonzero(value > _LEAST_SIMILAR)[0]
    if len(rows) > _MOST_MATCHES:
        rows = rows[np.argpartition(-value[rows], _MOST_MATCHES)[:_MOST_MATCHES]]
    first, partner = value[rows], best[rows]
    # The second best must lie elsewhere in the reference: SIFT gives one place several orientations.
    second = (likeness[rows] - pack.near[partner]).max(axis=1) if len(rows) else first
    good = (1 - first) < _RATIO**2 * (1 - second)
    return Matches(rows[good], partner[good], first[good])


def _plausible(matches: Matches, pack: Pack, scene: Scene, px_per_mm: float) -> Matches:
    """Without pairs whose scales alone say that the pack would be far too large or too small."""
    scale = scene.points[matches.scene, 2] / pack.points[matches.pack, 2]
    if px_per_mm and pack.reference.height_mm:
        expected = px_per_mm * pack.reference.height_mm / PACK_HEIGHT
        return matches.only((scale > 0.45 * expected) & (scale < 2.2 * expected))
    side = min(scene.width, scene.height) / PACK_HEIGHT
    return matches.only((scale > 0.1 * side) & (scale < 1.5 * side))


def _largest_vote(matches: Matches, pack: Pack, scene: Scene) -> Indexes:
    """Members of the largest group of pairs that agree on centre, turn and scale (a Hough vote without bins)."""
    rows = np.arange(len(matches.scene))
    if len(rows) > _VOTERS:
        rows = rows[np.argpartition(-matches.likeness, _VOTERS)[:_VOTERS]]
    there, here = scene.points[matches.scene[rows]], pack.points[matches.pack[rows]]
    scale, turn = there[:, 2] / here[:, 2], np.deg2rad(there[:, 3] - here[:, 3])
    to_x, to_y = (pack.width / 2 - here[:, 0]) * scale, (PACK_HEIGHT / 2 - here[:, 1]) * scale
    x = there[:, 0] + np.cos(turn) * to_x - np.sin(turn) * to_y
    y = there[:, 1] + np.sin(turn) * to_x + np.cos(turn) * to_y
    apart = np.square(x[:, None] - x) + np.square(y[:, None] - y)
    agree = apart < np.square(0.25 * PACK_HEIGHT * np.maximum(scale[:, None], scale))
    # The cosine of the difference of two turns, which needs no care where a turn ends.
    ways = np.stack([np.cos(turn), np.sin(turn)])
    agree &= ways.T @ ways > _SAME_TURN
    size = np.log(scale)
    agree &= np.abs(size[:, None] - size) < 0.55
    return np.asarray(rows[agree[agree.sum(axis=1).argmax()]], np.intp)


def _pose(matches: Matches, members: Indexes, pack: Pack, scene: Scene, px_per_mm: float) -> Pose | None:
    here, there = pack.points[matches.pack, :2], scene.points[matches.scene, :2]
    matrix: Any = None
    matrix, _ = cv2.findHomography(here[members], there[members], cv2.RANSAC, 6.0, maxIters=400, confidence=0.99)
    for _ in range(2):
        if matrix is None:
            return None
        inliers = np.hypot(*(cv2.perspectiveTransform(here[None], matrix)[0] - there).T) < _REACH
        if len(np.unique(matches.pack[inliers])) < LEAST_INLIERS:
            return None
        best = np.asarray(matrix, np.float64)
        matrix, _ = cv2.findHomography(here[inliers], there[inliers], 0)
    distinct = len(np.unique(matches.pack[inliers]))
    refined = [best] if matrix is None else [np.asarray(matrix, np.float64), best]
    for way in refined:
        ratio = _area_ratio(corners(pack, way), pack, px_per_mm)
        if ratio is not None:
            return Pose(way, corners(pack, way), distinct, ratio, there[inliers])
    return None


def _area_ratio(quad: Floats, pack: Pack, px_per_mm: float) -> float | None:
    """The quad's area against the pack's known size (1 where that is not known); None when it can't be this pack."""
    if not np.isfinite(quad).all() or np.abs(quad).max() > 20_000 or not upright(quad):
        return None
    sides = np.hypot(*(quad - np.roll(quad, 1, axis=0)).T)
    if min(sides[0], sides[2]) < 0.35 * max(sides[0], sides[2]) or min(sides[1], sides[3]) < 0.35 * max(
        sides[1], sides[3]
    ):
        return None
    if not px_per_mm or not pack.reference.height_mm:
        return 1.0
    scale = px_per_mm * pack.reference.height_mm / PACK_HEIGHT
    ratio = float(cv2.contourArea(quad) / (scale * scale * pack.width * PACK_HEIGHT))
    return ratio if AREA_RATIO[0] < ratio < AREA_RATIO[1] else None


def _within(matches: Matches, pose: Pose, pack: Pack, scene: Scene) -> npt.NDArray[np.bool_]:
    """Pairs that lie on a pack that was found: they are no second piece."""
    there = scene.points[matches.scene, :2]
    back = cv2.perspectiveTransform(there[None], np.linalg.inv(pose.matrix))[0]
    x, y = back[:, 0], back[:, 1]
    return np.asarray((x > -10) & (x < pack.width + 10) & (y > -10) & (y < PACK_HEIGHT + 10))
