"""The stages of reading a picture, cheapest first. Each yields what it found; the caller stops when it is content."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from inventory.imaging._engines import Gray, zbar, zxing, zxing_again, zxing_bars
from inventory.imaging._regions import Region, bar_regions, cut_out, deskewed, edge_skews, quarter_off
from inventory.imaging._wire import Code

_ENOUGH_SIDE: Final = 1600
_ZOOM: Final = 1.5
_ZOOMED_MOST: Final = 1_500_000
_LEAST_SKEW: Final = 3.0
_ASKEW: Final = 8.0

Stage = tuple[str, tuple[Code, ...]]


def stages(picture: Gray) -> Iterator[Stage]:
    """Names of stages and codes found, until none is left."""
    gray = _at_most(picture, _ENOUGH_SIDE)
    yield "zxing", zxing(gray)
    regions = bar_regions(gray)
    plain, cut_outs = _plain_stages(gray), _cut_out_stages(gray, regions)
    enlarged, turned = _enlarged_stages(gray), _deskewed_stages(gray, regions)
    # Where bars lie askew, what sets them upright comes first.
    askew = regions and abs(quarter_off(regions[0].degrees)) > _ASKEW
    for part in (cut_outs, plain, turned, enlarged) if askew else (plain, cut_outs, enlarged, turned):
        yield from part
    if gray is not picture:
        yield "full size", zxing(picture)


def _plain_stages(gray: Gray) -> Iterator[Stage]:
    second = zbar()
    yield "contrast", zxing_again(np.asarray(cv2.createCLAHE(3.0, (8, 8)).apply(gray), np.uint8))
    if second:
        yield "zbar", second(gray)


def _enlarged_stages(gray: Gray) -> Iterator[Stage]:
    if gray.size <= _ZOOMED_MOST:
        yield "enlarged", zxing_again(_enlarged(gray))


def _cut_out_stages(gray: Gray, regions: list[Region]) -> Iterator[Stage]:
    for region in regions:
        yield from _one_cut_out(gray, region)


def _one_cut_out(gray: Gray, region: Region) -> Iterator[Stage]:
    second = zbar()
    cut = cut_out(gray, region)
    yield "cut out", zxing_bars(cut)
    # The mean along the bars takes away noise and glare; what it blurs across a slant, sharpening brings back.
    mean = cv2.blur(cut, (1, 15))
    sharp = cv2.addWeighted(mean, 2.5, cv2.GaussianBlur(mean, (0, 0), 4), -1.5, 0)
    yield "sharpened", zxing_bars(np.asarray(sharp, np.uint8))
    if second:
        yield "cut out, zbar", second(cut)


def _deskewed_stages(gray: Gray, regions: list[Region]) -> Iterator[Stage]:
    second = zbar()
    for turn in _turns(gray, regions):
        upright = deskewed(gray, turn)
        yield "deskewed", zxing_again(upright)
        if gray.size <= _ZOOMED_MOST:
            yield "deskewed, enlarged", zxing_again(deskewed(gray, turn, _ZOOM))
        if second:
            yield "deskewed, zbar", second(upright)


def _turns(gray: Gray, regions: list[Region]) -> list[float]:
    turns: list[float] = []
    for turn in [*edge_skews(gray), *(quarter_off(region.degrees) for region in regions[:2])]:
        if abs(turn) >= _LEAST_SKEW and all(abs(quarter_off(turn - other)) >= 2 * _LEAST_SKEW for other in turns):
            turns.append(turn)
    return turns


def _enlarged(gray: Gray) -> Gray:
    return np.asarray(cv2.resize(gray, None, fx=_ZOOM, fy=_ZOOM, interpolation=cv2.INTER_CUBIC), np.uint8)


def _at_most(gray: Gray, side: int) -> Gray:
    scale = side / max(gray.shape)
    if scale >= 1:
        return gray
    return np.asarray(cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
