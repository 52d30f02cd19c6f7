"""A trip as a picture: weight, levels, scans, hypotheses and discrepancies, as one SVG.

Time runs to the right, the load upwards; a long trip is drawn narrower, and no wider than WIDEST. Grey: readings; blue:
levels with their grams; red bands: discrepancies while they stood open. Below: scans and other events, and the stories
that were believed after each level, each as high as its share of belief, with its words on hover.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from carts.reconciliation import Discrepancy, Engine, Level, Output, Policy, Story, WeightBook, stories

from .run import Basket, Event, Recorded, Resolve, Weight, apply_event

HEIGHT, LEFT, TOP, EVENTS, BELIEF = 380, 64, 44, 118, 90
PIXELS_PER_MS, WIDEST = 0.006, 4000
TONES = ("#2f6fc4", "#d08a2c", "#a23b8f")
Belief = tuple[int, tuple[Story, ...]]


def watch(
    trip: Recorded, book: WeightBook, policy: Policy, resolve: Resolve
) -> tuple[Engine, list[Output], list[Belief]]:
    """Run a trip; keep everything that the engine said, and what it believed whenever it said something."""
    engine, basket = Engine(scale=trip.scale, book=book, policy=policy), Basket()
    said: list[Output] = []
    believed: list[Belief] = []
    for frame in trip.frames:
        new: list[Output] = []
        if isinstance(frame, Weight):
            new = engine.readings(frame.at, frame.step, frame.grams)
        elif isinstance(frame, Event):
            new = apply_event(engine, basket, frame, resolve)
        if new and isinstance(frame, Weight | Event):
            believed.append((frame.at, stories(engine.tracker, book.name)))
        said += new
    return engine, said, believed


class Canvas:
    """Maps milliseconds and grams to pixels."""

    def __init__(self, start_ms: int, end_ms: int, top_g: float) -> None:
        self.start, self.span = start_ms, max(end_ms - start_ms, 1)
        self.per_ms = min(PIXELS_PER_MS, (WIDEST - LEFT) / self.span)
        self.width = LEFT + int(self.span * self.per_ms) + 150
        self.top_g = max(top_g, 100.0)

    def x(self, at: float) -> float:
        return LEFT + (at - self.start) * self.per_ms

    def y(self, grams: float) -> float:
        share = min(max(grams / self.top_g, -0.03), 1.03)
        return TOP + (1 - share) * HEIGHT


def text(x: float, y: float, words: str, turn: int = 0, size: int = 10, color: str = "#222") -> str:
    turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{color}"{turned}>{escape(words)}</text>'


def titled(words: str, drawn: str) -> str:
    return f"<g><title>{escape(words)}</title>{drawn}</g>"


def axes(canvas: Canvas) -> list[str]:
    """Grams at the left, minutes and seconds below."""
    drawn = []
    for k in range(6):
        grams = canvas.top_g * k / 5
        y = canvas.y(grams)
        drawn.append(f'<path d="M{LEFT} {y:.1f}H{canvas.width - 150}" stroke="#eee"/>')
        drawn.append(text(6, y + 4, f"{grams:,.0f} g", color="#555"))
    steps = (5_000, 10_000, 30_000, 60_000, 300_000, 600_000)
    step = next((s for s in steps if s * canvas.per_ms >= 50), steps[-1])
    for at in range(0, canvas.span + 1, step):
        x = canvas.x(canvas.start + at)
        drawn.append(f'<path d="M{x:.1f} {TOP + HEIGHT}v4" stroke="#888"/>')
        drawn.append(text(x - 10, TOP - 6, f"{at // 60_000}:{at // 1000 % 60:02d}", color="#777"))
    return drawn


def readings(trip: Recorded, canvas: Canvas) -> str:
    points = [
        f"{canvas.x(f.at + k * f.step):.1f},{canvas.y(g):.1f}"
        for f in trip.frames
        if isinstance(f, Weight)
        for k, g in enumerate(f.grams)
    ]
    return f'<polyline points="{" ".join(points)}" fill="none" stroke="#a5a5a5" stroke-width="0.8"/>'


def levels(said: Iterable[Output], canvas: Canvas) -> list[str]:
    drawn: list[str] = []
    free: dict[int, float] = {}
    for level in (o for o in said if isinstance(o, Level)):
        x, y = canvas.x(level.at), canvas.y(level.after_g)
        mark = f'<path d="M{x - 6:.1f} {y:.1f}h12" stroke="#05c" stroke-width="2.5"/>'
        label = text(x - 6, y - 6, f"{level.after_g:,.0f} g", color="#05c") if x >= free.get(round(y / 14), 0) else ""
        free[round(y / 14)] = x + 46
        drawn.append(titled(level.explanation, mark + label))
    return drawn


def events(trip: Recorded, name: Callable[[str], str], resolve: Resolve, canvas: Canvas) -> list[str]:
    """Each event with its words, turned; words that would lie on others are left to the hover."""
    drawn, free = [], 0.0
    for f in (f for f in trip.frames if isinstance(f, Event)):
        key = resolve(str(f.data.get("code", "")))
        quantity = f.data.get("quantity", 1)
        several = f"{quantity} × " if isinstance(quantity, int) and quantity > 1 else ""
        words = f"{f.kind} {several}{name(key)[:26]}" if key else f.kind
        x = canvas.x(f.at)
        line = f'<path d="M{x:.1f} {TOP}v{HEIGHT + 6}" stroke="#2a8a2a" stroke-width="0.6" stroke-dasharray="2 3"/>'
        label = text(x, TOP + HEIGHT + 16, words, 38, 10, "#1d6b1d") if x >= free else ""
        free = x + 11 if label else free
        drawn.append(titled(words, line + label))
    return drawn


def bands(found: Iterable[Discrepancy], name: Callable[[str], str], end_ms: int, canvas: Canvas) -> list[str]:
    drawn = []
    for row, d in enumerate(found):
        x, until = canvas.x(d.opened_at), canvas.x(d.cleared_at if d.cleared_at is not None else end_ms)
        what = ", ".join(name(product) for product in d.products)
        words = f"{d.kind}{f' {what[:28]}' if what else ''}: expected {d.expected_g:.0f} ± {d.tolerance_g:.0f} g, "
        words += f"saw {d.observed_g:.0f} g ({d.probability:.0%})" + ("" if d.cleared_at is None else ", cleared")
        size = f'x="{x:.1f}" y="{TOP}" width="{max(until - x, 2):.1f}" height="{HEIGHT}"'
        box = f'<rect {size} fill="#c00" opacity="0.10"/>'
        drawn.append(titled(d.explanation, box + text(x + 3, TOP + 13 + 13 * (row % 5), words, 0, 11, "#9a0f0f")))
    return drawn


def beliefs(believed: list[Belief], end_ms: int, canvas: Canvas) -> list[str]:
    """Stacked shares of belief, from each time the engine spoke to the next; hover tells the stories."""
    base = TOP + HEIGHT + EVENTS
    words = "what was believed: green, all is in order; other colours, other stories (hover for their words)"
    drawn = [text(LEFT, base - 5, words, color="#555"), text(6, base + 10, "100 %", color="#555")]
    drawn.append(text(6, base + BELIEF, "0 %", color="#555"))
    drawn.append(f'<rect x="{LEFT}" y="{base}" width="{canvas.width - 150 - LEFT}" height="{BELIEF}" fill="#f4f4f4"/>')
    ends = [at for at, _ in believed[1:]] + [end_ms]
    for (at, found), until in zip(believed, ends, strict=True):
        x, wide, y = canvas.x(at), max(canvas.x(until) - canvas.x(at), 0.8), float(base + BELIEF)
        for place, story in enumerate(found):
            high = story.share * BELIEF
            y -= high
            words = f"{story.share:.1%}: {', '.join(story.facts) or 'all in order'}"
            tone = "#9cc79c" if not story.facts else TONES[place % len(TONES)]
            size = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"'
            drawn.append(titled(words, f'<rect {size} fill="{tone}" stroke="white" stroke-width="0.4"/>'))
    return drawn


def plot_trip(trip: Recorded, book: WeightBook, policy: Policy, resolve: Resolve) -> str:
    """An SVG document of the trip."""
    engine, said, believed = watch(trip, book, policy, resolve)
    times = [f.at for f in trip.frames if isinstance(f, Weight | Event)]
    start, end = (min(times), max(times)) if times else (0, 0)
    top = max((o.after_g for o in said if isinstance(o, Level)), default=100.0) * 1.12
    canvas = Canvas(start, end, top)
    verdict = engine.verdict(end)
    parts = [
        text(LEFT, 18, f"Trip {trip.trip}: {verdict.outcome}, risk {verdict.risk:.2f}", 0, 14),
        *axes(canvas),
        *bands(engine.discrepancies(), book.name, end, canvas),
        readings(trip, canvas),
        *events(trip, book.name, resolve, canvas),
        *levels(said, canvas),
        *beliefs(believed, end, canvas),
    ]
    high = TOP + HEIGHT + EVENTS + BELIEF + 16
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{canvas.width}" height="{high}"'
    return f'{head} font-family="sans-serif"><rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>\n'
