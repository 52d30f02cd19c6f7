"""Goods without a pack: fruit, vegetables, bread, and the kiosk's things."""

import math
from collections.abc import Callable

from console.demo.drawing.canvas import RGB, Canvas, mix
from console.demo.drawing.packs import Look, label

WHITE: RGB = (255, 255, 255)
BLACK: RGB = (0, 0, 0)
LEAF: RGB = (78, 138, 62)


def _ball(c: Canvas, x: float, y: float, r: float, colour: RGB, *, tall: float = 1.0) -> None:
    c.ellipse((x - r, y - r * tall, x + r, y + r * tall), mix(colour, BLACK, 0.22))
    c.ellipse((x - r * 0.97, y - r * tall * 0.98, x + r * 0.9, y + r * tall * 0.9), colour)
    c.glow((x - r * 0.62, y - r * tall * 0.72, x - r * 0.1, y - r * tall * 0.2), 105)


def _stalk(c: Canvas, x: float, y: float, colour: RGB, *, leaf: bool = True) -> None:
    c.line([(x, y), (x + 8, y - 55)], colour, 14)
    if leaf:
        c.polygon([(x + 8, y - 40), (x + 50, y - 90), (x + 120, y - 80), (x + 70, y - 36)], LEAF)


def apple(c: Canvas, look: Look) -> None:
    c.shadow((150, 600, 660, 720))
    for x, y, r in ((285, 470, 170), (525, 480, 165), (405, 360, 175)):
        _ball(c, x, y, r, look.colour, tall=0.94)
        c.ellipse((x - 50, y - r * 0.98, x + 50, y - r * 0.74), mix(look.colour, BLACK, 0.3))
        _stalk(c, x, y - r * 0.84, look.accent)


def pear(c: Canvas, look: Look) -> None:
    c.shadow((170, 640, 650, 740))
    for x, y in ((300, 500), (510, 520)):
        c.ellipse((x - 70, y - 300, x + 70, y - 40), mix(look.colour, BLACK, 0.06))
        c.polygon([(x - 68, y - 190), (x + 68, y - 190), (x + 130, y), (x - 130, y)], mix(look.colour, BLACK, 0.06))
        _ball(c, x, y, 150, look.colour)
        c.ellipse((x - 62, y - 290, x + 52, y - 90), look.colour)
        _stalk(c, x, y - 286, look.accent)


def citrus(c: Canvas, look: Look) -> None:
    c.shadow((150, 590, 670, 720))
    for x, y in ((280, 480), (530, 490)):
        _ball(c, x, y, 168, look.colour)
    _ball(c, 405, 340, 160, look.colour)
    c.ellipse((430, 430, 640, 640), mix(look.colour, WHITE, 0.75))
    c.ellipse((446, 446, 624, 624), mix(look.colour, WHITE, 0.2))
    for k in range(9):
        a = 2 * math.pi * k / 9
        c.line([(535, 535), (535 + 88 * math.cos(a), 535 + 88 * math.sin(a))], mix(look.colour, WHITE, 0.75), 7)


def lemon(c: Canvas, look: Look) -> None:
    c.shadow((150, 570, 670, 700))
    for x, y in ((290, 440), (510, 500)):
        c.polygon([(x - 205, y), (x - 120, y - 60), (x - 120, y + 60)], look.colour)
        c.polygon([(x + 205, y), (x + 120, y - 60), (x + 120, y + 60)], mix(look.colour, BLACK, 0.15))
        _ball(c, x, y, 165, look.colour, tall=0.76)


def banana(c: Canvas, look: Look) -> None:
    c.shadow((140, 560, 690, 680))
    for k in range(3):
        tint, turn = mix(look.colour, BLACK, 0.1 * (2 - k)), 0.2 - 0.2 * k
        outer = [_arc(look_at, 400, turn) for look_at in range(8, 165, 4)]
        inner = [_arc(look_at, 288, turn) for look_at in range(160, 8, -4)]
        c.polygon([*outer, *inner], tint)
        c.line([_arc(look_at, 356, turn) for look_at in range(14, 158, 4)], mix(tint, BLACK, 0.14), 6)
        c.polygon([_arc(angle, r, turn) for angle, r in ((6, 360), (6, 318), (11, 300), (11, 388))], (96, 74, 30))
    c.polygon([(142, 185), (208, 172), (252, 335), (168, 345)], look.accent)


def _arc(degrees: float, radius: float, turn: float) -> tuple[float, float]:
    """A point on a ring round the middle of a hand of bananas, turned about the stalk at its left end; 0 is right."""
    thin = 1 - 0.3 * (abs(degrees - 90) / 90) ** 3 * (radius > 340)
    a = math.radians(degrees)
    x, y = 470 + radius * thin * math.cos(a) * 0.92, 220 + radius * thin * math.sin(a)
    dx, dy = x - 140, y - 250
    return 140 + dx * math.cos(turn) - dy * math.sin(turn), 250 + dx * math.sin(turn) + dy * math.cos(turn)


def grapes(c: Canvas, look: Look) -> None:
    c.shadow((220, 650, 590, 740))
    c.line([(400, 90), (410, 200)], look.accent, 16)
    for row, count in enumerate((5, 6, 5, 4, 3, 2, 1)):
        for k in range(count):
            _ball(
                c, 400 + (k - (count - 1) / 2) * 84, 215 + row * 72, 50, mix(look.colour, BLACK, 0.05 * ((row + k) % 3))
            )


def tomato(c: Canvas, look: Look) -> None:
    c.shadow((130, 600, 690, 720))
    c.line([(180, 240), (400, 190), (640, 230)], LEAF, 16)
    for x, y in ((250, 370), (560, 370), (300, 550), (520, 560), (405, 420)):
        _ball(c, x, y, 118, look.colour, tall=0.92)
        for k in range(5):
            a = 2 * math.pi * k / 5 - math.pi / 2
            c.line([(x, y - 78), (x + 52 * math.cos(a), y - 78 + 34 * math.sin(a))], look.accent, 13)


def pepper(c: Canvas, look: Look) -> None:
    c.shadow((180, 640, 640, 740))
    for dx in (-125, 125, 0):
        _ball(c, 405 + dx, 450, 140, look.colour, tall=1.55)
    c.ellipse((335, 208, 475, 268), mix(look.accent, BLACK, 0.1))
    c.line([(405, 240), (415, 150), (450, 120)], look.accent, 34)


def carrot(c: Canvas, look: Look) -> None:
    c.shadow((180, 660, 660, 740))
    for x, lean in ((290, -40), (410, 10), (530, 55)):
        for k in (-1, 0, 1):
            c.line([(x, 260), (x + 46 * k, 110), (x + 72 * k, 80)], look.accent, 16)
        c.ellipse((x - 66, 228, x + 66, 340), look.colour)
        c.polygon([(x - 66, 285), (x + 66, 285), (x + lean + 10, 715), (x + lean - 10, 715)], look.colour)
        for k in range(4):
            c.line([(x - 44 + 8 * k, 340 + 80 * k), (x - 4, 346 + 80 * k)], mix(look.colour, BLACK, 0.22), 6)


def potato(c: Canvas, look: Look) -> None:
    c.shadow((140, 600, 680, 720))
    for x, y, r in ((270, 470, 150), (530, 480, 150), (400, 350, 150), (410, 570, 130)):
        _ball(c, x, y, r, look.colour, tall=0.78)
        for dx, dy in ((-40, 20), (50, -10), (20, 50)):
            c.ellipse((x + dx - 9, y + dy - 6, x + dx + 9, y + dy + 6), look.accent)


def onion(c: Canvas, look: Look) -> None:
    c.shadow((150, 600, 670, 720))
    for x, y in ((280, 480), (530, 490), (405, 390)):
        c.polygon([(x - 60, y - 110), (x, y - 230), (x + 60, y - 110)], look.accent)
        _ball(c, x, y, 150, look.colour, tall=0.92)
        for k in (-0.6, -0.2, 0.25, 0.65):
            c.line([(x, y - 136), (x + 150 * k, y), (x, y + 132)], mix(look.colour, BLACK, 0.14), 5)


def cucumber(c: Canvas, look: Look) -> None:
    c.shadow((110, 520, 720, 640))
    c.panel((100, 330, 700, 500), look.colour, radius=85)
    c.panel((130, 345, 660, 400), mix(look.colour, WHITE, 0.22), radius=28)
    for k in range(14):
        c.ellipse((150 + 38 * k, 420 + 18 * (k % 3), 160 + 38 * k, 430 + 18 * (k % 3)), look.accent)
    c.ellipse((610, 470, 760, 620), mix(look.colour, BLACK, 0.1))
    c.ellipse((624, 484, 746, 606), (222, 236, 190))
    c.ellipse((656, 516, 714, 574), look.accent)


def avocado(c: Canvas, look: Look) -> None:
    c.shadow((170, 640, 660, 740))
    for x, inside in ((290, False), (520, True)):
        shades = [look.colour] if not inside else [look.colour, look.accent, (238, 232, 170)]
        for k, tint in enumerate(shades):
            inset = 18 * k
            c.ellipse((x - 85 + inset, 150 + inset, x + 85 - inset, 480), tint)
            c.ellipse((x - 150 + inset, 330 + inset, x + 150 - inset, 690 - inset), tint)
    _ball(c, 520, 510, 72, (120, 78, 42))
    c.glow((210, 360, 270, 470), 60)


def loaf(c: Canvas, look: Look) -> None:
    c.shadow((120, 570, 700, 690))
    c.panel((110, 290, 690, 640), mix(look.colour, BLACK, 0.15), radius=150)
    c.panel((116, 270, 684, 600), look.colour, radius=150)
    for k in range(4):
        c.line([(220 + 110 * k, 330), (290 + 110 * k, 480)], look.accent, 20)
    c.panel((250, 500, 550, 720), (255, 252, 244), radius=10)
    c.words(f"{look.brand} {look.name}", (262, 508, 538, 712), (60, 44, 30), 52)


def carrier(c: Canvas, look: Look) -> None:
    c.shadow((190, 690, 640, 760))
    for x in (320, 480):
        c.line([(x - 60, 260), (x - 55, 130), (x + 55, 130), (x + 60, 260)], mix(look.colour, BLACK, 0.35), 14)
    c.panel((210, 240, 590, 730), look.colour, round_=True)
    label(c, (250, 330, 550, 670), look)


def scarf(c: Canvas, look: Look) -> None:
    c.shadow((180, 650, 640, 740))
    for x, lean in ((300, -30), (470, 30)):
        for k in range(7):
            tint = look.colour if k % 2 else look.accent
            y = 190 + 68 * k
            c.polygon(
                [
                    (x - 70 + lean * k / 7, y),
                    (x + 70 + lean * k / 7, y),
                    (x + 70 + lean * (k + 1) / 7, y + 68),
                    (x - 70 + lean * (k + 1) / 7, y + 68),
                ],
                tint,
            )
        for k in range(9):
            c.line([(x - 64 + lean + 16 * k, 666), (x - 64 + lean + 16 * k, 725)], look.colour, 6)
    c.panel((220, 110, 555, 235), look.colour, radius=60, round_=True)
    c.words("HILL & VALE", (240, 120, 535, 225), look.accent, 56, lines=1)


def pretzel(c: Canvas, look: Look) -> None:
    c.shadow((150, 620, 670, 730))
    knot = [
        (330, 640),
        (470, 430),
        (600, 300),
        (560, 190),
        (440, 220),
        (400, 340),
        (360, 220),
        (240, 190),
        (200, 300),
        (330, 430),
        (470, 640),
    ]
    c.line([(330, 640), (180, 520), (150, 360), (220, 220)], look.colour, 62)
    c.line([(470, 640), (620, 520), (650, 360), (580, 220)], look.colour, 62)
    c.line(knot, mix(look.colour, BLACK, 0.14), 56)
    for k in range(26):
        x, y = 170 + (k * 137) % 460, 240 + (k * 89) % 380
        c.panel((x, y, x + 12, y + 9), look.accent, radius=3)


def bucket(c: Canvas, look: Look) -> None:
    c.shadow((230, 690, 590, 760))
    for k in range(15):
        x, y = 250 + (k % 5) * 72, 190 + (k // 5) * 62 + 18 * (k % 2)
        _ball(c, x, y, 52, (250, 232, 178))
    for k in range(8):
        tint = look.colour if k % 2 else look.accent
        c.polygon(
            [(210 + 48 * k, 320), (258 + 48 * k, 320), (288 + 32 * (k - 0.2), 730), (256 + 32 * (k - 0.2), 730)], tint
        )
    label(c, (285, 400, 515, 660), look)


LOOSE: dict[str, Callable[[Canvas, Look], None]] = {
    "apple": apple, "pear": pear, "citrus": citrus, "lemon": lemon, "banana": banana, "grapes": grapes,
    "tomato": tomato, "pepper": pepper, "carrot": carrot, "potato": potato, "onion": onion, "cucumber": cucumber,
    "avocado": avocado, "loaf": loaf, "carrier": carrier, "scarf": scarf, "pretzel": pretzel, "bucket": bucket,
}  # fmt: skip
