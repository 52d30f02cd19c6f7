"""`make audit`: holds the locked packages against the advisories of PyPI, or of OSV where PyPI does not answer.

Exit code 1 for a package with a known fault, 0 for none; 2 where no source could be reached, for then nothing is known.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SOURCES = ("pypi", "osv")
CLEAN, FOUND, UNKNOWN = 0, 1, 2
LIMIT_S = 300


@dataclass(frozen=True)
class Answer:
    """What pip-audit said of one file: `out` is its JSON, empty where it could not ask."""

    out: str
    trouble: str


def ask(lock: Path, source: str) -> Answer:
    """Runs pip-audit over the pinned versions alone: nothing is installed or resolved."""
    words = ["pip_audit", "--requirement", str(lock), "--no-deps", "--disable-pip", "--format", "json",
             "--progress-spinner", "off", "--vulnerability-service", source]  # fmt: skip
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-m", *words], capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Answer("", f"no answer within {LIMIT_S} s")
    last = done.stderr.strip().rpartition("\n")[2]
    # It calls a list "clean" of which it could look nothing up.
    return Answer(done.stdout, "it does not know all packages" if done.stdout else last)


def faults(answer: Answer) -> list[str] | None:
    """A line for each known fault; None where the answer tells nothing, or not of every package."""
    try:
        packages = json.loads(answer.out)["dependencies"]
    except (ValueError, KeyError):
        return None
    if not packages or any("skip_reason" in package for package in packages):
        return None
    return [
        f"{package['name']} {package['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'none'}"
        for package in packages
        for fault in package["vulns"]
    ]


def audit(locks: list[Path]) -> int:
    """Asks about each file in turn, and tells; the worst of their codes."""
    worst = CLEAN
    for lock in locks:
        for source in SOURCES:
            answer = ask(lock, source)
            found = faults(answer)
            if found is not None:
                told = "\n".join(f"  {line}" for line in found) or "  no known faults"
                sys.stdout.write(f"{lock} ({source}):\n{told}\n")
                worst = max(worst, FOUND if found else CLEAN)
                break
            sys.stdout.write(f"{lock}: {source} could not be asked: {answer.trouble[:200]}\n")
        else:
            sys.stdout.write(f"{lock}: no source of advisories was reached. Nothing is known of it, good or bad.\n")
            worst = UNKNOWN
    return worst


if __name__ == "__main__":
    sys.exit(audit([Path(name) for name in sys.argv[1:]]))
