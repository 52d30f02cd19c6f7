"""Paper, light and letters: what every picture of the demo's goods is drawn with. Coordinates are 0 to 800."""

import re
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont

SIZE = 800
OUT = 400
RGB = tuple[int, int, int]
Box = tuple[float, float, float, float]


def rgb(colour: str) -> RGB:
    """A colour as written in the table of products, for example #c9a66b."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    return red, green, blue


def mix(one: RGB, other: RGB, share: float) -> RGB:
    """`share` of the other colour in the first."""
    a, b, c = (round(x + (y - x) * share) for x, y in zip(one, other, strict=True))
    return a, b, c


def bright(colour: RGB) -> float:
    """Luminance from 0 to 255 (ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def ink_on(colour: RGB) -> RGB:
    """Dark or light letters, whichever reads better on this colour."""
    return (38, 34, 30) if bright(colour) > 140 else (255, 252, 244)


class Canvas:
    """A picture under way: a tinted ground with a soft shadow, and the pack's parts over it."""

    def __init__(self, tint: RGB) -> None:
        self.image = Image.new("RGB", (SIZE, SIZE), mix(mix(tint, (255, 255, 255), 0.84), (240, 238, 232), 0.35))

    def mask(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty shape, and the pen to draw it with (fill 255)."""
        shape = Image.new("L", (SIZE, SIZE), 0)
        return shape, ImageDraw.Draw(shape)

    def shadow(self, box: Box, strength: int = 70) -> None:
        """A soft shadow on the ground."""
        self._soft(box, strength, (70, 62, 52))

    def fill(self, shape: Image.Image, colour: RGB, *, round_: bool = True, light: float = 1.0) -> None:
        """Paints a shape; `round_` shades it like a cylinder lit from the left."""
        box = shape.getbbox()
        if box is None:
            return
        layer = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), colour)
        self.image.paste(_shaded(layer, light) if round_ else layer, box[:2], shape.crop(box))

    def polygon(self, points: Sequence[tuple[float, float]], colour: RGB, *, round_: bool = False) -> None:
        shape, pen = self.mask()
        pen.polygon(list(points), fill=255)
        self.fill(shape, colour, round_=round_)

    def ellipse(self, box: Box, colour: RGB, *, round_: bool = False) -> None:
        shape, pen = self.mask()
        pen.ellipse(box, fill=255)
        self.fill(shape, colour, round_=round_)

    def panel(self, box: Box, colour: RGB, *, radius: float = 0, round_: bool = False) -> None:
        shape, pen = self.mask()
        pen.rounded_rectangle(box, radius, fill=255)
        self.fill(shape, colour, round_=round_)

    def glow(self, box: Box, strength: int = 90) -> None:
        """A soft highlight."""
        self._soft(box, strength, (255, 255, 255))

    def _soft(self, box: Box, strength: int, colour: RGB) -> None:
        margin = 48
        shape = Image.new("L", (round(box[2] - box[0]) + 2 * margin, round(box[3] - box[1]) + 2 * margin), 0)
        ImageDraw.Draw(shape).ellipse((margin, margin, shape.width - margin, shape.height - margin), fill=strength)
        shape = shape.filter(ImageFilter.GaussianBlur(17))
        self.image.paste(colour, (round(box[0]) - margin, round(box[1]) - margin), shape)

    def line(self, points: Sequence[tuple[float, float]], colour: RGB, width: int) -> None:
        ImageDraw.Draw(self.image).line(list(points), fill=colour, width=width, joint="curve")

    def words(self, text: str, box: Box, colour: RGB, largest: int, *, lines: int = 3) -> None:
        """Text in the middle of a box, broken into at most `lines`, as large as fits."""
        left, top, right, bottom = box
        pen = ImageDraw.Draw(self.image)
        for size in range(largest, 15, -3):
            font = ImageFont.load_default(size)
            broken = _broken(text, font, right - left)
            height = len(broken) * size * 1.16
            if len(broken) <= lines and height <= bottom - top and max(map(font.getlength, broken)) <= right - left:
                break
        y = (top + bottom - height) / 2
        for part in broken:
            pen.text(((left + right) / 2, y + size * 0.58), part, font=font, fill=colour, anchor="mm")
            y += size * 1.16

    def finished(self) -> Image.Image:
        return self.image.resize((OUT, OUT), Image.Resampling.LANCZOS)


def clipped(shape: Image.Image, box: Box) -> Image.Image:
    """The part of a shape inside a box."""
    frame = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(frame).rectangle(box, fill=255)
    return ImageChops.multiply(shape, frame)


def _shaded(layer: Image.Image, light: float) -> Image.Image:
    row = Image.new("L", (layer.width, 1))
    values = []
    for x in range(layer.width):
        t = x / max(1, layer.width - 1)
        edge = 96 * (2 * t - 1) ** 4 + 26 * t
        shine = 62 * max(0.0, 1 - abs(t - 0.24) / 0.1)
        values.append(round(128 + light * (shine - edge)))
    row.putdata([min(255, max(0, v)) for v in values])
    shade = row.resize(layer.size)
    dark = ImageChops.multiply(layer, Image.merge("RGB", [shade.point(lambda v: min(255, v * 2))] * 3))
    return ImageChops.screen(dark, Image.merge("RGB", [shade.point(lambda v: max(0, v - 128))] * 3))


def _broken(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> list[str]:
    rows = [""]
    # A unit stays with its number.
    for word in re.sub(r"(\d) (?=(?:g|kg|l|ml)\b)", "\\1\u00a0", text).split(" "):
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and font.getlength(longer) > width:
            rows.append(word)
        else:
            rows[-1] = longer
    return [row.replace("\u00a0", " ") for row in rows]
