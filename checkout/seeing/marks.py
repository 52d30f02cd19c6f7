"""Reads codes in a picture: zxing-cpp always, pyzbar as a second reader where its library is there."""

import logging
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

from checkout.evidence import Mark
from checkout.seeing._wire import CodeSeen

logger = logging.getLogger(__name__)


def marks_read(image: Image.Image) -> list[Mark]:
    """The codes in a picture, each label once, from left to right."""
    return _read_all(np.asarray(image.convert("L")))


def codes_read(picture: npt.NDArray[np.uint8]) -> list[CodeSeen]:
    """The codes in a picture (BGR), as the process that sees sends them."""
    gray = np.asarray(picture @ np.array([0.114, 0.587, 0.299], np.float32), np.uint8)
    return [CodeSeen(mark.text, mark.symbology, mark.corners) for mark in _read_all(gray)]


def _read_all(grey: npt.NDArray[np.uint8]) -> list[Mark]:
    found: list[Mark] = []
    for mark in (*_zxing(grey), *_zbar(grey)):
        if not any(_same_label(mark, other) for other in found):
            found.append(mark)
    return sorted(found, key=lambda mark: (_centre(mark), mark.text))


def sharpness(image: Image.Image) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al., 2000): the larger, the sharper."""
    grey = np.asarray(image.convert("L"), dtype=np.float32)
    if min(grey.shape) < 3:
        return 0.0
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    return round(float(laplacian.var()), 2)


def _zxing(grey: npt.NDArray[np.uint8]) -> Iterator[Mark]:
    height, width = grey.shape
    for code in zxingcpp.read_barcodes(grey):
        at = code.position
        corners = [at.top_left, at.top_right, at.bottom_right, at.bottom_left]
        name = str(code.format).rpartition(".")[2].replace("-", "")
        yield Mark(code.text, name, tuple((c.x / width, c.y / height) for c in corners))


def _zbar(grey: npt.NDArray[np.uint8]) -> Iterator[Mark]:
    reader = _zbar_module()
    if reader is None:
        return
    height, width = grey.shape
    for code in reader.decode(grey):
        left, top = code.rect.left, code.rect.top
        right, bottom = left + code.rect.width, top + code.rect.height
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        yield Mark(code.data.decode("utf-8", "replace"), code.type, tuple((x / width, y / height) for x, y in corners))


def _zbar_module() -> Any | None:
    try:
        return import_module("pyzbar.pyzbar")
    except ImportError:
        logger.debug("libzbar is not installed; zxing-cpp reads alone")
        return None


def _same_label(one: Mark, other: Mark) -> bool:
    """The same code in boxes that meet. zbar draws one box around all labels of one code that stand side by side, so
    its box says nothing that zxing's have not said."""
    if one.text.lstrip("0") != other.text.lstrip("0"):
        return False
    if not one.corners or not other.corners:
        return True
    (left, top, right, bottom), (left2, top2, right2, bottom2) = _box(one), _box(other)
    return left < right2 and left2 < right and top < bottom2 and top2 < bottom


def _box(mark: Mark) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in mark.corners], [y for _, y in mark.corners]
    return min(xs), min(ys), max(xs), max(ys)


def _centre(mark: Mark) -> tuple[float, float]:
    if not mark.corners:
        return 0.0, 0.0
    return sum(x for x, _ in mark.corners) / len(mark.corners), sum(y for _, y in mark.corners) / len(mark.corners)
