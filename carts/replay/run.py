"""Recorded trips through the engine, in order, learning weights on the way."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from carts.reconciliation import Engine, Output, Policy, ProductFacts, Scale, Verdict, WeightBook
from inventory.barcodes import Read, catalogue_key, read

Resolve = Callable[[str], str | None]


class Weight(msgspec.Struct, tag_field="type", tag="weight"):
    at: int
    step: int
    grams: list[float]


class Event(msgspec.Struct, tag_field="type", tag="event"):
    at: int
    kind: str
    data: dict[str, Any] = msgspec.field(default_factory=dict)


class Hello(msgspec.Struct, tag_field="type", tag="hello"):
    pass


class Skip(msgspec.Struct, tag_field="type", tag="skip"):
    pass


class Health(msgspec.Struct, tag_field="type", tag="health"):
    pass


Frame = Weight | Event | Hello | Skip | Health


class Recorded(msgspec.Struct):
    """A recorded trip: its name, the cart's scale, the cart's messages in order of arrival."""

    trip: str
    frames: list[Frame]
    scale: Scale = Scale()


class Loose(msgspec.Struct):
    """A recorded trip with its messages still as text."""

    trip: str
    frames: list[msgspec.Raw]
    scale: Scale = Scale()


DECODER = msgspec.json.Decoder(Recorded)
LOOSE = msgspec.json.Decoder(Loose)
FRAME = msgspec.json.Decoder(Frame)
MOST_AT_ONCE = 99


def open_trips(path: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.open(path, "rb")) if path.suffix == ".gz" else path.open("rb")


def lines_of(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with open_trips(path) as handle:
            yield from (line for line in handle if line.strip())


class Basket:
    """Lines of a replayed trip: scans of one product share a line, as in the live basket."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self.counts: Counter[str] = Counter()

    def line(self, product: str) -> int:
        return self.lines.setdefault(product, len(self.lines) + 1)


def apply_event(engine: Engine, basket: Basket, event: Event, resolve: Resolve) -> list[Output]:
    """Hand one event to the engine as the live stream does; what the basket refuses never reaches it."""
    at, data = event.at, event.data
    product = resolve(str(data.get("code", "")))
    asked = data.get("quantity", 1)
    quantity = asked if isinstance(asked, int) and 1 <= asked <= MOST_AT_ONCE else 1
    if event.kind == "scan" and product is not None:
        basket.counts[product] += quantity
        return engine.scan(at, product, quantity, basket.line(product), known_weight_g=label_grams(data))
    if event.kind == "remove" and product is not None:
        quantity = min(quantity, basket.counts[product])
        basket.counts[product] -= quantity
        return engine.remove(at, product, quantity, basket.line(product)) if quantity else []
    if event.kind == "dispute" and str(data.get("discrepancy", "")).isdigit():
        return engine.dispute(at, int(data["discrepancy"]))
    plain: dict[str, Callable[[int], list[Output]]] = {
        "start": engine.start,
        "bag": engine.bag,
        "pause": engine.pause,
        "resume": engine.resume,
        "seal": engine.seal,
        "reopen": engine.reopen,
        "cancel": engine.cancel,
    }
    return plain[event.kind](at) if event.kind in plain else []


def label_grams(data: dict[str, Any]) -> float | None:
    """The net weight that a label states: as the live stream has read it, or in its GS1 elements. Else None.

    Layouts of in-store labels are a store's own; files don't tell them.
    """
    if "label_g" in data:
        return None if data["label_g"] is None else float(data["label_g"])
    found = read(str(data.get("code", "")))
    stated = found.weight_g if isinstance(found, Read) and found.elements else None
    return None if stated is None else float(stated)


def replay_trip(trip: Recorded, book: WeightBook, policy: Policy, resolve: Resolve) -> tuple[Engine, Basket, Verdict]:
    """One trip, start to end; the book is asked, not changed."""
    engine, basket = Engine(scale=trip.scale, book=book, policy=policy), Basket()
    at = 0
    for frame in trip.frames:
        if isinstance(frame, Weight):
            engine.readings(frame.at, frame.step, frame.grams)
            at = max(at, frame.at + frame.step * len(frame.grams))
        elif isinstance(frame, Event):
            apply_event(engine, basket, frame, resolve)
            at = max(at, frame.at)
    return engine, basket, engine.verdict(at)


def written(trip: str, engine: Engine, basket: Basket, verdict: Verdict) -> dict[str, Any]:
    """The line of output that the protocol document describes."""
    weights = {product: engine.state.weighed.get(line) for product, line in basket.lines.items()}
    return {
        "trip": trip,
        "outcome": verdict.outcome,
        "risk": verdict.risk,
        "discrepancies": [
            {
                "kind": d.kind,
                "opened_at": d.opened_at,
                "cleared_at": d.cleared_at,
                "codes": list(d.products),
                "expected_g": d.expected_g,
                "observed_g": d.observed_g,
                "tolerance_g": d.tolerance_g,
                "probability": d.probability,
                "candidates": msgspec.to_builtins(d.candidates),
                "explanation": d.explanation,
            }
            for d in engine.discrepancies()
        ],
        "basket": [
            {"code": code, "quantity": count, **({"weight_g": round(w, 1)} if (w := weights[code]) is not None else {})}
            for code, count in basket.counts.items()
            if count > 0
        ],
    }


def resolver(products: Iterable[ProductFacts]) -> Resolve:
    """Codes as read to the catalogue's, by what the code means (`inventory.barcodes`); else by the text itself."""
    known = {facts.key: facts.key for facts in products}
    for key in list(known):
        known.setdefault(catalogue_key(key), key)
        known.setdefault(key.lstrip("0"), key)

    def resolve(code: str) -> str | None:
        if code in known:
            return known[code]
        found = read(code)
        for key in found.keys if isinstance(found, Read) else ():
            if key in known:
                return known[key]
        bare = code[3:] if code.startswith("]") else code
        return known.get(bare) or known.get(bare.lstrip("0"))

    return resolve


def recorded(paths: Iterable[Path]) -> Iterator[Recorded]:
    """Trips of files in order. Raises msgspec.ValidationError for a line that is no recorded trip."""
    for line in lines_of(paths):
        try:
            yield DECODER.decode(line)
        except msgspec.ValidationError:
            yield salvaged(line)


def salvaged(line: bytes) -> Recorded:
    """A trip some of whose messages the live stream would have refused: they are left out, the rest stands."""
    loose = LOOSE.decode(line)
    frames = []
    for raw in loose.frames:
        try:
            frames.append(FRAME.decode(raw))
        except msgspec.MsgspecError:
            continue
    return Recorded(loose.trip, frames, loose.scale)


def replay_files(
    paths: Iterable[Path], products: list[ProductFacts], policy: Policy | None = None
) -> Iterator[dict[str, Any]]:
    """Verdicts of all trips in the files, in order; product weights are learned on the way."""
    book, resolve = WeightBook(products), resolver(products)
    for trip in recorded(paths):
        engine, basket, verdict = replay_trip(trip, book, policy or Policy(), resolve)
        yield written(trip.trip, engine, basket, verdict)
        book.learn(engine.lessons())
