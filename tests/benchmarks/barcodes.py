"""How many GS1 vectors are read as they should be, by group: ``python -m tests.benchmarks.barcodes [VECTORS]``.

A vector passes when a well-formed code gives every value that is expected of it, and a malformed one is refused. The
second column reads the same codes without being told what kind they are.
"""

import json
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

from inventory.barcodes import KINDS, Read, StoreRules, Unreadable, read
from inventory.barcodes._code_lists import CURRENCIES

DEFAULT = Path(__file__).resolve().parents[3] / "shared" / "gs1" / "vectors.jsonl"
GS1_128 = "]C101095060001343523103000195"
SHOWN = 40
FUZZED = 100_000


def rules_of(vector: dict[str, Any]) -> StoreRules:
    """The store's rules that a vector assumes."""
    options = vector.get("options") or {}
    region = options.get("region")
    return StoreRules(
        region=region if region not in ("template", "none") else None,
        templates=(options["template"],) if region == "template" else (),
        short_gtin=bool(options.get("zero_suppressed_gtin")),
    )


def found_of(answer: Read) -> dict[str, Any]:
    """A reading in the words of the vectors."""
    currency = next((ai[1][:3] for ai in answer.elements if ai[0].startswith(("391", "393"))), None)
    return {
        "ais": [list(pair) for pair in answer.elements],
        "gtin": answer.gtin,
        "sscc": answer.sscc,
        "plu": answer.plu,
        "organic": answer.organic,
        "item_ref": answer.item_ref,
        "net_weight_g": answer.weight_g,
        "price": answer.price,
        "currency": answer.currency,
        "currency_num": currency if currency and answer.currency == CURRENCIES[currency][0] else None,
        "count": answer.count,
        "text": answer.text,
        "expiry": answer.element("17") if answer.expiry else None,
        "best_before": answer.element("15") if answer.best_before else None,
    }


def same(name: str, expected: Any, found: Any) -> bool:
    """Whether a value is the expected one; amounts are compared as numbers."""
    if name in ("price", "net_weight_g"):
        return found is not None and Decimal(str(expected)) == Decimal(str(found))
    return bool(expected == found)


def passes(vector: dict[str, Any], answer: Read | Unreadable) -> bool:
    """Whether the answer is what the vector asks for."""
    if not vector["valid"] or isinstance(answer, Unreadable):
        return isinstance(answer, Unreadable) and not vector["valid"]
    found = found_of(answer)
    return all(same(name, expected, found[name]) for name, expected in vector["expected"].items())


def measures(vectors: Iterable[dict[str, Any]], *, told: bool) -> dict[tuple[int, str], list[dict[str, Any]]]:
    """Vectors by tier and group, each with `passed` and `answer` set."""
    groups: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for vector in vectors:
        answer = read(vector["input"], rules_of(vector), kind=vector["kind"] if told else None)
        groups[vector["tier"], vector["group"]].append(vector | {"passed": passes(vector, answer), "answer": answer})
    return groups


def report(groups: dict[tuple[int, str], list[dict[str, Any]]], untold: dict[tuple[int, str], list[Any]]) -> None:
    """Prints one line a group, then a line a tier."""
    print(f"{'tier':4} {'group':16} {'passed':>11} {'form alone':>11}")
    for (tier, group), rows in sorted(groups.items()):
        passed, blind = (sum(row["passed"] for row in found) for found in (rows, untold[tier, group]))
        print(f"{tier:4} {group:16} {passed:5}/{len(rows):<5} {blind:5}/{len(rows):<5}")
    for tier in sorted({tier for tier, _ in groups}):
        for name, found in (("told", groups), ("form alone", untold)):
            rows = [row for key, part in found.items() if key[0] == tier for row in part]
            passed = sum(row["passed"] for row in rows)
            print(f"tier {tier}, {name}: {passed}/{len(rows)} = {100 * passed / len(rows):.2f} %")


def speed(code: str) -> float:
    """Microseconds a reading."""
    rounds = 20_000
    started = time.perf_counter()
    for _ in range(rounds):
        read(code)
    return (time.perf_counter() - started) / rounds * 1e6


def fuzzed(vectors: list[dict[str, Any]], count: int, seed: int = 1) -> list[str]:
    """Texts that made the reader raise, of `count` vectors with up to four places changed, left out or doubled."""
    rng = random.Random(seed)
    letters = (
        "0123456789" * 3 + "".join(sorted({letter for vector in vectors for letter in vector["input"]})) + "\ud800"
    )
    raised = []
    for _ in range(count):
        vector = rng.choice(vectors)
        text = list(vector["input"])
        for _ in range(rng.randint(1, 4)):
            at = rng.randint(0, len(text))
            text[at : at + rng.randint(0, 2)] = rng.choices(letters, k=rng.randint(0, 3))
        if rng.random() < 0.1:
            text += rng.choice(vectors)["input"]
        code = "".join(text)
        try:
            read(code, rules_of(vector), kind=rng.choice([None, vector["kind"], *KINDS]))
        except Exception as error:
            raised.append(f"{code!r}: {error!r}")
    return raised


def misread(vectors: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Labels with a price or weight and one digit read wrongly: how many, and those that still give a value."""
    wrong, tried = [], 0
    for vector in vectors:
        code, expected = vector["input"], vector.get("expected") or {}
        if vector["kind"] != "rcn" or not vector["valid"] or not expected.keys() & {"price", "net_weight_g"}:
            continue
        for at, digit in product(range(len(code)), "0123456789"):
            changed = code[:at] + digit + code[at + 1 :]
            if changed != code:
                tried += 1
                answer = read(changed, rules_of(vector), kind="rcn")
                if isinstance(answer, Read) and (answer.price is not None or answer.weight_g is not None):
                    wrong.append(changed)
    return tried, wrong


def main(arguments: list[str]) -> int:
    """Prints the figures; 1 when a bar is missed, 2 when there is no material."""
    path = Path(arguments[0]) if arguments else DEFAULT
    if not path.exists():
        print(f"No vectors at {path}: nothing was measured. Give their path as the argument.")
        return 2
    vectors = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    told, untold = measures(vectors, told=True), measures(vectors, told=False)
    report(told, untold)
    failed = [row for rows in told.values() for row in rows if not row["passed"]]
    for row in failed[:SHOWN]:
        print(
            f"  missed: {row['kind']} {row['input']!r} wants {row.get('expected') or row.get('error')}: {row['answer']}"
        )
    timings = {name: speed(code) for name, code in (("EAN-13", "4006381333931"), ("GS1-128", GS1_128))}
    print(", ".join(f"{name} {microseconds:.2f} us" for name, microseconds in timings.items()))
    raised = fuzzed(vectors, FUZZED)
    tried, wrong = misread(vectors)
    print(f"{FUZZED} changed vectors: {len(raised)} made the reader raise")
    print(f"{tried} labels with one digit wrong: {len(wrong)} gave a price or a weight")
    for text in [*raised, *wrong][:SHOWN]:
        print(f"  {text}")
    share = {tier: [row["passed"] for key, rows in told.items() if key[0] == tier for row in rows] for tier in (1, 2)}
    met = all(share[1]) and sum(share[2]) >= 0.99 * len(share[2])
    met = met and not raised and not wrong
    print(
        "bars: tier 1 all, tier 2 at least 99 %, nothing raised, no wrong price or weight: "
        + ("met" if met else "missed")
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
