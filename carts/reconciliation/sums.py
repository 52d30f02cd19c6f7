"""What units weigh, alone and together: mixtures of normals, added.

Theory. One unit of a product is a mixture over the product's modes; a label's embedded weight is near exact, plus
its wrapping; a bag is anything up to a kilogram or two. The sum of independent units is the mixture of all
combinations, cut to the MOST_SUMS likeliest. Units of one product share what is unknown of their mean: n of them
have the variance n^2 tau^2 + n sigma^2. And the first unit of a trip tells much about the second: a story's own
placings teach its belief. Units: grams.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple, cast

from .beliefs import together
from .packaging import Mode
from .state import Hypothesis, Unit
from .weights import WeightBook

BAG: tuple[Mode, ...] = ((0.75, 180.0, 120.0), (0.25, 500.0, 400.0))
CORNER = 1.5e-3
MOST_SUMS = 12
REACH = 6.5  # standard deviations beyond which a sum is not worth weighing

Parts = tuple[tuple[float, float, int], ...]  # for each unit: mean, variance, how many came alike
Rung = tuple[int, ...]
Evidence = tuple[tuple[float, float], ...]  # observations within the trip: grams, variance
Key = tuple[tuple[str, int, Evidence | Rung], ...]  # what a sum is of: product, how many, what the trip says of it


class Sum(NamedTuple):
    """One mode of the sum of several weights, and the mode of each part."""

    share: float
    mean: float
    variance: float
    parts: Parts


def corner(grams: float) -> float:
    """Variance (g^2) of the same thing weighed in another place of the cart (eccentric load, OIML R 76)."""
    return 1.0 + (CORNER * grams) ** 2


class Span(NamedTuple):
    """What a sum of weights can be: bounds of its modes' means, and the greatest of their variances."""

    low: float
    high: float
    variance: float

    @property
    def least(self) -> float:
        return self.low - REACH * math.sqrt(self.variance)

    @property
    def most(self) -> float:
        return self.high + REACH * math.sqrt(self.variance)

    def instead(self, spans: list[Span], k: int) -> Span:
        """The sum of all the spans, with this one in place of the k-th."""
        all_ = [*spans[:k], self, *spans[k + 1 :]]
        return Span(sum(s.low for s in all_), sum(s.high for s in all_), sum(s.variance for s in all_))

    def near(self, grams: float, reach: float) -> bool:
        return self.low - reach < grams < self.high + reach


class Mixture(NamedTuple):
    """The modes of a sum, and their bounds."""

    sums: list[Sum]
    span: Span


NOTHING = Mixture([Sum(1.0, 0.0, 0.0, ())], Span(0.0, 0.0, 0.0))


class Sums:
    """Weights of units; `units` is the engine's register of what was scanned."""

    def __init__(self, book: WeightBook, units: Mapping[int, Unit]) -> None:
        self.book, self.units = book, units
        self._known: dict[Key, Mixture] = {}

    def modes(self, unit: int) -> list[Mode]:
        """What one unit may weigh: share, mean, standard deviation."""
        u = self.units[unit]
        if u.known_g is not None:
            return [(0.97, u.known_g + 4.0, 0.01 * u.known_g + 4.0), (0.03, u.known_g, 0.2 * u.known_g + 10)]
        return self.book.predict(u.product) if u.product else list(BAG)

    def moments(self, unit: int) -> tuple[float, float]:
        u = self.units[unit]
        if u.product and u.known_g is None:
            return self.book.expected(u.product)
        modes = self.modes(unit)
        mean = sum(w * m for w, m, _ in modes)
        return mean, sum(w * (s * s + (m - mean) ** 2) for w, m, s in modes)

    def loose(self, unit: int) -> bool:
        """Whether the scale weighs the unit for its price, so that nothing can be held against it."""
        u = self.units[unit]
        return not u.product or (u.known_g is None and self.book.facts(u.product).sold_by == "kg")

    def alike(self, units: Rung) -> list[tuple[str, Rung]]:
        """Units side by side that share a product, as groups; units whose label tells the weight stay alone."""
        groups: list[tuple[str, Rung]] = []
        for unit in units:
            u = self.units[unit]
            if groups and u.product and u.known_g is None and groups[-1][0] == u.product:
                groups[-1] = (u.product, (*groups[-1][1], unit))
            else:
                groups.append((u.product if u.known_g is None else "", (unit,)))
        return groups

    def evidence(self, story: Hypothesis, product: str) -> Evidence:
        """What the story's own placings say of a product: the second unit weighs what the first did."""
        if len(self.book.belief(product).modes) == 1 or self.book.facts(product).sold_by == "kg":
            return ()
        return tuple(
            (p.seen_g, p.seen_variance)
            for p in story.placed
            if p.seen_variance < 100.0 and self.units[p.unit].product == product and self.units[p.unit].known_g is None
        )

    def of(self, story: Hypothesis, alike: list[tuple[str, Rung]]) -> Mixture:
        """Mixture of the sum of groups of units; the least likely modes are dropped beyond a dozen.

        Stories mostly ask for the same sums: they are kept until `forget`.
        """
        key = tuple(
            [(product, len(rung), self.evidence(story, product) if product else rung) for product, rung in alike]
        )
        return self._of(key)

    def _of(self, key: Key) -> Mixture:
        known = self._known.get(key)
        if known is None:
            # Choices differ mostly in their last groups: what the first ones weigh together is kept, too.
            known = self._known[key] = self._add(self._of(key[:-1]).sums, *key[-1]) if key else NOTHING
        return known

    def span(self, story: Hypothesis, group: tuple[str, Rung]) -> Span:
        """Bounds of what one group of units weighs together."""
        return self.of(story, [group]).span

    def forget(self) -> None:
        """Let go of the sums kept: the book may have learned."""
        self._known.clear()

    def _add(self, sums: list[Sum], product: str, n: int, given: Evidence | Rung) -> Mixture:
        """The sums with one group more."""
        modes: list[tuple[float, float, float, tuple[float, float]]]
        if product:
            seen = cast(Evidence, given)
            modes = together(self.book.taught(product, seen) if seen else self.book.belief(product), n)
        else:
            modes = [(w, m, s * s, (m, s * s)) for w, m, s in self.modes(cast(Rung, given)[0])]
        joint = [
            Sum(a * w, m + mean, v + var, (*parts, *(((*part, n),) * n)))
            for a, m, v, parts in sums
            for w, mean, var, part in modes
        ]
        if len(joint) > MOST_SUMS:
            joint.sort(key=lambda mode: -mode.share)
            del joint[MOST_SUMS:]
        means = [mode.mean for mode in joint]
        return Mixture(joint, Span(min(means), max(means), max([mode.variance for mode in joint])))
