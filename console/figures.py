"""What is counted of a store's day, and how days add up. Pure.

Money is minor units, times are whole seconds. Lists of times are kept whole, so that a median of a year is exact.
"""

from collections.abc import Iterable, Sequence
from math import ceil

import msgspec

VERSION = 1
"""Another way of counting is another version: days kept under the old one are counted anew."""


class Figures(msgspec.Struct, frozen=True):
    """Counts of one day, or of several added up.

    `honest`: paid trips in which no look found anything wrong; `honest_alarms`: discrepancies that opened on these.
    `looks`, `asked`: reviews that had a camera's look, that a person ended. `found_minor`, `returned_minor`: by how
    much corrections made baskets dearer, cheaper. `settle_s`, `waiting_s`: of each review, and of each that a person
    ended. `ends`: reviews by conclusion. `kinds`: of each kind opened, cleared by itself, found true, found false.
    `products`, `carts`: found true, found false by article number and by cart. `groups`: judged trips and random checks
    by group.
    """

    ended: int = 0
    paid: int = 0
    cancelled: int = 0
    paid_minor: int = 0
    honest: int = 0
    honest_alarms: int = 0
    looks: int = 0
    asked: int = 0
    found_minor: int = 0
    returned_minor: int = 0
    settle_s: list[int] = []
    waiting_s: list[int] = []
    ends: dict[str, int] = {}
    kinds: dict[str, list[int]] = {}
    products: dict[str, list[int]] = {}
    carts: dict[str, list[int]] = {}
    groups: dict[str, list[int]] = {}

    @property
    def alarms(self) -> int:
        return sum(row[0] for row in self.kinds.values())

    @property
    def alarms_per_100_honest(self) -> float | None:
        return share(self.honest_alarms * 100, self.honest)

    @property
    def judged(self) -> tuple[int, int]:
        """Alarms that a look found right, and those that it found wrong."""
        return sum(row[2] for row in self.kinds.values()), sum(row[3] for row in self.kinds.values())


def share(part: float, whole: float) -> float | None:
    """None where there is nothing to have a share of."""
    return part / whole if whole else None


def percentile(values: Sequence[int], rank: float) -> int | None:
    """The nearest-rank percentile (rank 0 to 1) of values in any order; None of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(rank * len(ordered)) - 1)] if ordered else None


def added(days: Iterable[Figures]) -> Figures:
    """The days as one."""
    total = msgspec.to_builtins(Figures())
    for day in days:
        for name in Figures.__struct_fields__:
            value = getattr(day, name)
            if isinstance(value, dict):
                _merge(total[name], value)
            elif value:
                total[name] += value
    return msgspec.convert(total, Figures)


def _merge(into: dict[str, int | list[int]], more: dict[str, int | list[int]]) -> None:
    for key, value in more.items():
        before = into.get(key)
        if before is None:
            into[key] = list(value) if isinstance(value, list) else value
        elif isinstance(value, list) and isinstance(before, list):
            for place, count in enumerate(value):
                before[place] += count
        elif isinstance(value, int) and isinstance(before, int):
            into[key] = before + value
