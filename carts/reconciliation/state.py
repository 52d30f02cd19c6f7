"""What one hypothesis believes about the cart, as plain data.

Theory. A hypothesis is one complete story of the trip so far: which scanned units lie in the cart, which removals
were carried out, what else was put in or taken out. Under one story the load W and the slope's share e of the
scale's reading L = W + e + noise are jointly normal, so two means and three (co)variances say all (Kalman filter of
two states). e is drawn anew when the cart rolls, with a standard deviation in proportion to the load. Stories differ
in discrete facts; two that agree in those are one, and the likelier speaks for both. Units: grams, milliseconds,
natural logarithms.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Unit(msgspec.Struct, frozen=True, gc=False):
    """One scanned unit; `known_g` is a label's embedded weight; a bag is a unit too (product "")."""

    id: int
    line: int
    product: str
    at: int
    known_g: float | None = None


class Leaving(msgspec.Struct, frozen=True, gc=False):
    """One unit declared removed, to be lifted."""

    id: int
    line: int
    product: str
    at: int


class Placed(msgspec.Struct, frozen=True, gc=False):
    """A unit in the cart: its weight as inferred, and as observed with all else taken as expected (for learning)."""

    unit: int
    grams: float
    variance: float
    seen_g: float
    seen_variance: float


class Lifted(msgspec.Struct, frozen=True, gc=False):
    """A placed unit that was taken out undeclared, at `at`."""

    placed: Placed
    at: int


class Stranger(msgspec.Struct, frozen=True, gc=False):
    """Weight in the cart that no scan accounts for. `unit`: the scanned unit whose place it took or with which it came.

    `how`: "alone" (no scan spent on it), "with" (came along with `unit`), "extra" (like `unit`), "swap" (instead of
    `unit`).
    """

    id: int
    at: int
    grams: float
    variance: float
    how: str = "alone"
    unit: int = -1


class Hypothesis(msgspec.Struct, gc=False):
    score: float = 0.0
    load: float = 0.0
    load_var: float = 0.0
    tilt: float = 0.0
    tilt_var: float = 0.0
    cov: float = 0.0
    waiting: tuple[int, ...] = ()
    leaving: tuple[int, ...] = ()
    placed: tuple[Placed, ...] = ()
    lifted: tuple[Lifted, ...] = ()
    strangers: tuple[Stranger, ...] = ()
    late: frozenset[str] = frozenset()  # keys of the facts that have come due
    passed: bool = False
    rough: int = -1
    last: tuple[tuple[int, ...], tuple[int, ...], int, str, float, float, float] | None = None

    def facts(self, units: Mapping[int, Unit], alike: bool) -> tuple[object, ...]:
        """The discrete facts: hypotheses that agree in them are one. Units of one product are interchangeable.

        `alike`: all that are compared have the same units placed, which then need not be told.
        """
        return (
            self.waiting,
            self.leaving,
            () if alike else tuple(sorted([units[p.unit].product for p in self.placed])),
            tuple(sorted([units[x.placed.unit].product for x in self.lifted])),
            tuple([(x.id, x.how, x.unit) for x in self.strangers]),
        )
