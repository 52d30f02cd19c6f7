"""Small signs for labels: a leaf, a drop, an ear of grain. Points are in units of the radius, y downwards."""

import math
from collections.abc import Callable

from console.demo.drawing.canvas import RGB, Canvas, mix

WHITE: RGB = (255, 255, 255)
STALK: RGB = (74, 130, 60)


class Sign:
    """A pen that draws round a middle, in units of a radius."""

    def __init__(self, canvas: Canvas, x: float, y: float, radius: float) -> None:
        self.canvas, self.x, self.y, self.radius = canvas, x, y, radius

    def _at(self, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(self.x + self.radius * px, self.y + self.radius * py) for px, py in points]

    def shape(self, points: list[tuple[float, float]], colour: RGB) -> None:
        self.canvas.polygon(self._at(points), colour)

    def line(self, points: list[tuple[float, float]], colour: RGB, width: float) -> None:
        self.canvas.line(self._at(points), colour, max(3, round(self.radius * width)))

    def dot(self, px: float, py: float, across: float, colour: RGB, *, tall: float | None = None) -> None:
        (x, y), high = self._at([(px, py)])[0], across if tall is None else tall
        self.canvas.ellipse(
            (x - across * self.radius, y - high * self.radius, x + across * self.radius, y + high * self.radius), colour
        )


def _leaf(s: Sign, ink: RGB) -> None:
    s.shape([(-1, 0.8), (-0.7, -0.5), (0, -1), (1, -1), (1, 0), (0.4, 0.6)], ink)
    s.line([(-1, 0.9), (0.6, -0.6)], mix(ink, WHITE, 0.6), 0.11)


def _drop(s: Sign, ink: RGB) -> None:
    s.shape([(0, -1.2), (0.68, 0.05), (-0.68, 0.05)], ink)
    s.dot(0, 0.28, 0.78, ink, tall=0.72)


def _grain(s: Sign, ink: RGB) -> None:
    s.line([(0, 1), (0, -1)], ink, 0.12)
    for step in range(4):
        h = 0.5 * step - 0.9
        for side in (-1, 1):
            s.shape([(0, h + 0.4), (0.62 * side, h + 0.1), (0.5 * side, h - 0.32)], ink)


def _star(s: Sign, ink: RGB) -> None:
    turns = [(math.pi * k / 5 - math.pi / 2, 0.44 if k % 2 else 1.0) for k in range(10)]
    s.shape([(d * math.cos(a), d * math.sin(a)) for a, d in turns], ink)


def _sun(s: Sign, ink: RGB) -> None:
    for k in range(12):
        turns = [(math.pi * k / 6 + lean * math.pi / 18, d) for lean, d in ((0, 1.0), (1, 0.6), (-1, 0.6))]
        s.shape([(d * math.cos(a), d * math.sin(a)) for a, d in turns], ink)
    s.dot(0, 0, 0.52, ink)


def _flower(s: Sign, ink: RGB) -> None:
    for k in range(6):
        s.dot(0.58 * math.cos(math.pi * k / 3), 0.58 * math.sin(math.pi * k / 3), 0.38, ink)
    s.dot(0, 0, 0.28, mix(ink, WHITE, 0.75))


def _berry(s: Sign, ink: RGB) -> None:
    s.shape([(-0.85, -0.4), (0.85, -0.4), (0.5, 0.5), (0, 1), (-0.5, 0.5)], ink)
    s.shape([(-0.6, -0.4), (-0.2, -1), (0, -0.5), (0.2, -1), (0.6, -0.4)], STALK)
    for px, py in ((-0.4, -0.1), (0, 0), (0.4, -0.1), (-0.2, 0.35), (0.2, 0.35)):
        s.dot(px, py, 0.07, (250, 236, 200))


def _bean(s: Sign, ink: RGB) -> None:
    s.dot(0, 0, 0.72, ink, tall=1)
    s.line([(0.1, -0.9), (-0.18, -0.2), (0.18, 0.25), (-0.1, 0.9)], mix(ink, WHITE, 0.65), 0.16)


def _fish(s: Sign, ink: RGB) -> None:
    s.dot(-0.2, 0, 0.8, ink, tall=0.5)
    s.shape([(0.4, 0), (1, -0.5), (1, 0.5)], ink)
    s.dot(-0.64, -0.08, 0.08, WHITE)


def _peak(s: Sign, ink: RGB) -> None:
    s.shape([(-1, 0.7), (-0.2, -0.7), (0.25, 0.05), (0.5, -0.3), (1, 0.7)], ink)
    s.shape([(-0.4, -0.35), (-0.2, -0.7), (0.02, -0.32), (-0.2, -0.2)], WHITE)


def _round(s: Sign, ink: RGB) -> None:
    s.dot(0, 0.15, 0.85, ink)
    s.shape([(0, -0.6), (0.1, -1), (0.6, -1), (0.3, -0.66)], STALK)


def _grape(s: Sign, ink: RGB) -> None:
    for row, count in enumerate((4, 3, 2, 1)):
        for k in range(count):
            s.dot((k - (count - 1) / 2) * 0.5, 0.45 * row - 0.6, 0.27, ink)


EMBLEMS: dict[str, Callable[[Sign, RGB], None]] = {
    "leaf": _leaf, "drop": _drop, "grain": _grain, "star": _star, "sun": _sun, "flower": _flower, "berry": _berry,
    "bean": _bean, "fish": _fish, "peak": _peak, "apple": _round, "tomato": _round, "grape": _grape,
}  # fmt: skip
