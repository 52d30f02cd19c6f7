"""The engine measured: python -m tests.benchmarks.reconciliation [--traces DIR] [--trips N] [--variant X]

Learns from dev.learn, judges dev.score, and prints the traces' own scorer for ours and for both baselines side by side,
the figures of a start without learning, and the cost per reading over whole trips, decoding included.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from carts.reconciliation import Policy, WeightBook
from carts.replay import read_catalogue, replay_trip, resolver
from carts.replay.run import DECODER, Weight, lines_of, written
from tests.benchmarks.variants import NAMES, catalogue, maker


def scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("trace_score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"No score.py in {folder}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(
    folder: Path, learn: bool, most: int | None, variant: str, truth: dict[str, Any]
) -> tuple[dict[str, Any], float]:
    """Verdicts by trip, and microseconds per reading over the trips judged; `truth` follows the variant's holes."""
    vary, products = maker(variant, folder), catalogue(variant, read_catalogue(folder / "dev.catalog.csv"))
    book, resolve, policy = WeightBook(products), resolver(products), Policy()
    for line in lines_of([folder / "dev.learn.jsonl.gz"]) if learn else ():
        taught, _ = vary(DECODER.decode(line), None)
        engine, _, _ = replay_trip(taught, book, policy, resolve)
        book.learn(engine.lessons())
    verdicts: dict[str, Any] = {}
    readings, spent = 0, 0.0
    for line in itertools.islice(lines_of([folder / "dev.score.jsonl.gz"]), most):
        begun = time.process_time()
        trip = DECODER.decode(line)
        spent += time.process_time() - begun
        trip, told = vary(trip, truth[trip.trip])
        truth[trip.trip] = told or truth[trip.trip]
        begun = time.process_time()
        engine, basket, verdict = replay_trip(trip, book, policy, resolve)
        book.learn(engine.lessons())
        spent += time.process_time() - begun
        readings += sum(len(f.grams) for f in trip.frames if isinstance(f, Weight))
        verdicts[trip.trip] = json.loads(json.dumps(written(trip.trip, engine, basket, verdict), default=vars))
    return verdicts, 1e6 * spent / max(readings, 1)


def baseline(folder: Path, mode: str, score: ModuleType) -> dict[str, Any]:
    names = ["dev.catalog.csv", "dev.learn.jsonl.gz", "dev.score.jsonl.gz"]
    command = [sys.executable, str(folder / "baseline.py"), mode, *[str(folder / name) for name in names]]
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as out:
        subprocess.run(command, stdout=out, check=True)
        verdicts: dict[str, Any] = score.read(out.name)
    return verdicts


def table(columns: dict[str, dict[str, Any]]) -> None:
    print(f"{'':40s}" + "".join(f"{name:>12s}" for name in columns))
    for figure in next(iter(columns.values())):
        print(f"{figure:40s}" + "".join(f"{'–' if c[figure] is None else c[figure]:>12}" for c in columns.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--traces", type=Path, default=Path("../shared/traces"))
    parser.add_argument("--trips", type=int, help="judge only the first so many")
    parser.add_argument("--variant", choices=NAMES, default="", help="other carts made of the same trips")
    parser.add_argument("--no-baselines", action="store_true")
    args = parser.parse_args()
    score = scorer(args.traces)
    truth = score.read(args.traces / "dev.score.truth.jsonl")
    warm, cost = ours(args.traces, True, args.trips, args.variant, truth)
    cold, _ = ours(args.traces, False, args.trips, args.variant, truth)
    truth = {name: row for name, row in truth.items() if name in warm}
    columns = {"ours": score.score(truth, warm), "ours, cold": score.score(truth, cold)}
    for half, name in enumerate(("even trips", "odd trips")):
        some = {trip: row for trip, row in truth.items() if int(trip[-4:]) % 2 == half}
        columns[name] = score.score(some, warm)
    for mode in () if args.no_baselines or args.variant else ("fixed", "learned"):
        columns[mode] = score.score(truth, baseline(args.traces, mode, score))
    table(columns)
    print(f"{'microseconds per reading':40s}{cost:12.1f}")


if __name__ == "__main__":
    main()
