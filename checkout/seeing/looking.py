"""One frame: every place where a candidate could lie, the duels between those that claim the same pixels, and who won.

Nothing here says that a product is absent: half of what is in a cart shows another face or lies below.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import cv2
import numpy as np

from checkout.seeing.agreeing import TO_SMALL, Crop, crop_of, small_way
from checkout.seeing.believing import Signs, confidence
from checkout.seeing.duelling import Outcome, duel
from checkout.seeing.features import Floats, Pack, Scene
from checkout.seeing.posing import Matrix, Pose, between, corners, poses, upright
from checkout.seeing.shapes import Edge, Sight

THREADS: Final = 2
_SAME_PIXELS: Final = 6.0
_STRONG: Final = 20
_LEAST_CONFIDENCE: Final = 0.02
_OPEN: Final = 0.5

Ways = Mapping[tuple[int, int], Matrix]


@dataclass
class Claim:
    """A candidate at a place. `inliers` is 0 where it was only put there because a look-alike claims the place."""

    pack: int
    pose: Pose
    crop: Crop
    margin: float = 1.0
    open: bool = False
    rivals: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.middle = self.pose.places.mean(axis=0)


def look(packs: Sequence[Pack], ways: Ways, scene: Scene, px_per_mm: float = 0.0) -> list[Sight]:
    """The packs seen in a frame, the surest first. `ways` lead between look-alikes' small frames (`ways_of`)."""
    scale = px_per_mm
    found = _all_poses(packs, scene, scale)
    if not scale and (scale := _own_scale(packs, found)):
        found = _all_poses(packs, scene, scale)
    with ThreadPoolExecutor(THREADS) as pool:
        crops = list(pool.map(lambda item: crop_of(packs[item[0]], scene, item[1].matrix), found))
        claims = [
            Claim(pack, pose, crop)
            for (pack, pose), crop in zip(found, crops, strict=True)
            if pose.inliers >= 8 or crop.share > 0.2
        ]
        claims += _lookalikes_put(claims, packs, ways, scene)
        claims = _once(claims, packs)
        _duel_all(claims, packs, ways, pool)
    return _sights(claims, packs, scene)


def ways_of(edges: Sequence[Edge]) -> dict[tuple[int, int], Matrix]:
    """Both ways of each edge, between small frames."""
    ways: dict[tuple[int, int], Matrix] = {}
    for edge in edges:
        way = small_way(np.array(edge.matrix, np.float64).reshape(3, 3))
        ways[edge.one, edge.other] = way
        ways.setdefault((edge.other, edge.one), np.asarray(np.linalg.inv(way), np.float64))
    return ways


def edges_of(packs: Sequence[Pack]) -> list[Edge]:
    """The look-alikes among some references (the graph that the catalogue keeps)."""
    edges = []
    for one, other in combinations(range(len(packs)), 2):
        way = between(packs[one], packs[other])
        if way is not None:
            edges.append(Edge(one, other, tuple(float(value) for value in way[0].ravel())))
    return edges


def _all_poses(packs: Sequence[Pack], scene: Scene, scale: float) -> list[tuple[int, Pose]]:
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda pack: poses(pack, scene, scale), packs))
    return [(index, pose) for index, places in enumerate(found) for pose in places]


def _own_scale(packs: Sequence[Pack], found: Sequence[tuple[int, Pose]]) -> float:
    """Pixels per millimetre as packs of known size tell it; 0 when too few do."""
    scales = []
    for index, pose in found:
        pack = packs[index]
        if pose.inliers >= _STRONG and pack.reference.height_mm:
            left, right = pose.quad[3] - pose.quad[0], pose.quad[2] - pose.quad[1]
            scales.append((np.hypot(*left) + np.hypot(*right)) / 2 / pack.reference.height_mm)
    return float(np.median(scales)) if len(scales) >= 3 else 0.0


def _lookalikes_put(claims: list[Claim], packs: Sequence[Pack], ways: Ways, scene: Scene) -> list[Claim]:
    """Each look-alike is put where its like was found, so that it can defend itself there."""
    put: list[Claim] = []
    for claim in [claim for claim in claims if claim.pose.inliers >= 8]:
        for (one, other), way in ways.items():
            if one != claim.pack or any(rival.pack == other and _same(claim, rival) for rival in claims + put):
                continue
            matrix = claim.pose.matrix @ _large(way)
            quad = corners(packs[other], matrix)
            if not np.isfinite(quad).all() or not upright(quad):
                continue
            pose = Pose(matrix, quad, 0, claim.pose.area_ratio, claim.pose.places)
            put.append(Claim(other, pose, crop_of(packs[other], scene, matrix)))
    return put


def _large(way: Matrix) -> Matrix:
    """A way between small frames, between the packs' own frames."""
    size = np.diag([TO_SMALL, TO_SMALL, 1.0])
    return np.asarray(np.linalg.inv(size) @ way @ size, np.float64)


def _duel_all(claims: list[Claim], packs: Sequence[Pack], ways: Ways, pool: ThreadPoolExecutor) -> None:
    pairs = [
        (one, other) if one.pose.inliers >= other.pose.inliers else (other, one)
        for one, other in combinations(claims, 2)
        if one.pack != other.pack and _same(one, other)
    ]

    def fight(pair: tuple[Claim, Claim]) -> Outcome:
        one, other = pair
        way = ways.get((one.pack, other.pack))
        if way is None:
            way = small_way(np.asarray(np.linalg.inv(one.pose.matrix) @ other.pose.matrix, np.float64))
        return duel(packs[one.pack], packs[other.pack], one.crop, other.crop, way)

    for (one, other), outcome in zip(pairs, pool.map(fight, pairs), strict=True):
        margin = outcome.margin
        if not outcome.pixels and (one.pack, other.pack) in ways:
            # What tells these two apart can't be seen.
            one.open = other.open = True
        one.margin, other.margin = min(one.margin, margin), min(other.margin, -margin)
        one.rivals.add(packs[other.pack].reference.product)
        other.rivals.add(packs[one.pack].reference.product)


def _once(claims: list[Claim], packs: Sequence[Pack]) -> list[Claim]:
    """Two pictures of one product at one place are one piece, and no rivals: the better one stays."""
    kept: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (-claim.pose.inliers, -claim.crop.share)):
        product = packs[claim.pack].reference.product
        if not any(packs[other.pack].reference.product == product and _same(claim, other) for other in kept):
            kept.append(claim)
    return kept


def _same(one: Claim, other: Claim) -> bool:
    """Whether two claims are about the same pixels: they rest on the same features, or their outlines agree."""
    a, b = one.pose.places, other.pose.places
    if np.abs(one.middle - other.middle).max() > 600:
        return False
    apart = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    shared = max((apart.min(axis=1) < _SAME_PIXELS).mean(), (apart.min(axis=0) < _SAME_PIXELS).mean())
    return bool(shared > 0.3) or _overlap(one.pose.quad, other.pose.quad) > 0.7


def _overlap(one: Floats, other: Floats) -> float:
    """Intersection over union of two quads."""
    try:
        shared, _ = cv2.intersectConvexConvex(one, other)
    except cv2.error:
        return 0.0
    return float(shared / (cv2.contourArea(one) + cv2.contourArea(other) - shared + 1e-6))


def _sights(claims: list[Claim], packs: Sequence[Pack], scene: Scene) -> list[Sight]:
    sights = []
    for claim in claims:
        pack, pose = packs[claim.pack], claim.pose
        signs = Signs(pose.inliers, claim.crop.share, claim.crop.mean, claim.margin, pose.area_ratio)
        chance = min(confidence(signs), _OPEN) if claim.open else confidence(signs)
        if chance < _LEAST_CONFIDENCE:
            continue
        first, second, third, fourth = ((float(x / scene.width), float(y / scene.height)) for x, y in pose.quad)
        sights.append(
            Sight(
                product=pack.reference.product,
                face=pack.reference.face,
                quad=(first, second, third, fourth),
                inliers=pose.inliers,
                agreement=round(claim.crop.share, 4),
                correlation=round(claim.crop.mean, 4),
                margin=round(claim.margin, 4),
                area_ratio=round(pose.area_ratio, 3),
                confidence=round(chance, 4),
                rivals=tuple(sorted(claim.rivals)),
            )
        )
    return sorted(sights, key=lambda sight: -sight.confidence)
