"""Draws what an overhead camera sees: 1280 x 960, the cart's floor, its tag and its packs. Deterministic."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from ..truth import TrueProduct
from .artwork import pack
from .labels import cart_tag
from .scenes import SceneItem, View

WIDTH, HEIGHT = 1280, 960
TAG_PX = 150
JPEG_QUALITY = 88


@dataclass(frozen=True)
class Grid:
    """How the cart is divided; few pieces lie large, many lie small. The first cell is the tag's."""

    columns: int
    rows: int
    module_px: int
    side_px: int

    @property
    def cells(self) -> int:
        return self.columns * self.rows - 1

    def centre(self, cell: int) -> tuple[int, int]:
        row, column = divmod(cell % self.cells + 1, self.columns)
        width, height = WIDTH // self.columns, HEIGHT // self.rows
        return column * width + width // 2, row * height + height // 2


GRIDS = (Grid(3, 2, 3, 300), Grid(4, 3, 2, 230), Grid(5, 4, 2, 160))


def render(view: View, products: Mapping[str, TrueProduct], seed: int) -> bytes:
    """The shot as a JPEG. The arrangement depends on seed, cart and content; light and noise on the shot too."""
    image = _floor(seed)
    if view.cart is not None:
        _lay(image, view.items, products, Random(f"{seed} {view.cart} {view.items}"))
        image.paste(cart_tag(view.cart, TAG_PX), (24, 20))
    stream = BytesIO()
    _shot(image, view, seed).save(stream, "JPEG", quality=JPEG_QUALITY)
    return stream.getvalue()


def _lay(image: Image.Image, items: tuple[SceneItem, ...], products: Mapping[str, TrueProduct], random: Random) -> None:
    hidden = [item.code for item in items if item.hidden for _ in range(item.quantity)]
    seen = [item.code for item in items if not item.hidden for _ in range(item.quantity)]
    grid = next((grid for grid in GRIDS if len(seen) <= grid.cells), GRIDS[-1])
    random.shuffle(seen)
    # What came first lies lowest: beyond the last cell, packs cover those put in before them.
    for place, code in enumerate(hidden):
        _put(image, _product(products, code), grid, place % max(1, min(len(seen), grid.cells)), random, faced=False)
    for place, code in enumerate(seen):
        _put(image, _product(products, code), grid, place, random)


def _put(
    image: Image.Image, product: TrueProduct, grid: Grid, cell: int, random: Random, *, faced: bool = True
) -> None:
    side = grid.side_px if faced else grid.side_px // 2
    card = pack(product, grid.module_px, side, faced=faced)
    angle = 90 * random.randrange(4) + random.uniform(-9, 9)
    turned = card.rotate(angle, Image.Resampling.BICUBIC, expand=True)
    x, y = grid.centre(cell)
    x += random.randint(-6, 6) - turned.width // 2
    y += random.randint(-6, 6) - turned.height // 2
    corner = min(max(x, 4), WIDTH - turned.width - 4), min(max(y, 4), HEIGHT - turned.height - 4)
    image.paste(turned, corner, turned)


def _floor(seed: int) -> Image.Image:
    shade = 172 + seed % 12
    image = Image.new("RGB", (WIDTH, HEIGHT), (shade, shade, shade - 4))
    draw = ImageDraw.Draw(image)
    for x in range(0, WIDTH, 40):
        draw.line((x, 0, x, HEIGHT), (150, 150, 150), 2)
    for y in range(0, HEIGHT, 40):
        draw.line((0, y, WIDTH, y), (158, 158, 158), 2)
    return image


def _shot(image: Image.Image, view: View, seed: int) -> Image.Image:
    name = f"{seed} {view.lane} {view.cart} {view.shot}"
    random = np.random.default_rng(zlib.crc32(name.encode()))
    light = 0.06 if view.fault == "dark" else random.uniform(0.94, 1.04)
    noise = random.normal(0, 2.5, (HEIGHT, WIDTH, 1))
    pixels = np.asarray(image, dtype=np.float32) * light + noise
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _product(products: Mapping[str, TrueProduct], code: str) -> TrueProduct:
    return products.get(code) or TrueProduct(code, code, 0.0)
