"""What to check first: lines of a basket by suspicion, and what may be in the cart without being on the list.

Suspicion of a line is a number that only orders: what the weight says about it (probability), then what the camera
did or did not see, then how it was entered. Each part brings a sentence; a number without a reason is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.presenting.formats import grams

FOUND = {
    "not_visible": (0.15, "The camera could not see it."),
    "fewer": (0.25, "The camera saw {seen} of {charged}."),
    "not_in_basket": (0.9, "The camera saw {seen}, {charged} charged."),
    "look_alike_seen": (0.9, "The camera saw a look-alike in its place."),
    "unsure": (0.4, "The camera saw {seen} in one picture, {charged} charged."),
    "seen": (-0.3, "The camera saw it."),
}


@dataclass(frozen=True)
class SuspectLine:
    """A line of the basket. `level` 2 is checked first, 1 looked at, 0 fits; money in minor units."""

    line: int
    name: str
    code: str
    quantity: int
    unit_price_minor: int
    amount_minor: int
    weight_g: float | None
    status: str
    score: float
    level: int
    why: tuple[str, ...]
    seen: bool


@dataclass(frozen=True)
class Suggestion:
    """A product that may be in the cart without being charged."""

    code: str
    name: str
    quantity: int
    probability: float
    why: str


def suspect_lines(lines: Iterable[Any], discrepancies: Sequence[Any], findings: Mapping[str, Any]) -> list[SuspectLine]:
    """Lines with what speaks against each, the most suspicious first; `findings` are the camera's."""
    standing = [row for row in discrepancies if row.state in {"open", "escalated"}]
    sights = {sight.get("product"): sight for sight in findings.get("sights", [])}
    return sorted(
        (_suspect(line, standing, sights.get(line.product_id), line.product.code) for line in lines),
        key=lambda suspect: (-suspect.score, suspect.line),
    )


def _suspect(line: Any, standing: Sequence[Any], sight: Mapping[str, Any] | None, code: str) -> SuspectLine:
    score, why = 0.0, []
    for row in standing:
        if row.line == line.line:
            score += row.probability
            why.append(_weight_reason(row, line))
        elif code in row.products:
            score += 0.5 * row.probability
            why.append(_weight_reason(row, line))
        elif any(candidate.get("product") == code for candidate in row.candidates):
            share = max(c.get("probability", 0) for c in row.candidates if c.get("product") == code)
            score += 0.5 * share
            why.append(f"{grams(row.observed_g)} unexplained would fit one more ({share * 100:.0f} %).")
    if sight and (found := FOUND.get(str(sight.get("finding")))):
        score += found[0]
        if found[0] > 0 and (why or found[0] > 0.5):
            why.append(found[1].format(seen=sight.get("seen", 0), charged=sight.get("charged", 0)))
    if line.status in {"in_doubt", "placing"} and not why:
        score += 0.3
        why.append("Its weight was never seen." if line.status == "placing" else "Its weight is in doubt.")
    if line.source == "keyed" and score > 0:
        score += 0.05
        why.append("Typed in, not scanned.")
    level = 2 if score >= 0.5 else 1 if score > 0.2 else 0
    seen = bool(sight) and str((sight or {}).get("finding")) == "seen"
    return SuspectLine(
        line=line.line, name=line.name, code=line.code, quantity=line.quantity, unit_price_minor=line.unit_price_minor,
        amount_minor=line.amount_minor, weight_g=line.weight_g, status=line.status, score=score, level=level,
        why=tuple(dict.fromkeys(why)), seen=seen,
    )  # fmt: skip


def _weight_reason(row: Any, line: Any) -> str:
    off = row.observed_g - row.expected_g
    reasons = {
        "mismatch": f"Weighed {grams(row.observed_g)}, not {grams(row.expected_g)}: {_more_or_other(off, row, line)}",
        "not_placed": "Scanned, but its weight never came.",
        "removed": f"{grams(abs(row.observed_g))} left: is it still in the cart?",
        "not_removed": "Taken off the list, but its weight stayed.",
        "basket": f"The whole basket is {grams(abs(off))} {'heavier' if off > 0 else 'lighter'} than it should be.",
    }
    return reasons.get(row.kind, f"{grams(row.observed_g)} does not fit.")


def _more_or_other(off: float, row: Any, line: Any) -> str:
    best = max(row.candidates, key=lambda candidate: candidate.get("probability", 0), default=None)
    if best and best.get("name") and best["name"] != line.name:
        return f"perhaps {best['name']}?"
    if best and best.get("quantity", 1) > 1:
        return f"perhaps {best['quantity']} of them?"
    return "something is with it?" if off > 0 else "another product?"


def suggestions(
    discrepancies: Sequence[Any],
    findings: Mapping[str, Any],
    charged: set[str],
    names: Callable[[int | None], tuple[str, str]],
) -> list[Suggestion]:
    """Products that weight or camera suggest and that the basket lacks. `names` gives (code, name) of a product id."""
    found: dict[str, Suggestion] = {}
    for sight in findings.get("sights", []):
        code, name = names(sight.get("product"))
        if sight.get("finding") == "not_in_basket" and code and code not in charged:
            found[code] = Suggestion(code, name, int(sight.get("seen", 1)), 1.0, "The camera saw it.")
    for row in discrepancies:
        if row.state not in {"open", "escalated"} or row.kind not in {"unscanned", "mismatch", "basket", "not_removed"}:
            continue
        for candidate in row.candidates:
            code = str(candidate.get("product", ""))
            share = float(candidate.get("probability", 0))
            if not code or code in charged or share < 0.05:
                continue
            known = found.get(code)
            if known is None or known.probability < share:
                why = f"Fits {grams(row.observed_g)} ({share * 100:.0f} %)."
                name = str(candidate.get("name") or code)
                found[code] = Suggestion(code, name, int(candidate.get("quantity", 1)), share, why)
    return sorted(found.values(), key=lambda item: -item.probability)[:5]
