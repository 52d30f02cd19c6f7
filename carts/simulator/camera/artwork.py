"""A product as the camera sees it: its picture over its label, ready to be laid into the cart."""

import colorsys
import zlib
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

from ..truth import TrueProduct
from .labels import product_label


@lru_cache(maxsize=256)
def pack(product: TrueProduct, module_px: int, side_px: int, *, faced: bool = True) -> Image.Image:
    """The pack from above, RGBA, about `side_px` high. Face down (`faced` false) it shows no label."""
    label = product_label(product.code, module_px) if faced else None
    width = max(label.width if label else 0, round(side_px * 0.9))
    height = side_px if label is None else max(side_px, label.height + 60)
    card = Image.new("RGBA", (width, height), (*_colour(product.code), 255))
    picture = _picture(product)
    room = (width - 12, height - 12 - (label.height if label else 0))
    picture.thumbnail(room)
    card.paste(picture, ((width - picture.width) // 2, 6), picture)
    if label is not None:
        card.paste(label, ((width - label.width) // 2, height - label.height - 4))
    ImageDraw.Draw(card).rectangle((0, 0, width - 1, height - 1), outline=(70, 60, 50, 255), width=2)
    return card


def _picture(product: TrueProduct) -> Image.Image:
    return _loaded(product.picture) or _drawn(product)


def _loaded(path: Path | None) -> Image.Image | None:
    if path is None:
        return None
    try:
        with Image.open(path) as image:
            return image.convert("RGBA")
    except (OSError, UnidentifiedImageError):
        return None


def _drawn(product: TrueProduct) -> Image.Image:
    """A stand-in for a product without a picture: its name on its own colour."""
    image = Image.new("RGBA", (240, 160), (*_colour(product.code, 0.85), 255))
    words, font = product.name.split(), ImageFont.load_default(size=24)
    lines = [" ".join(words[start : start + 2]) for start in range(0, len(words), 2)][:4]
    ImageDraw.Draw(image).multiline_text((120, 80), "\n".join(lines), (30, 30, 30), font, "mm", align="center")
    return image


def _colour(code: str, value: float = 0.75) -> tuple[int, int, int]:
    hue = zlib.crc32(code.encode()) % 360 / 360
    red, green, blue = colorsys.hsv_to_rgb(hue, 0.35, value)
    return round(red * 255), round(green * 255), round(blue * 255)
