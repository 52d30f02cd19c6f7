"""Pictures of a learned weight, as points of an SVG: how likely each weight is, and how the mean has moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from inventory.models import WeightDay

WIDTH: Final = 640
HEIGHT: Final = 180
STEPS: Final = 160
SPREAD: Final = 0.01  # what packs scatter by where nothing is known yet, relative to their weight


@dataclass(frozen=True)
class Plot:
    """`line` and `band` are points of a polyline and a polygon in a box of WIDTH x HEIGHT; `marks` are (x, text)."""

    line: str
    band: str
    marks: tuple[tuple[float, str], ...]
    words: str


def distribution(modes: Sequence[Mapping[str, float]], listed_g: int | None) -> Plot | None:
    """The density of the next unit's weight; None where nothing is known."""
    if not modes:
        return None
    parts = [(m["weight"], m["mean"], math.sqrt(m["variance"] + (SPREAD * m["mean"]) ** 2 + 0.25)) for m in modes]
    shown = [part for part in parts if part[0] >= 0.01] or parts
    low = min(mean - 4 * sd for _, mean, sd in shown)
    high = max(mean + 4 * sd for _, mean, sd in shown)
    if listed_g is not None:
        room = 0.15 * (high - low)  # for the words beside the mark
        low, high = min(low, listed_g - room), max(high, listed_g + room)
    grid = [low + (high - low) * i / STEPS for i in range(STEPS + 1)]
    heights = [sum(w * math.exp(-0.5 * ((x - m) / sd) ** 2) / sd for w, m, sd in parts) for x in grid]
    top = max(heights) or 1.0

    def across(grams: float) -> float:
        return round((grams - low) / (high - low) * WIDTH, 1)

    points = [f"{across(x)},{round(HEIGHT - h / top * (HEIGHT - 12), 1)}" for x, h in zip(grid, heights, strict=True)]
    marks = [(across(mean), f"{mean:.0f} g") for _, mean, _ in shown]
    if listed_g is not None:
        marks.append((across(listed_g), f"listed {listed_g} g"))
    likely = ", ".join(f"{mean:.0f} g ({share * 100:.0f} %)" for share, mean, _ in shown)
    band = f"0,{HEIGHT} {' '.join(points)} {WIDTH},{HEIGHT}"
    return Plot(" ".join(points), band, tuple(marks), f"Most likely weights: {likely}.")


def history(days: Sequence[WeightDay]) -> Plot | None:
    """The mean by day with a band of twice its standard deviation; None below two days."""
    if len(days) < 2:
        return None
    first, last = days[0].day.toordinal(), days[-1].day.toordinal()
    low = min(day.mean_g - 2 * day.sd_g for day in days)
    high = max(day.mean_g + 2 * day.sd_g for day in days)

    def at(day: WeightDay, grams: float) -> str:
        x = (day.day.toordinal() - first) / max(1, last - first) * WIDTH
        y = HEIGHT - (grams - low) / max(0.1, high - low) * HEIGHT
        return f"{x:.1f},{y:.1f}"

    upper = [at(day, day.mean_g + 2 * day.sd_g) for day in days]
    lower = [at(day, day.mean_g - 2 * day.sd_g) for day in reversed(days)]
    marks: list[tuple[float, str]] = [
        (round((day.day.toordinal() - first) / max(1, last - first) * WIDTH, 1), day.note) for day in days if day.note
    ]
    words = (
        f"From {days[0].mean_g:.0f} g on {days[0].day:%d.%m.%Y} to {days[-1].mean_g:.0f} g on {days[-1].day:%d.%m.%Y}."
    )
    return Plot(" ".join(at(day, day.mean_g) for day in days), " ".join(upper + lower), tuple(marks), words)


def shares(modes: Sequence[Mapping[str, Any]]) -> list[tuple[float, float, float]]:
    """Mean, doubt of the mean (both grams) and share of each mode that counts, the likeliest first."""
    counted = sorted((mode for mode in modes if mode["weight"] >= 0.005), key=lambda mode: -mode["weight"])
    return [(mode["mean"], math.sqrt(mode["variance"]), mode["weight"]) for mode in counted]
