"""Other carts made of the recorded trips, so that nothing is fitted to one scale or one catalogue.

Theory. A reading is load plus shaking plus noise. A running median over 1.1 s keeps the load's steps, so what deviates
from it is shaking and noise: doubled, the cart vibrates twice as much; where the load stands, the noise can be
replaced by a real scale's residuals. Holes are cut where they fall.
`rough`: 5 g steps, twice the vibration, a hole in half of the trips that had none. `real`: a real scale's noise.
`sparse`: the catalogue lists a gross weight for half of those it did, and one in eight of them wrong.
Chance comes from the trip's or the product's name, so every run makes the same. Units: grams, milliseconds.
"""

from __future__ import annotations

import csv
import itertools
import random
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from carts.reconciliation import ProductFacts, Scale
from carts.replay.run import Frame, Recorded, Weight

Truth = dict[str, Any]
Vary = Callable[[Recorded, Truth | None], tuple[Recorded, Truth | None]]
WINDOW = 5  # readings to either side of the running median
QUIET_G = 8.0  # spread of the window up to which the load stands
ROUGH_DIVISION_G = 5.0
NAMES = ("rough", "real", "sparse")


def middles(values: list[float]) -> tuple[list[float], list[bool]]:
    """Running median, and whether the load stands there."""
    found, quiet = [], []
    for i in range(len(values)):
        around = sorted(values[max(0, i - WINDOW) : i + WINDOW + 1])
        found.append(around[len(around) // 2])
        quiet.append(around[-2] - around[1 if len(around) > 3 else 0] <= QUIET_G)
    return found, quiet


def with_readings(trip: Recorded, change: Callable[[list[float]], list[float]]) -> Recorded:
    """The trip with all its readings changed as one series."""
    series = change([x for f in trip.frames if isinstance(f, Weight) for x in f.grams])
    frames: list[Frame] = []
    at = 0
    for f in trip.frames:
        if isinstance(f, Weight):
            frames.append(msgspec.structs.replace(f, grams=series[at : at + len(f.grams)]))
            at += len(f.grams)
        else:
            frames.append(f)
    return msgspec.structs.replace(trip, frames=frames)


def shaken(values: list[float]) -> list[float]:
    """Twice the vibration where the cart shakes; a scale of 5 g steps."""
    middle, quiet = middles(values)
    twice = [x if still else 2 * x - m for x, m, still in zip(values, middle, quiet, strict=True)]
    return [ROUGH_DIVISION_G * round(x / ROUGH_DIVISION_G) for x in twice]


def holed(trip: Recorded, truth: Truth | None, dice: random.Random) -> tuple[Recorded, Truth | None]:
    """Half of the trips that have no hole get one of 8 to 24 seconds; events in it arrive, readings don't."""
    ends = [f.at for f in trip.frames if isinstance(f, Weight)]
    whole = all(b - a < 4000 for a, b in itertools.pairwise(ends))
    if dice.random() < 0.5 or not whole or ends[-1] < 90000:
        return trip, truth
    begin = dice.randrange(20000, ends[-1] - 50000)
    end = begin + dice.randrange(8000, 24000)
    frames = [f for f in trip.frames if not (isinstance(f, Weight) and begin <= f.at < end)]
    told = truth if truth is None else {**truth, "hole": [begin, end]}
    return msgspec.structs.replace(trip, frames=frames), told


def rough(trip: Recorded, truth: Truth | None) -> tuple[Recorded, Truth | None]:
    scale = Scale(ROUGH_DIVISION_G, trip.scale.capacity_g, trip.scale.rate_hz)
    changed = msgspec.structs.replace(with_readings(trip, shaken), scale=scale)
    return holed(changed, truth, random.Random("rough " + trip.trip))


def residuals(folder: Path) -> list[float]:
    """What a real scale's readings are off their level while nothing moves, in order."""
    found: list[float] = []
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            logged = [float(row[1]) for row in csv.reader(handle)]
        for i in range(0, len(logged) - 50, 50):
            part = logged[i : i + 50]
            centre = statistics.median(part)
            if sorted(part)[-3] - sorted(part)[2] < QUIET_G:
                found += [x - centre for x in part]
    return found


def real_noise(folder: Path) -> Vary:
    noise = residuals(folder)

    def vary(trip: Recorded, truth: Truth | None) -> tuple[Recorded, Truth | None]:
        start, division = random.Random("real " + trip.trip).randrange(len(noise)), trip.scale.division_g

        def laid(values: list[float]) -> list[float]:
            middle, quiet = middles(values)
            base = [m if still else x for x, m, still in zip(values, middle, quiet, strict=True)]
            return [division * round((x + noise[(start + i) % len(noise)]) / division) for i, x in enumerate(base)]

        return with_readings(trip, laid), truth

    return vary


def maker(name: str, traces: Path) -> Vary:
    """The change to each trip that a variant makes ("" none). Raises KeyError for an unknown name."""
    same: Vary = lambda trip, truth: (trip, truth)  # noqa: E731
    if name == "real":
        return real_noise(traces / "real_scale")
    return {"": same, "rough": rough, "sparse": same}[name]


def catalogue(name: str, products: list[ProductFacts]) -> list[ProductFacts]:
    """The catalogue that a variant's store has."""
    return [thinned(p) for p in products] if name == "sparse" else products


def thinned(facts: ProductFacts) -> ProductFacts:
    dice = random.Random("sparse " + facts.key)
    if facts.gross_g is None or dice.random() < 0.5:
        return msgspec.structs.replace(facts, gross_g=None)
    wrong = dice.random() < 0.125
    return msgspec.structs.replace(facts, gross_g=facts.gross_g * dice.uniform(0.6, 1.6)) if wrong else facts
