"""Prints the tables of docs/scale.md. `--quick` for a first look of a minute or two, `--part` for one of them."""

import argparse
import os

from tests.benchmarks.stream import connected, frames, inside, journals
from tests.benchmarks.stream.server import LOAD_CORE

PARTS = ("inside", "journal", "held", "memory", "pace", "frames")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--part", choices=PARTS, action="append")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    quick, parts = options.quick, options.part or PARTS
    print("load average {:.1f} {:.1f} {:.1f}, {} cores".format(*os.getloadavg(), os.cpu_count() or 1), flush=True)
    if "inside" in parts:
        inside.report(200 if quick else 2000)
    if "journal" in parts:
        journals.report(*((4000, 1) if quick else (10_000, 3)))
    if "held" in parts:
        connected.held(10 if quick else 30)
    if "memory" in parts:
        connected.memory(200 if quick else 300)
    if "pace" in parts:
        connected.pace([500] if quick else [1000, 2000, 5000], 10 if quick else 30)
    if "frames" in parts:
        frames.report(*((1, 100) if quick else (3, 400)))


if __name__ == "__main__":
    main()
