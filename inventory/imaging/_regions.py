"""Where bars are and how they lie: the structure tensor of a picture, and upright cut-outs from it.

Within a linear barcode all gradients point one way, so that the tensor (gradient products averaged over a window) has
one eigenvalue far above the other: its coherence is near 1 (Jaehne, Digital Image Processing, ch. 13; used for
barcodes since Ando and Hontani 2001).
"""

from typing import Final, NamedTuple

import cv2
import numpy as np

from inventory.imaging._engines import Gray

_PATCH_SIDE: Final = 480
_EDGE_SIDE: Final = 320
_PATCH_WINDOW: Final = 15
_EDGE_WINDOW: Final = 5
_COHERENT: Final = 0.55
_FLAT: Final = 1e4
_SMALLEST: Final = 150
_WEAKEST: Final = 0.05
_COMMON: Final = 0.5
_CUT_WIDTH: Final = 900
_CUT_HEIGHT: Final = 240


class Region(NamedTuple):
    """A patch of parallel bars: pixels of the picture, and degrees by which across-the-bars lies off horizontal."""

    degrees: float
    x: float
    y: float
    across: float
    along: float


class Frame(NamedTuple):
    """A turned and enlarged look at a picture: the matrix from the picture's pixels to its own, and its size."""

    matrix: np.ndarray
    size: tuple[int, int]

    @classmethod
    def turned(cls, degrees: float, centre: tuple[float, float], size: tuple[int, int], zoom: float) -> "Frame":
        """Turned by `degrees` about `centre` (pixels of the picture), which comes to lie in its middle."""
        matrix = cv2.getRotationMatrix2D(centre, degrees, zoom)
        matrix[0, 2] += size[0] / 2 - centre[0]
        matrix[1, 2] += size[1] / 2 - centre[1]
        return cls(np.asarray(matrix), size)

    def seen_in(self, gray: Gray) -> Gray:
        """The pixels. Beyond the edge, the edge is repeated: a black or white border would make bars of its own."""
        seen = cv2.warpAffine(gray, self.matrix, self.size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(seen, np.uint8)

    def back(self, point: tuple[float, float]) -> tuple[float, float]:
        """A pixel of the frame as a pixel of the picture."""
        inverse = cv2.invertAffineTransform(self.matrix)
        x, y = inverse @ np.array([point[0], point[1], 1.0])
        return float(x), float(y)


class _Tensor(NamedTuple):
    """The structure tensor in doubled angles, at a working size of `scale` times the picture's."""

    scale: float
    energy: np.ndarray
    cosine: np.ndarray
    sine: np.ndarray
    strength: np.ndarray


def _tensor(gray: Gray, side: int, window: int) -> _Tensor:
    scale = min(1.0, side / max(gray.shape))
    small = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else gray
    right, down = (cv2.Scharr(small, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    products = (right * right, down * down, right * down)
    xx, yy, xy = (cv2.boxFilter(product, -1, (window, window)) for product in products)
    cosine, sine = xx - yy, 2 * xy
    return _Tensor(scale, xx + yy, cosine, sine, np.hypot(cosine, sine))


def bar_regions(gray: Gray, most: int = 3) -> list[Region]:
    """Patches of parallel bars, strongest first."""
    scale, energy, cosine, sine, strength = _tensor(gray, _PATCH_SIDE, _PATCH_WINDOW)
    coherent = (strength > _COHERENT * energy) & (energy > 0.3 * energy.mean() + _FLAT)
    mask = cv2.morphologyEx(coherent.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    mask = cv2.erode(mask, np.ones((5, 5), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    weights = np.bincount(labels.ravel(), weights=strength.ravel(), minlength=count)
    weights[0] = 0
    chosen = [
        number
        for number in np.argsort(weights)[::-1][:most]
        if weights[number] > _WEAKEST * weights.max() and stats[number, cv2.CC_STAT_AREA] >= _SMALLEST
    ]
    return [_region(labels == number, cosine, sine, scale) for number in chosen]


def _region(patch: np.ndarray, cosine: np.ndarray, sine: np.ndarray, scale: float) -> Region:
    # Angles are doubled in the tensor: a gradient and its opposite are the same direction.
    angle = 0.5 * np.arctan2(sine[patch].sum(), cosine[patch].sum())
    rows, columns = np.nonzero(patch)
    across = columns * np.cos(angle) + rows * np.sin(angle)
    along = rows * np.cos(angle) - columns * np.sin(angle)
    left, right = np.percentile(across, (1, 99))
    top, bottom = np.percentile(along, (1, 99))
    middle, level = (left + right) / 2, (top + bottom) / 2
    return Region(
        degrees=float(np.degrees(angle)),
        x=float(middle * np.cos(angle) - level * np.sin(angle)) / scale,
        y=float(middle * np.sin(angle) + level * np.cos(angle)) / scale,
        across=float(right - left) / scale,
        along=float(bottom - top) / scale,
    )


def cut_out(gray: Gray, region: Region) -> Gray:
    """The patch with quiet zones, its bars upright, enlarged up to three times."""
    return cut_frame(region).seen_in(gray)


def cut_frame(region: Region) -> Frame:
    """Where `cut_out` looks."""
    width, height = region.across * 1.35 + 30, region.along * 1.1 + 10
    zoom = float(np.clip(_CUT_WIDTH / width, 1.0, 3.0))
    size = (int(width * zoom), int(min(height * zoom, _CUT_HEIGHT)))
    return Frame.turned(region.degrees, (region.x, region.y), size, zoom)


def deskewed(gray: Gray, degrees: float, zoom: float = 1.0) -> Gray:
    """The whole picture turned so that bars lying at `degrees` stand upright, and enlarged."""
    return turned_frame(gray.shape, degrees, zoom).seen_in(gray)


def turned_frame(shape: tuple[int, ...], degrees: float, zoom: float = 1.0) -> Frame:
    """Where `deskewed` looks: the whole of a picture of this shape (rows, columns)."""
    height, width = shape[:2]
    cosine, sine = abs(np.cos(np.radians(degrees))), abs(np.sin(np.radians(degrees)))
    across, along = width * cosine + height * sine, height * cosine + width * sine
    size = (int(across * zoom) + 1, int(along * zoom) + 1)
    return Frame.turned(degrees, (width / 2, height / 2), size, zoom)


def quarter_off(degrees: float) -> float:
    """The smallest turn that makes bars at `degrees` upright or level, -45 to 45: engines try quarter turns."""
    return (degrees + 45) % 90 - 45


def edge_skews(gray: Gray, most: int = 2) -> list[float]:
    """Turns, -45 to 45 degrees, by which most edges become upright or level, commonest first; for square codes too."""
    _, _, cosine, sine, strength = _tensor(gray, _EDGE_SIDE, _EDGE_WINDOW)
    degrees = np.degrees(0.5 * np.arctan2(sine, cosine)) % 90
    weights = strength * (strength > strength.mean())
    counts = np.bincount(degrees.astype(int).ravel() % 90, weights=weights.ravel(), minlength=90)
    smooth = np.convolve(np.concatenate((counts[-7:], counts, counts[:7])), np.ones(7) / 7, "same")[7:-7]
    lowest = _COMMON * smooth.max()
    turns: list[float] = []
    while len(turns) < most and smooth.max() > max(lowest, 0):
        peak = int(smooth.argmax())
        around = np.arange(peak - 4, peak + 5)
        centre = peak + 0.5 + float(np.average(around - peak, weights=smooth[around % 90]))
        turns.append(quarter_off(centre))
        smooth[np.arange(peak - 8, peak + 9) % 90] = 0
    return turns
