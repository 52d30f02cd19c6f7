"""Every code in a picture with its corners: the stages' looks, each to its end, and what they saw put in one place."""

from collections.abc import Callable, Iterator
from typing import Final

import cv2
import msgspec
import numpy as np

from inventory.imaging._engines import Gray, zbar, zxing, zxing_bars
from inventory.imaging._regions import Frame, bar_regions, cut_frame, turned_frame
from inventory.imaging._wire import Code

Corners = tuple[tuple[float, float], ...]
Look = tuple[tuple[Code, ...], Callable[[tuple[float, float]], tuple[float, float]]]

_SIDE: Final = 1600
_REGIONS: Final = 12
_TURN: Final = 45.0


def survey(picture: Gray, clock: Callable[[], float], ends: float) -> list[Code]:
    """The codes, each label once, from left to right; corners in fractions. No look begins after `ends` (seconds)."""
    height, width = picture.shape[:2]
    found: list[Code] = []
    for codes, back in _looks(picture):
        for code in codes:
            corners = tuple((x / width, y / height) for x, y in map(back, code.corners))
            placed = msgspec.structs.replace(code, corners=corners)
            if not any(same_label(placed, other) for other in found):
                found.append(placed)
        if clock() > ends:
            break
    return sorted(found, key=lambda code: (_middle(code.corners), code.text))


def same_label(one: Code, other: Code) -> bool:
    """The same code in boxes that meet. zbar draws one box around all labels of one code that stand side by side."""
    if one.text.lstrip("0") != other.text.lstrip("0"):
        return False
    (left, top, right, bottom), (left2, top2, right2, bottom2) = _box(one.corners), _box(other.corners)
    return left <= right2 and left2 <= right and top <= bottom2 and top2 <= bottom


def _looks(picture: Gray) -> Iterator[Look]:
    scale = min(1.0, _SIDE / max(picture.shape))
    gray = _scaled(picture, scale)

    def of_gray(point: tuple[float, float]) -> tuple[float, float]:
        return point[0] / scale, point[1] / scale

    def of_frame(frame: Frame) -> Callable[[tuple[float, float]], tuple[float, float]]:
        return lambda point: of_gray(frame.back(point))

    yield zxing(gray), of_gray
    for region in bar_regions(gray, _REGIONS):
        frame = cut_frame(region)
        cut = frame.seen_in(gray)
        yield zxing_bars(cut), of_frame(frame)
        if (second := zbar()) is not None:
            yield second(cut), of_frame(frame)
    yield zxing(np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(gray), np.uint8)), of_gray
    if scale < 1:
        yield zxing(picture), lambda point: point
    if (second := zbar()) is not None:
        yield second(gray), of_gray
    frame = turned_frame(gray.shape, _TURN)
    yield zxing(frame.seen_in(gray)), of_frame(frame)


def _scaled(gray: Gray, scale: float) -> Gray:
    if scale >= 1:
        return gray
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _box(corners: Corners) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _middle(corners: Corners) -> tuple[float, float]:
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
