"""How proofs are called and how they report."""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Finding:
    """A proof's figure, and what went against the promise."""

    figure: str
    faults: list[str] = field(default_factory=list)


def say(text: str) -> None:
    """A line of output, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


Proof = Callable[[int, int, bool], Coroutine[Any, Any, Finding]]


def command(name: str, proof: Proof, *, few: int) -> None:
    """The command line of a proof: `--count`, `--seed`, `--control`. Exits 1 if it fails."""
    parser = argparse.ArgumentParser(prog=f"python -m tests.proofs.{name}")
    parser.add_argument("--count", type=int, default=few)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="take the safety away; succeeds if that is noticed")
    options = parser.parse_args()
    began = time.monotonic()
    finding = asyncio.run(proof(options.count, options.seed, options.control))
    seconds = time.monotonic() - began
    say(f"{name}: seed {options.seed}, count {options.count}, {seconds:.0f} s: {finding.figure}")
    for fault in finding.faults[:10]:
        say(f"  - {fault}")
    if options.control:
        say("control: the missing safety was noticed" if finding.faults else "control: NOT noticed")
    else:
        say("FAILED" if finding.faults else "holds")
    sys.exit(bool(finding.faults) == (not options.control))
