"""The policy page's figures in words: what a what-if replay found, and what stands in the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.presenting.formats import money

ROWS = (
    ("alarmed", "Trips with an alarm", "fewer"),
    ("alarms", "Alarms in all", "fewer"),
    ("corrected", "… put right by the shopper", ""),
    ("caught", "… still standing at the end", ""),
    ("reviewed", "Trips judged doubtful at the seal", ""),
    ("true", "Alarms that a look had found true", "more"),
    ("false", "Alarms that a look had found false", "fewer"),
)
ACTIONS = (
    ("pay", "Straight to payment", "more"),
    ("look", "Looked at by camera", ""),
    ("ask", "Checked by a person", ""),
    ("audit", "… of these at random", ""),
)
OUTCOMES = {"clear": "clear", "review": "doubtful"}


class Row(NamedTuple):
    """One figure now and then; `tone` says whether the change is for the better."""

    words: str
    before: str
    after: str
    change: str
    tone: str


class Difference(NamedTuple):
    """A trip that would have gone another way."""

    trip: str
    short: str
    words: str


def figures(found: Mapping[str, Any], store: Any) -> list[Row]:
    """What the engine and the checkout's rules would have done."""
    counts = found["counts"]
    before, after = counts["before"], counts["after"]
    rows = [_row(words, before[name], after[name], better) for name, words, better in ROWS]
    worth = [money(side["caught_minor"], store.currency, store.currency_exponent) for side in (before, after)]
    step = after["caught_minor"] - before["caught_minor"]
    change = ("+" if step > 0 else "") + money(step, store.currency, store.currency_exponent) if step else "–"
    rows.insert(4, Row("… and what they are worth", worth[0], worth[1], change, ""))
    if found["before"]:
        pairs = [(found["before"].get(name, 0), found["after"].get(name, 0)) for name, _, _ in ACTIONS]
        rows += [_row(words, *pair, better) for (_, words, better), pair in zip(ACTIONS, pairs, strict=True)]
    return rows


def differences(changes: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """The trips that differ, in words."""
    found = []
    for change in changes:
        outcome = [OUTCOMES.get(word, word) for word in change["outcome"]]
        alarms = change["alarms"]
        words = f"{outcome[0]}, then {outcome[1]}" if outcome[0] != outcome[1] else f"{outcome[0]} both times"
        found.append(Difference(change["trip"], change["trip"][:8], f"{words}; alarms {alarms[0]}, then {alarms[1]}"))
    return found


def _row(words: str, before: int, after: int, better: str) -> Row:
    step = after - before
    fewer = step < 0
    tone = "" if not step or not better else "good" if fewer == (better == "fewer") else "bad"
    return Row(words, str(before), str(after), f"{step:+d}".replace("-", "−") if step else "–", tone)
