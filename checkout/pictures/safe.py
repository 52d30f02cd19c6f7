"""A camera's picture made safe: size looked at before decoding, black outside the cart's zone, no metadata."""

import io
import math
import warnings
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter, ImageOps, ImageStat, UnidentifiedImageError

from checkout.pictures.errors import PictureRefused

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 16_000_000
LONGEST_SIDE = 1920
QUALITY = 88
LEAST_PACK = 40
CELLS = 80
"""Cells across a pixelated picture: packs keep shape and colour, a face is a handful of squares."""


def opened(data: bytes) -> Image.Image:
    """The decoded picture, upright, at most 1920 pixels on its longer side; raises PictureRefused."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            header = Image.open(io.BytesIO(data), formats=FORMATS)
        if header.width * header.height > MOST_PIXELS:
            raise PictureRefused("picture_too_large", f"{header.width} x {header.height} pixels")
        # JPEG can be decoded at a half or a quarter at a fraction of the memory.
        header.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        header.load()
        picture = ImageOps.exif_transpose(header).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused("picture_too_large", "more pixels than a camera has") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise PictureRefused("picture_broken", str(error)[:160]) from error
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return picture


def sharpness(picture: Image.Image) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al., 2000), damped: the larger, the sharper."""
    if min(picture.size) < 3:
        return 0.0
    edges = picture.convert("L").filter(ImageFilter.Kernel((3, 3), [0, 1, 0, 1, -4, 1, 0, 1, 0], scale=2, offset=128))
    return round(ImageStat.Stat(edges).var[0], 2)


def redacted(picture: Image.Image, clear: Sequence[Sequence[Sequence[float]]]) -> Image.Image:
    """Pixelated, but for the packs and codes that were verified (polygons in fractions of the picture)."""
    across = max(1, min(CELLS, picture.width))
    down = max(1, round(across * picture.height / picture.width))
    whole = picture.resize((across, down), Image.Resampling.BOX).resize(picture.size, Image.Resampling.NEAREST)
    mask = Image.new("1", picture.size, 0)
    for polygon in clear:
        if len(polygon) >= 3:
            points = [(x * picture.width, y * picture.height) for x, y in polygon]
            ImageDraw.Draw(mask).polygon(points, fill=1)
    return Image.composite(picture, whole, mask)


def zone_only(picture: Image.Image, zone: Sequence[Sequence[float]]) -> Image.Image:
    """Black outside the zone, a polygon in fractions of the picture; the picture as it is where there is no zone."""
    if len(zone) < 3:
        return picture
    mask = Image.new("1", picture.size, 0)
    points = [(x * picture.width, y * picture.height) for x, y in zone]
    ImageDraw.Draw(mask).polygon(points, fill=1)
    return Image.composite(picture, Image.new("RGB", picture.size), mask)


def cut_out(picture: Image.Image, quad: Sequence[Sequence[float]]) -> Image.Image:
    """What lies between four corners (fractions, clockwise from the top left), upright and at right angles.

    Raises PictureRefused for corners that make no pack of 40 pixels or more within the picture.
    """
    if len(quad) != 4 or any(not 0 <= part <= 1 for point in quad for part in point):
        raise PictureRefused("picture_broken", "the pack reaches beyond the picture")
    points = [(x * picture.width, y * picture.height) for x, y in quad]
    sides = [math.dist(points[index], points[(index + 1) % 4]) for index in range(4)]
    size = (round((sides[0] + sides[2]) / 2), round((sides[1] + sides[3]) / 2))
    if min(size) < LEAST_PACK:
        raise PictureRefused("picture_broken", "the pack is too small in the picture")
    left_top, right_top, right_bottom, left_bottom = points
    corners = (*left_top, *left_bottom, *right_bottom, *right_top)
    return picture.transform(size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def packed(picture: Image.Image) -> bytes:
    """JPEG from the pixels alone: no EXIF, no colour profile, no comment of the camera is carried over."""
    clean = Image.frombytes("RGB", picture.size, picture.convert("RGB").tobytes())
    file = io.BytesIO()
    clean.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
