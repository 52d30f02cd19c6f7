"""Packs that stand on a shelf: cartons, bottles, cans, jars, bags, tubs, trays."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from console.demo.drawing.canvas import RGB, Box, Canvas, bright, clipped, ink_on, mix
from console.demo.drawing.emblems import EMBLEMS, Sign

WHITE: RGB = (252, 251, 247)


@dataclass(frozen=True)
class Look:
    """What stands on a pack, and in which colours."""

    name: str
    brand: str
    colour: RGB
    accent: RGB
    emblem: str


def label(c: Canvas, box: Box, look: Look, *, paper: RGB | None = None, radius: float = 18) -> None:
    """A label: brand on a band above, emblem, and the name below."""
    left, top, right, bottom = box
    height = bottom - top
    ground = paper or (WHITE if bright(look.accent) < 190 else look.accent)
    sign = look.accent if bright(look.accent) < 190 else mix(look.colour, (30, 26, 22), 0.25)
    c.panel(box, ground, radius=radius)
    c.panel((left, top, right, top + height * 0.2), sign, radius=radius)
    c.words(look.brand, (left + 12, top + 4, right - 12, top + height * 0.2 - 4), ink_on(sign), 50, lines=1)
    size = min(height * 0.17, (right - left) * 0.24)
    EMBLEMS[look.emblem](Sign(c, (left + right) / 2, top + height * 0.42, size), sign)
    c.words(look.name, (left + 14, top + height * 0.62, right - 14, bottom - 8), ink_on(ground), 58)


def _painted(c: Canvas, shape: Image.Image, look: Look) -> None:
    c.fill(shape, look.colour)


def carton(c: Canvas, look: Look) -> None:
    """A drink's carton with a gable top."""
    c.shadow((190, 690, 640, 760))
    side = mix(look.colour, (0, 0, 0), 0.28)
    c.polygon([(500, 210), (600, 190), (600, 690), (500, 720)], side)
    c.polygon([(220, 210), (500, 210), (470, 110), (250, 110)], mix(look.colour, (255, 255, 255), 0.25))
    c.polygon([(500, 210), (600, 190), (540, 105), (470, 110)], mix(look.colour, (0, 0, 0), 0.12))
    c.panel((245, 78, 542, 118), mix(look.colour, (255, 255, 255), 0.45), radius=6)
    c.panel((220, 210, 500, 720), look.colour)
    c.ellipse((330, 128, 402, 196), WHITE, round_=True)
    label(c, (240, 250, 480, 690), look)


def bottle(c: Canvas, look: Look) -> None:
    """A plastic bottle with a screw cap."""
    c.shadow((260, 706, 560, 766))
    shape, pen = c.mask()
    pen.rounded_rectangle((275, 270, 525, 735), 50, fill=255)
    pen.polygon([(355, 120), (445, 120), (450, 190), (525, 320), (275, 320), (350, 190)], fill=255)
    c.fill(shape, mix(look.colour, (255, 255, 255), 0.12))
    c.panel((340, 70, 460, 130), look.accent if bright(look.accent) < 235 else look.colour, radius=10, round_=True)
    label(c, (276, 350, 524, 680), look, radius=4)
    c.glow((300, 200, 350, 420), 60)


def wine(c: Canvas, look: Look) -> None:
    """A glass bottle."""
    c.shadow((280, 712, 540, 768))
    glass = mix(look.colour, (16, 26, 18), 0.45)
    shape, pen = c.mask()
    pen.rounded_rectangle((290, 330, 510, 740), 36, fill=255)
    pen.polygon([(362, 60), (438, 60), (440, 250), (510, 370), (290, 370), (360, 250)], fill=255)
    c.fill(shape, glass)
    c.panel((358, 48, 442, 165), look.colour, radius=8, round_=True)
    label(c, (298, 420, 502, 690), look, radius=4)


def can(c: Canvas, look: Look) -> None:
    """A drink's can."""
    c.shadow((250, 700, 560, 764))
    metal: RGB = (196, 200, 204)
    shape, pen = c.mask()
    pen.polygon(
        [(300, 120), (500, 120), (530, 180), (530, 680), (500, 735), (300, 735), (270, 680), (270, 180)], fill=255
    )
    c.fill(shape, metal)
    c.ellipse((298, 96, 502, 146), mix(metal, (255, 255, 255), 0.4))
    c.ellipse((322, 104, 478, 138), mix(metal, (0, 0, 0), 0.15))
    c.fill(clipped(shape, (0, 180, 800, 680)), look.colour)
    _direct(c, (290, 210, 510, 660), look)


def tin(c: Canvas, look: Look) -> None:
    """A food tin with a paper label all round."""
    c.shadow((210, 660, 600, 740))
    metal: RGB = (190, 194, 198)
    c.panel((230, 180, 570, 700), metal, radius=24, round_=True)
    c.ellipse((232, 152, 568, 222), mix(metal, (255, 255, 255), 0.35))
    c.ellipse((262, 162, 538, 212), mix(metal, (0, 0, 0), 0.12))
    c.panel((230, 240, 570, 660), look.colour, round_=True)
    label(c, (262, 265, 538, 635), look)


def flat(c: Canvas, look: Look) -> None:
    """A flat, round tin, seen from above."""
    c.shadow((130, 500, 690, 680))
    c.ellipse((120, 240, 680, 640), (176, 180, 184))
    c.ellipse((120, 200, 680, 600), look.colour)
    c.ellipse((150, 222, 650, 578), mix(look.colour, (255, 255, 255), 0.15))
    _direct(c, (230, 250, 570, 550), look)


def jar(c: Canvas, look: Look) -> None:
    """A glass jar with a lid."""
    c.shadow((220, 680, 600, 750))
    shape, pen = c.mask()
    pen.rounded_rectangle((230, 230, 570, 720), 70, fill=255)
    c.fill(shape, look.colour)
    c.panel(
        (262, 140, 538, 245),
        look.accent if bright(look.accent) < 200 else mix(look.colour, (0, 0, 0), 0.25),
        radius=16,
        round_=True,
    )
    label(c, (250, 330, 550, 650), look)
    c.glow((262, 270, 310, 420), 80)


def bag(c: Canvas, look: Look) -> None:
    """A bag welded at its top and bottom."""
    c.shadow((190, 700, 630, 764))
    shape, pen = c.mask()
    teeth = [(200 + 20 * k, 96 if k % 2 else 110) for k in range(21)]
    pen.polygon(
        [*teeth, (600, 150), (640, 420), (600, 690), (612, 735), (188, 735), (200, 690), (160, 420), (200, 150)],
        fill=255,
    )
    c.fill(shape, look.colour, light=0.8)
    for y in (128, 146, 706, 720):
        c.line([(204, y), (596, y)], mix(look.colour, (0, 0, 0), 0.15), 3)
    label(c, (220, 210, 580, 640), look)


def box(c: Canvas, look: Look) -> None:
    """A cardboard box."""
    c.shadow((170, 680, 680, 760))
    c.polygon([(540, 170), (650, 140), (650, 670), (540, 715)], mix(look.colour, (0, 0, 0), 0.3))
    c.polygon([(180, 170), (540, 170), (650, 140), (300, 140)], mix(look.colour, (255, 255, 255), 0.35))
    c.panel((180, 170, 540, 715), look.colour)
    label(c, (205, 205, 515, 680), look)


def brick(c: Canvas, look: Look) -> None:
    """A wrapped block."""
    c.shadow((110, 590, 700, 700))
    c.polygon([(120, 290), (600, 290), (690, 230), (220, 230)], mix(look.colour, (255, 255, 255), 0.4))
    c.polygon([(600, 290), (690, 230), (690, 560), (600, 640)], mix(look.colour, (0, 0, 0), 0.25))
    c.panel((120, 290, 600, 640), look.colour)
    label(c, (145, 305, 575, 625), look)


def bar(c: Canvas, look: Look) -> None:
    """A bar in a sleeve."""
    c.shadow((80, 530, 730, 640))
    shape, pen = c.mask()
    pen.polygon([(80, 270), (96, 260), (704, 260), (720, 270), (720, 540), (704, 550), (96, 550), (80, 540)], fill=255)
    c.fill(shape, mix(look.colour, (255, 255, 255), 0.05), light=0.5)
    c.panel((80, 260, 140, 550), (205, 200, 188), round_=False)
    c.panel((660, 260, 720, 550), (205, 200, 188), round_=False)
    _direct(c, (160, 275, 640, 535), look)


def tub(c: Canvas, look: Look) -> None:
    """A tub with a lid."""
    c.shadow((200, 650, 620, 730))
    c.polygon([(200, 290), (600, 290), (560, 700), (240, 700)], look.colour, round_=True)
    c.panel((180, 225, 620, 300), mix(look.accent, (255, 255, 255), 0.15), radius=22, round_=True)
    label(c, (248, 325, 552, 670), look)


def tray(c: Canvas, look: Look) -> None:
    """A tray under film."""
    c.shadow((90, 610, 720, 720))
    c.panel((90, 220, 710, 670), (238, 240, 242), radius=60)
    c.panel((130, 255, 670, 635), look.colour, radius=44, round_=True)
    for k in range(4):
        c.ellipse((150 + 120 * k, 300, 300 + 120 * k, 600), mix(look.colour, (255, 255, 255), 0.14 + 0.06 * (k % 2)))
    label(c, (270, 275, 530, 615), look)
    c.glow((150, 265, 260, 420), 110)


def tube(c: Canvas, look: Look) -> None:
    """A tube that stands on its cap."""
    c.shadow((290, 706, 530, 764))
    c.polygon([(250, 90), (550, 90), (500, 640), (300, 640)], mix(look.colour, (235, 238, 240), 0.3), round_=True)
    c.panel((246, 74, 554, 112), mix(look.colour, (0, 0, 0), 0.1))
    c.panel((308, 640, 492, 735), look.accent, radius=14, round_=True)
    label(c, (298, 150, 502, 590), look)


def rolls(c: Canvas, look: Look) -> None:
    """Rolls of paper, packed."""
    c.shadow((130, 650, 690, 750))
    for x in (150, 410):
        c.panel((x, 180, x + 240, 690), look.colour, radius=30, round_=True)
        c.ellipse((x, 140, x + 240, 230), mix(look.colour, (0, 0, 0), 0.06))
        c.ellipse((x + 85, 170, x + 155, 202), (150, 120, 90))
    label(c, (220, 300, 580, 620), look)


def _direct(c: Canvas, box_: Box, look: Look) -> None:
    left, top, right, bottom = box_
    ink = look.accent if abs(bright(look.accent) - bright(look.colour)) > 90 else ink_on(look.colour)
    height = bottom - top
    c.words(look.brand, (left, top, right, top + height * 0.2), ink, 64, lines=1)
    size = min(height * 0.17, (right - left) * 0.24)
    EMBLEMS[look.emblem](Sign(c, (left + right) / 2, top + height * 0.43, size), ink)
    c.words(look.name, (left, top + height * 0.63, right, bottom), ink_on(look.colour), 58)


PACKS: dict[str, Callable[[Canvas, Look], None]] = {
    "carton": carton, "bottle": bottle, "wine": wine, "can": can, "tin": tin, "flat": flat, "jar": jar, "bag": bag,
    "box": box, "brick": brick, "bar": bar, "tub": tub, "tray": tray, "tube": tube, "rolls": rolls,
}  # fmt: skip
