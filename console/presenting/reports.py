"""A store's report: its tiles, its days or months as rows of plots and tables, and what looking costs and brings.

Costs of a look and of asking are the store's own settings of today (checkout policy); a loss is the cost of goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final, NamedTuple

from checkout.policy import Rules
from console.figures import Figures, added, percentile, share
from console.presenting.words import CONCLUSIONS, KINDS

MOST_ROWS: Final = 10
GROUPS = {"cart": "Carts", "phone": "Phones", "guest": "Guests", "known": "Known shoppers"}


@dataclass(frozen=True)
class Row:
    """A day or a month. Minor units; seconds; None where there is nothing to count."""

    label: str
    figures: Figures
    median_s: int | None
    slow_s: int | None
    waiting_s: int | None
    money: Money


class Money(NamedTuple):
    """What looking cost against what it protected, in minor units; `points` of margin: percent of what was sold."""

    cost_minor: int
    protected_minor: int
    net_minor: int
    points: float | None
    shopper_minutes: float
    staff_minutes: float


def rows_of(days: Iterable[tuple[date, Figures]], rules: Rules, *, monthly: bool) -> list[Row]:
    """One row a day, or one a month."""
    if not monthly:
        return [_row(f"{day:%-d %b}", figures, rules) for day, figures in days]
    months = groupby(days, key=lambda pair: (pair[0].year, pair[0].month))
    return [_row(f"{date(*month, 1):%b %Y}", added(row[1] for row in rows), rules) for month, rows in months]


def _row(label: str, figures: Figures, rules: Rules) -> Row:
    return Row(
        label=label,
        figures=figures,
        median_s=percentile(figures.settle_s, 0.5),
        slow_s=percentile(figures.settle_s, 0.9),
        waiting_s=percentile(figures.waiting_s, 0.5),
        money=money_of(figures, rules),
    )


def money_of(figures: Figures, rules: Rules) -> Money:
    """Looks and questions at what the store says that they cost; what was found at cost of goods."""
    cost = figures.looks * rules.look_cost_minor + figures.asked * rules.ask_cost_minor
    protected = round(figures.found_minor * (1 - rules.margin))
    points = share((protected - cost) * 100, figures.paid_minor)
    return Money(cost, protected, protected - cost, points, sum(figures.settle_s) / 60, sum(figures.waiting_s) / 60)


def totals(figures: Figures, rules: Rules, target_s: int) -> dict[str, Any]:
    """The tiles and the small tables of the whole span."""
    right, wrong = figures.judged
    settled = len(figures.settle_s)
    return {
        "all": _row("", figures, rules),
        "settled": settled,
        "reviews_per_100": share(settled * 100, figures.ended),
        "within_target": share(sum(value <= target_s for value in figures.settle_s), settled),
        "right": right,
        "wrong": wrong,
        "ends": [(words, figures.ends.get(code, 0)) for code, words in CONCLUSIONS.items()],
        "kinds": sorted(
            ((KINDS.get(kind, kind), *row) for kind, row in figures.kinds.items()), key=lambda row: -row[1]
        ),
        "carts": worst(figures.carts),
        "groups": [
            (words, trips, audits, share(audits * 100, trips))
            for name, words in GROUPS.items()
            for trips, audits in [figures.groups.get(name, [0, 0])]
            if trips
        ],
    }


class Estimate(NamedTuple):
    """What one kind of trip lost in a month. `loss`: {minor, low_minor, high_minor}, None where no full check was."""

    month: str
    mode: str
    trips: int
    drawn: int
    full: int
    found_minor: int
    loss: dict[str, int] | None


def estimates(months: Iterable[Any]) -> list[Estimate]:
    """Carts and phones of each kept month, as rows; a month that still runs says up to when it is counted."""
    rows = []
    for kept in months:
        over = kept.until.month != kept.month.month
        label = f"{kept.month:%b %Y}" if over else f"{kept.month:%b %Y}, to {kept.until - timedelta(days=1):%-d %b}"
        rows += [
            Estimate(
                label, GROUPS[row["mode"]], row["trips"], row["drawn"], row["full"], row["found_minor"], row["loss"]
            )
            for row in kept.losses
        ]
    return rows


def worst(counts: Mapping[str, list[int]]) -> list[tuple[str, int, int]]:
    """The keys with most false alarms: found true, found false."""
    ordered = sorted(
        ((key, right, wrong) for key, (right, wrong) in counts.items()), key=lambda row: (-row[2], -row[1])
    )
    return ordered[:MOST_ROWS]


EXPORTED = (
    "day", "ended", "paid", "cancelled", "paid_minor", "honest", "honest_alarms", "alarms", "found_true", "found_false",
    "reviews", "settle_median_s", "settle_p90_s", "waiting_median_s", "looks", "asked", "cost_minor", "found_minor",
    "returned_minor", "protected_minor", "net_minor",
)  # fmt: skip


def exported(days: Iterable[tuple[date, Figures]], rules: Rules) -> list[dict[str, Any]]:
    """One row a day, with the columns of EXPORTED."""
    rows = []
    for day, figures in days:
        row, (right, wrong) = _row("", figures, rules), figures.judged
        values = (
            day.isoformat(), figures.ended, figures.paid, figures.cancelled, figures.paid_minor, figures.honest,
            figures.honest_alarms, figures.alarms, right, wrong, len(figures.settle_s), row.median_s, row.slow_s,
            row.waiting_s, figures.looks, figures.asked, row.money.cost_minor, figures.found_minor,
            figures.returned_minor, row.money.protected_minor, row.money.net_minor,
        )  # fmt: skip
        rows.append(dict(zip(EXPORTED, values, strict=True)))
    return rows
