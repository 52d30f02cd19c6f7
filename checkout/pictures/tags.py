"""The cart found by its printed tag (a QR of its label), and its zone as it lies around that tag.

The four corners of the tag tell how its plane lies in the picture: a homography from the unit square (Hartley and
Zisserman, Multiple View Geometry, 4.1). The zone is kept in sides of the tag, so that it moves and turns with the cart.
"""

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt
import zxingcpp
from PIL import Image

Polygon = list[list[float]]
_UNIT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def tags_in(picture: Image.Image, labels: Collection[str]) -> dict[str, Polygon]:
    """Corners (fractions, from the tag's own top left) of the tags that bear one of these labels."""
    grey = np.asarray(picture.convert("L"))
    found: dict[str, Polygon] = {}
    for code in zxingcpp.read_barcodes(grey):
        if code.format == zxingcpp.BarcodeFormat.QRCode and code.text in labels:
            at = code.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            found[code.text] = [[corner.x / picture.width, corner.y / picture.height] for corner in corners]
    return found


def zone_by_tag(tag: Sequence[Sequence[float]], zone: Sequence[Sequence[float]]) -> Polygon:
    """A zone in sides of the tag as it lies in the picture (fractions); empty for a tag that can't be."""
    return _through(_homography(_UNIT, tag), zone)


def zone_in_tag(tag: Sequence[Sequence[float]], drawn: Sequence[Sequence[float]]) -> Polygon:
    """A zone drawn in the picture (fractions) in sides of the tag; empty for a tag that can't be."""
    return _through(_homography(tag, _UNIT), drawn)


def _homography(source: Sequence[Sequence[float]], target: Sequence[Sequence[float]]) -> npt.NDArray[np.float64] | None:
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    try:
        solved = np.linalg.solve(np.array(rows, np.float64), np.array(right, np.float64))
    except np.linalg.LinAlgError:
        return None
    return np.append(solved, 1.0).reshape(3, 3)


def _through(matrix: npt.NDArray[np.float64] | None, points: Sequence[Sequence[float]]) -> Polygon:
    if matrix is None or not points:
        return []
    flat = np.array([[x, y, 1.0] for x, y in points], np.float64) @ matrix.T
    # A corner behind the camera's horizon would come back on the other side.
    if (flat[:, 2] <= 1e-9).any():
        return []
    found = flat[:, :2] / flat[:, 2:]
    if not np.isfinite(found).all():
        return []
    return [[round(float(x), 4), round(float(y), 4)] for x, y in found]
