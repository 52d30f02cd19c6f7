"""Inside the process: what the engine takes for a reading, and whether that grows with the trip or the store."""

import itertools
import random
import time
from collections.abc import Callable

from carts.reconciliation import Engine, ProductFacts, Scale, WeightBook

READINGS = 5
ONCE = 24  # frames before: what a store's book works out but once for a product is no reading's cost
Frame = Callable[[random.Random, int], list[float]]


def engine_for(products: int, lines: int) -> tuple[Engine, int]:
    """An engine on a trip with so many lines, each scanned and placed; and the time it stands at (ms)."""
    book = WeightBook(
        ProductFacts(f"A{n}", f"Article {n}", "box", "each", 200.0 + n % 800, 210.0 + n % 800, 199)
        for n in range(products)
    )
    engine, at, load = Engine(scale=Scale(1, 40_000, 10), book=book), 0, 0.0
    engine.start(at)
    for line in range(1, lines + 1):
        at = _stand(engine, at, load, 6)
        engine.scan(at, f"A{line}", 1, line)
        load += 210.0 + line
        at = _stand(engine, at, load, 6)
    return engine, at


def _stand(engine: Engine, at: int, load: float, frames: int) -> int:
    for _ in range(frames):
        engine.readings(at, 100, [load + wobble for wobble in (0, 1, 0, -1, 0)])
        at += 500
    return at


def microseconds(engine: Engine, at: int, frames: int, make: Frame) -> tuple[float, int]:
    """CPU of one reading over so many frames, and the time after them."""
    chance = random.Random(5)
    grams = [make(chance, n) for n in range(frames)]
    began = time.process_time()
    for row in grams:
        engine.readings(at, 100, row)
        at += 500
    return (time.process_time() - began) / (frames * READINGS) * 1e6, at


def standing(load: float) -> Frame:
    return lambda chance, _: [load + chance.randrange(-1, 2) for _ in range(READINGS)]


def rolling(load: float) -> Frame:
    return lambda chance, _: [load + chance.gauss(0, 60) for _ in range(READINGS)]


def changing(load: float) -> Frame:
    """Something goes in and comes out again every three seconds."""
    return lambda chance, n: [load + (300 if n % 12 >= 6 else 0) + chance.randrange(-1, 2) for _ in range(READINGS)]


def report(frames: int) -> None:
    load = sum(210.0 + line for line in range(1, 6))
    print("\n| engine, CPU µs a reading | standing | rolling | changing |\n| --- | --- | --- | --- |")
    for products, lines in itertools.product((1_000, 100_000), (5, 60)):
        load = sum(210.0 + line for line in range(1, lines + 1))
        found = []
        for make in (standing(load), rolling(load), changing(load)):
            engine, at = engine_for(products, lines)
            _, at = microseconds(engine, at, ONCE, make)
            found.append(microseconds(engine, at, frames, make)[0])
        print(f"| {lines} lines, {products:,} products | " + " | ".join(f"{value:.1f}" for value in found) + " |")
    engine, at = engine_for(1_000, 5)
    minute = 240
    early, at = microseconds(engine, at, minute, standing(load := sum(210.0 + n for n in range(1, 6))))
    for _ in range(115):
        _, at = microseconds(engine, at, minute, standing(load))
    late, _ = microseconds(engine, at, minute, standing(load))
    print(f"a reading at minute 120 / at minute 2, standing: {late:.2f} / {early:.2f} µs")
    print("(must 6 standing or rolling, 30 changing; aim 3 and 12)")
