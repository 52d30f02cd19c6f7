"""What weights, scans and pictures together make of each doubt, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from console.presenting.words import KINDS

Names = Callable[[int | None], tuple[str, str]]
MOST: Final = 3
LEAST: Final = 0.05


def beliefs_told(findings: Mapping[str, Any], names: Names, *, pictures: bool) -> list[str]:
    """A sentence for each doubt, the likeliest explanations first; which picture made us believe it, where the person
    may see pictures."""
    told = []
    for belief in findings.get("beliefs", []):
        rows = [row for row in belief["explanations"][:MOST] if row["probability"] >= LEAST]
        if rows:
            words = "; ".join(_explanation(row, names, pictures) for row in rows)
            told.append(f"{KINDS.get(belief['question'], belief['question'])}: {words}.")
    return told


def _explanation(row: Mapping[str, Any], names: Names, pictures: bool) -> str:
    name = names(row["product"])[1] or "something"
    words = {"as_charged": "all as charged", "instead": f"{name} instead", "besides": f"{name} besides"}
    text = f"{row['probability']:.0%} {words.get(row['kind'], 'something else')}"
    return text + _where(row["places"]) if pictures and row["places"] else text


def _where(places: Sequence[Mapping[str, Any]]) -> str:
    return f" (picture {', '.join(str(number + 1) for number in sorted({place['frame'] for place in places}))})"
