"""SIFT features (Lowe, 2004) of catalogue pictures and of scenes, as RootSIFT (Arandjelovic and Zisserman, 2012)."""

from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from checkout.seeing.shapes import PACK_HEIGHT, Reference

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

MOST_FEATURES: Final = 500
MOST_IN_SCENE: Final = 14_000
VERIFY_HEIGHT: Final = 170
"""Height at which pictures are compared pixel by pixel: catalogue pictures have no more to give."""
SCENE_SCALE: Final = 0.75
_BACKGROUND: Final = 243
_SAME_PLACE: Final = 8.0


class Pack(NamedTuple):
    """A reference ready for work. `near` is 4 where two features lie at the same place, else 0."""

    reference: Reference
    points: Floats
    descriptors: Floats
    near: Floats
    width: int
    small: Bytes
    inside: npt.NDArray[np.bool_]


class Scene(NamedTuple):
    """A frame's features in full-size pixels, and the frame at half size for comparing."""

    points: Floats
    descriptors: Floats
    half: Bytes
    width: int
    height: int


def reference_of(picture: Bytes, *, product: int, face: str, height_mm: float = 0.0) -> Reference:
    """The pack cut out of a catalogue picture (BGR) with at most 500 features. Raises ValueError if it shows none."""
    cut, inside = _cut_to_pack(picture)
    scale = PACK_HEIGHT / cut.shape[0]
    width = max(16, round(cut.shape[1] * scale))
    large = cv2.resize(cut, (width, PACK_HEIGHT), interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    mask = cv2.resize(inside, (width, PACK_HEIGHT), interpolation=cv2.INTER_NEAREST)
    sift = cv2.SIFT.create(nfeatures=MOST_FEATURES, contrastThreshold=0.015, edgeThreshold=15)
    found, descriptors = sift.detectAndCompute(_gray(large), cv2.dilate(mask, np.ones((5, 5), np.uint8)))
    if len(found) < 8:
        raise ValueError("the picture shows nothing that could be found again")
    stored = cut if scale >= 1 else large
    alpha = inside if scale >= 1 else mask
    done, png = cv2.imencode(".png", np.dstack([stored, alpha * 255]))
    if not done:
        raise ValueError("the picture can't be stored")
    return Reference(
        product=product, face=face, picture=png.tobytes(), points=_rows(found)[:MOST_FEATURES].tobytes(),
        descriptors=descriptors[:MOST_FEATURES].astype(np.uint8).tobytes(), height_mm=height_mm,
    )  # fmt: skip


def pack_of(reference: Reference) -> Pack:
    """The reference unpacked. Raises ValueError when it is broken."""
    image = cv2.imdecode(np.frombuffer(reference.picture, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.ndim != 3 or image.shape[2] != 4:
        raise ValueError("the reference's picture is broken")
    points = np.frombuffer(reference.points, np.float32).reshape(-1, 4)
    raw = np.frombuffer(reference.descriptors, np.uint8).reshape(-1, 128)
    width = max(16, round(image.shape[1] * PACK_HEIGHT / image.shape[0]))
    size = (max(8, round(width * VERIFY_HEIGHT / PACK_HEIGHT)), VERIFY_HEIGHT)
    small = np.asarray(cv2.resize(image[:, :, :3], size, interpolation=cv2.INTER_AREA), np.uint8)
    alpha = cv2.resize(image[:, :, 3], size, interpolation=cv2.INTER_NEAREST)
    inside = cv2.erode((alpha > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    apart = np.hypot(points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1])
    near = ((apart < _SAME_PLACE) * 4).astype(np.float32)
    return Pack(reference, points, _root(raw), near, width, small, inside)


def scene_of(picture: Bytes) -> Scene:
    """Features of a frame (BGR); blacked-out parts have none."""
    height, width = picture.shape[:2]
    scale = min(1.0, SCENE_SCALE * 1920 / max(height, width))
    gray = _gray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    sift = cv2.SIFT.create(nfeatures=MOST_IN_SCENE, contrastThreshold=0.02, edgeThreshold=15)
    found, descriptors = sift.detectAndCompute(gray, None)
    smaller = cv2.resize(picture, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    half = np.asarray(smaller, np.uint8)
    if descriptors is None:
        return Scene(np.zeros((0, 4), np.float32), np.zeros((0, 128), np.float32), half, width, height)
    points = _rows(found)
    points[:, :3] /= scale
    return Scene(points, _root(descriptors), half, width, height)


def _rows(found: object) -> Floats:
    return np.array([(*point.pt, point.size, point.angle) for point in found], np.float32)  # type: ignore[attr-defined]


def _root(descriptors: npt.NDArray[np.generic]) -> Floats:
    plain = descriptors.astype(np.float32)
    return np.asarray(np.sqrt(plain / (plain.sum(axis=1, keepdims=True) + 1e-7)), np.float32)


def _gray(picture: npt.NDArray[Any]) -> Bytes:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _cut_to_pack(picture: Bytes) -> tuple[Bytes, Bytes]:
    """The part within the white around it, and where the pack is in that part."""
    white = (picture.min(axis=2) >= _BACKGROUND).astype(np.uint8)
    framed = cv2.copyMakeBorder(white, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    # Only the white that reaches the edge is background: packs may be white themselves.
    outside = (labels == labels[0, 0])[1:-1, 1:-1]
    inside = cv2.morphologyEx((~outside).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(inside)
    if len(rows) == 0 or np.ptp(rows) < 24 or np.ptp(columns) < 12:
        raise ValueError("the picture is empty or too small")
    part = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return np.ascontiguousarray(picture[part]), np.ascontiguousarray(inside[part])
