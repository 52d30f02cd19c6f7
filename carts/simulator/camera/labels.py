"""Printed labels: a product's barcode with its digits, and the cart's QR tag."""

from functools import lru_cache
from io import BytesIO

import numpy as np
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

WHITE, BLACK = (255, 255, 255), (20, 20, 20)
DIGITS_HEIGHT = 16


def printable(code: str) -> tuple[str, str] | None:
    """Symbology and digits of a code's printed barcode, or None for a code that packs don't carry (a PLU)."""
    if not code.isascii() or not code.isdigit():
        return None
    if len(code) == 14 and code.startswith("0"):
        code = code[1:]
    if len(code) == 13 and code.startswith("00000"):
        code = code[5:]
    if len(code) == 12:
        code = f"0{code}"
    if len(code) not in (8, 13) or not _check_digit_holds(code):
        return None
    return ("EAN8" if len(code) == 8 else "EAN13"), code


@lru_cache(maxsize=512)
def product_label(code: str, module_px: int) -> Image.Image:
    """A white label. A bar is `module_px` pixels wide, so an EAN-13 with its quiet zones takes 113 of them."""
    found = printable(code)
    if found is None:
        return _sticker(code, module_px)
    symbology, digits = found
    barcode = zxingcpp.create_barcode(digits, getattr(zxingcpp.BarcodeFormat, symbology))
    bars = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(barcode, scale=module_px))).convert("RGB")
    bars = bars.resize((bars.width, 34 * module_px), Image.Resampling.NEAREST)
    label = Image.new("RGB", (bars.width, bars.height + DIGITS_HEIGHT + 10), WHITE)
    label.paste(bars, (0, 6))
    _centred(label, digits, label.height - DIGITS_HEIGHT - 2)
    return label


@lru_cache(maxsize=64)
def cart_tag(label: str, side_px: int) -> Image.Image:
    """The cart's tag: a QR code of its label with the label printed under it."""
    stream = BytesIO()
    segno.make(label, error="h", micro=False).save(stream, kind="png", scale=8, border=4)
    code = Image.open(stream).convert("RGB").resize((side_px, side_px), Image.Resampling.NEAREST)
    tag = Image.new("RGB", (side_px, side_px + DIGITS_HEIGHT + 6), WHITE)
    tag.paste(code, (0, 0))
    _centred(tag, label, side_px)
    return tag


def _sticker(code: str, module_px: int) -> Image.Image:
    sticker = Image.new("RGB", (50 * module_px, 26 * module_px), (250, 244, 214))
    font = ImageFont.load_default(size=12 * module_px)
    ImageDraw.Draw(sticker).text((sticker.width / 2, sticker.height / 2), code[:8], BLACK, font, anchor="mm")
    return sticker


def _centred(label: Image.Image, text: str, top: float) -> None:
    font = ImageFont.load_default(size=DIGITS_HEIGHT)
    ImageDraw.Draw(label).text((label.width / 2, top), text, BLACK, font, anchor="mt")


def _check_digit_holds(digits: str) -> bool:
    # GS1 General Specifications 7.9: weights 3, 1, 3, … from the right, next to the check digit.
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    return (10 - weighted % 10) % 10 == int(digits[-1])
