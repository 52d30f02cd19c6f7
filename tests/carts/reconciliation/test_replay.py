"""Recorded trips: read as they are, refused messages left out, drawn, and judged under another policy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carts.reconciliation import Policy
from carts.replay import changed_policy, compare, plot_trip, recorded, replay_files, resolver

from .drawn import MILK, NOISE, RICE, TEA, learned_book

PRODUCTS = [MILK, TEA, RICE]


def weight(at: int, load: float) -> dict[str, Any]:
    return {"type": "weight", "at": at, "step": 100, "grams": [load + NOISE[k] for k in range(5)]}


def trip(name: str, code: str, grams: float) -> dict[str, Any]:
    frames: list[dict[str, Any]] = [weight(at, 0) for at in range(0, 2000, 500)]
    frames.append({"type": "event", "seq": 1, "at": 2000, "kind": "start", "data": {}})
    frames += [weight(at, 0) for at in range(2000, 4000, 500)]
    frames.append({"type": "event", "seq": 2, "at": 4000, "kind": "scan", "data": {"code": code, "source": "scanner"}})
    frames += [weight(at, 0) for at in range(4000, 6000, 500)]
    frames += [weight(at, grams) for at in range(6000, 40000, 500)]
    frames.append({"type": "event", "seq": 3, "at": 40000, "kind": "seal", "data": {}})
    frames += [weight(at, grams) for at in range(40000, 43000, 500)]
    return {"trip": name, "scale": {"division_g": 1, "capacity_g": 40000}, "frames": frames}


@pytest.fixture
def trips(tmp_path: Path) -> Path:
    path = tmp_path / "trips.jsonl"
    broken = trip("broken", "milk", 1041)
    broken["frames"] += [{"type": "surprise", "at": 1}, {"type": "weight", "at": "soon", "step": 100, "grams": [1]}]
    rows = [trip("honest", "milk", 1041), trip("swapped", "tea", 515), broken]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_verdict_per_trip_in_order(trips: Path) -> None:
    verdicts = list(replay_files([trips], PRODUCTS))

    assert [v["trip"] for v in verdicts] == ["honest", "swapped", "broken"]
    assert [v["outcome"] for v in verdicts] == ["clear", "review", "clear"]
    assert verdicts[1]["discrepancies"][0]["kind"] == "mismatch"
    assert verdicts[0]["basket"] == [{"code": "milk", "quantity": 1}]


def test_codes_are_known_with_a_symbology_prefix_and_leading_zeros() -> None:
    resolve = resolver([MILK, RICE])

    assert resolve("]E0milk") == "milk"
    assert resolve("00rice") == "rice"
    assert resolve("unknown") is None


def test_a_trip_can_be_drawn(trips: Path) -> None:
    swapped = list(recorded([trips]))[1]

    drawing = plot_trip(swapped, learned_book(), Policy(), resolver(PRODUCTS))

    assert drawing.startswith("<svg")
    assert "mismatch" in drawing


def test_another_policy_is_compared_trip_by_trip(trips: Path) -> None:
    after = changed_policy(Policy(), ["alarm_probability=1.0", "review_risk=1.0"])

    found = compare(recorded([trips]), PRODUCTS, Policy(), after)

    assert (found.before.reviewed, found.after.reviewed) == (1, 0)
    assert [change.trip for change in found.changes] == ["swapped"]


def test_an_unknown_policy_field_is_refused_with_the_fields_there_are() -> None:
    with pytest.raises(ValueError, match="alarm_probability"):
        changed_policy(Policy(), ["patience=3"])
