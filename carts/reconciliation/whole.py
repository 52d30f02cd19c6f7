"""The whole basket against the whole weight, and a bad scale as against a bad shopper.

Theory. Steps may each look right and their sum be wrong: a little more each time, or a chain broken unseen. So at each
lasting standstill the whole load is held against what all units in it should weigh: the difference is normal with the
doubts of all products (units of one product share the doubt of their mean), of the scale's class and of the load; it
is weighed against the density of an unknown thing at the rate RATE. Loose goods stand for what they showed.
A scale is at fault where no shopper can be: a load below nothing or above its capacity; or where every product is off
by one common factor, which several swaps would hit by chance only (Bayes factor of one gain against as many wrongs).
Units: grams. Source of the class: OIML R 76, class III, twice the error allowed on verification.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from typing import NamedTuple

from .beliefs import density
from .outputs import Kind
from .state import Hypothesis, Placed, Unit
from .types import Policy, Scale
from .weights import WeightBook

RATE = 5e-4  # how often a basket is wrong though its steps were right
FAULT = 1e-3  # how often a trip's scale is out of its class
CLASS = 0.0015  # standard deviation of a sound scale's gain
MOST_GAIN = 0.4  # a faulty gain is as likely anywhere within so much
LEAST_UNITS = 4  # units from which a common factor can be told
LEAST_GAIN = 0.02
LEAST_DEVIATIONS = (
    4.0  # packs that nobody has weighed are heavier than listed, all alike: that alone is no faulty scale
)
BELOW_G = 25.0  # a load may seem to be so much below nothing: creep, a wet wheel


class Whole(NamedTuple):
    """What the whole says: a kind, its probability, grams expected and seen, and three standard deviations."""

    kind: Kind
    probability: float
    expected: float
    observed: float
    tolerance: float


NOTHING = Whole("scale_fault", 0.0, 0.0, 0.0, 0.0)


class Shelf:
    """What each placed unit, or product, adds to a basket's expected weight and to its variance.

    Kept while the placed units and the store's book are the same, so that a full cart is not added up anew each time.
    """

    def __init__(self, book: WeightBook, units: Mapping[int, Unit]) -> None:
        self.book, self.units = book, units
        self._placed: tuple[Placed, ...] | None = None
        self._edition = -1
        self._terms = array("d"), array("d")

    def terms(self, placed: tuple[Placed, ...]) -> tuple[array[float], array[float]]:
        """Grams and variances (g^2), in the order in which they are added."""
        if placed is not self._placed or self._edition != self.book.edition:
            self._placed, self._edition = placed, self.book.edition  # before asking: the book may learn by it
            self._terms = self._weigh(placed)
        return self._terms

    def _weigh(self, placed: tuple[Placed, ...]) -> tuple[array[float], array[float]]:
        grams, variances = array("d"), array("d")
        counts: dict[str, int] = {}
        for p in placed:
            u = self.units[p.unit]
            if firm(u, self.book):
                counts[u.product] = counts.get(u.product, 0) + 1
            else:
                grams.append(p.grams)
        for product, n in sorted(counts.items()):
            mean, shared, own = self.book.moments(product)
            grams.append(n * mean)
            variances.append(n * n * shared + n * own)
        return grams, variances


def basket(story: Hypothesis, zero: float, shelf: Shelf, policy: Policy) -> Whole:
    """The load over `zero` against all that a story says is in it."""
    grams, variances = shelf.terms(story.placed)
    expected = sum(grams, math.fsum(s.grams for s in story.strangers))
    variance = sum(variances, story.load_var + 1.0 + (CLASS * (story.load - zero)) ** 2)
    off = story.load - zero - expected
    other = RATE * shelf.book.goods.strange(abs(off), policy.least_item_g)
    chance = other / (other + density(off, variance)) if other else 0.0
    return Whole("basket", chance, expected, story.load - zero, 3 * math.sqrt(variance))


def firm(unit: Unit, book: WeightBook) -> bool:
    return bool(unit.product) and unit.known_g is None and book.facts(unit.product).sold_by == "each"


def impossible(load: float, scale: Scale) -> bool:
    """No shopper makes a cart weigh less than nothing, or more than it can show."""
    return load < -max(BELOW_G, 5 * scale.division_g) or load > 1.02 * scale.capacity_g


def gain(story: Hypothesis, units: Mapping[int, Unit], book: WeightBook, policy: Policy) -> Whole:
    """A common factor on everything against as many wrongs as the story tells."""
    seen: list[tuple[float, float, float, float]] = []  # expected, its variance, seen, log density under the story
    for p in story.placed:
        u = units[p.unit]
        if firm(u, book) and p.seen_variance < 400.0:
            mean, shared, own = book.moments(u.product)
            variance = shared + own + p.seen_variance
            seen.append((mean, variance, p.seen_g, math.log(density(p.seen_g - mean, variance) + 1e-12)))
    swaps = 0
    for s in story.strangers:
        if s.how != "alone" and s.unit in units and firm(units[s.unit], book):
            mean, shared, own = book.moments(units[s.unit].product)
            grams = s.grams + (0.0 if s.how == "swap" else mean)
            wrong = policy.rates.swap * book.goods.strange(grams, policy.least_item_g)
            seen.append((mean, shared + own + s.variance, grams, math.log(wrong + 1e-12)))
            swaps += 1
    total = math.fsum(m for m, _, _, _ in seen)
    shown = math.fsum(g for _, _, g, _ in seen)
    if swaps < 2 or len(seen) < LEAST_UNITS:
        return NOTHING
    information = math.fsum(m * m / v for m, v, _, _ in seen)
    factor = math.fsum(m * g / v for m, v, g, _ in seen) / information
    odds = math.log(FAULT / (2 * MOST_GAIN)) + 0.5 * math.log(6.2832 / information)
    odds += math.fsum(math.log(density(g - factor * m, v) + 1e-12) - log for m, v, g, log in seen)
    least = max(LEAST_GAIN, LEAST_DEVIATIONS / math.sqrt(information))
    if abs(factor - 1.0) < least or abs(factor - 1.0) > MOST_GAIN:
        odds = -60.0
    chance = 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, odds))))
    return Whole("scale_fault", chance, total, shown, 3 / math.sqrt(information) * total)
