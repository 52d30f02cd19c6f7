"""From a file's bytes to gray pixels, with its size known before anything is decoded."""

import io
import warnings
from typing import Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from inventory.imaging._engines import Gray
from inventory.imaging.errors import ImagingError

MOST_BYTES: Final = 16 * 1024 * 1024
MOST_PIXELS: Final = 12_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_ENOUGH: Final = (2048, 2048)
_BACKGROUND: Final = 255


def open_gray(data: bytes) -> Gray:
    """The picture as 8-bit gray. Raises ImagingError `image_empty`, `image_too_large` or `image_unreadable`."""
    check_bytes(data)
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=_FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ImagingError("image_too_large")
            # JPEG can be decoded at a half or a quarter at a fraction of the cost.
            image.draft("L", _ENOUGH)
            return np.ascontiguousarray(_gray(image))
    except Image.DecompressionBombError as error:
        raise ImagingError("image_too_large") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError) as error:
        raise ImagingError("image_unreadable") from error


def check_bytes(data: bytes) -> None:
    """Raises ImagingError for an empty file and for one that is too long to be looked at."""
    if not data:
        raise ImagingError("image_empty")
    if len(data) > MOST_BYTES:
        raise ImagingError("image_too_large")


def _gray(image: Image.Image) -> Gray:
    if image.mode.startswith("I"):
        return (np.asarray(image).clip(0, 0xFFFF) >> 8).astype(np.uint8)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layered = image.convert("RGBA")
        paper = Image.new("RGBA", layered.size, (_BACKGROUND, _BACKGROUND, _BACKGROUND, _BACKGROUND))
        return np.asarray(Image.alpha_composite(paper, layered).convert("L"), np.uint8)
    return np.asarray(image.convert("L"), np.uint8)
