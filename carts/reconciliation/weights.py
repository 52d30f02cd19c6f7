"""The store's book of what its products weigh: facts from the catalogue, beliefs from trips.

Theory. See `beliefs` for what is known of one product and `packaging` for what is known before it was weighed. The
book learns on three levels: a product from its own units; its category's packaging from the products weighed, for
those that never were; and what the store sells at all, for things that nobody scanned (see `goods`). Units: grams.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import msgspec

from .beliefs import JUNK, Belief, Gauss, density, freedom, observe, predict, together, unit_moments
from .goods import Goods
from .packaging import Mode, learn_packaging, prior_modes
from .types import ProductFacts

TRUST = {"staff": 0.25, "shopper": 1.0}  # factor on an observation's variance
LEAST_SEEN = 2  # observations after which a product's weight tells about packaging

__all__ = ["Belief", "Lesson", "WeightBook", "density", "together"]


class Lesson(msgspec.Struct, frozen=True):
    """An observation of one unit's weight: grams and the variance of the measuring (not of the units), and by whom."""

    product: str
    grams: float
    variance: float
    source: str = "shopper"
    doubt: float = JUNK


class WeightBook:
    """Facts and beliefs of one store's products; engines ask it, lessons change it. Not for use by two threads."""

    def __init__(self, products: Iterable[ProductFacts] = ()) -> None:
        self._facts = {facts.key: facts for facts in products}
        self.edition = 0  # another whenever what it says of any product may be another
        self._packaging = learn_packaging(self._facts.values())
        self._weighed, self._learned_from = 0, 0
        self.goods = Goods()
        self._counted: dict[str, int] = {}
        self._beliefs: dict[str, Belief] = {}
        self._predictions: dict[str, list[Mode]] = {}
        self._taught: dict[tuple[str, tuple[tuple[float, float], ...]], Belief] = {}
        self._expected: dict[str, tuple[float, float]] = {}
        self._freedom: dict[str, float] = {}
        self._moments: dict[str, tuple[float, float, float]] = {}

    def facts(self, key: str) -> ProductFacts:
        """Facts of a product; an unknown key gives a product of which nothing is known."""
        return self._facts.get(key) or ProductFacts(key=key, name=key)

    def name(self, key: str) -> str:
        """A product's name; its key where the catalogue has none."""
        return self.facts(key).name

    def add(self, facts: ProductFacts) -> None:
        """Take in a product, or its changed facts; what was learned about it stays."""
        self._facts[facts.key] = facts
        self._forget(facts.key)

    def _forget(self, key: str) -> None:
        self.edition += 1
        self._predictions.pop(key, None)
        self._expected.pop(key, None)
        self._freedom.pop(key, None)
        self._moments.pop(key, None)
        if self._taught:
            self._taught.clear()

    def belief(self, key: str) -> Belief:
        known = self._beliefs.get(key)
        if known is None:
            self._learn_packaging()
            modes = prior_modes(self.facts(key), self._packaging)
            known = self._beliefs[key] = Belief([Gauss(w, m, sd * sd) for w, m, sd in modes])
        return known

    def _learn_packaging(self) -> None:
        """What has been weighed tells what packaging weighs, and so what was never weighed may weigh."""
        if self._weighed < 1.15 * self._learned_from + 8:
            return
        self._learned_from = self._weighed
        weighed = {}
        for key, belief in self._beliefs.items():
            best = max(belief.modes, key=lambda g: g.weight)
            if belief.seen >= LEAST_SEEN and best.weight > 0.5:
                weighed[key] = best.mean, best.weight
        self._packaging = learn_packaging(self._facts.values(), weighed)
        for key in [key for key, belief in self._beliefs.items() if not belief.seen]:
            del self._beliefs[key]
            self._forget(key)

    def predict(self, key: str) -> list[Mode]:
        """Share, mean (g) and standard deviation (g) of the next unit of a product, for each way it may be."""
        known = self._predictions.get(key)
        if known is None:
            known = self._predictions[key] = predict(self.belief(key))
        return known

    def expected(self, key: str) -> tuple[float, float]:
        """Mean and variance over all modes."""
        known = self._expected.get(key)
        if known is None:
            modes = self.predict(key)
            mean = math.fsum(w * m for w, m, _ in modes)
            known = mean, math.fsum(w * (sd * sd + (m - mean) ** 2) for w, m, sd in modes)
            self._expected[key] = known
        return known

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Take in what trips taught. Products sold by weight have nothing to learn."""
        for lesson in lessons:
            if self.facts(lesson.product).sold_by == "each" and lesson.grams > 0:
                belief = self.belief(lesson.product)
                observe(belief, lesson.grams, lesson.variance * TRUST.get(lesson.source, 1.0), lesson.doubt)
                self._count(lesson.product, lesson.grams, belief.seen)
                self._forget(lesson.product)
        self._learn_packaging()

    def taught(self, key: str, seen: tuple[tuple[float, float], ...]) -> Belief:
        """The belief after further observations (grams, variance); the book itself is not changed."""
        known = self._taught.get((key, seen))
        if known is None:
            known = msgspec.msgpack.decode(self.dump(key), type=Belief)
            for grams, variance in seen:
                observe(known, grams, variance, 0.004)
            if len(self._taught) > 500:
                self._taught.clear()
            self._taught[(key, seen)] = known
        return known

    def moments(self, key: str) -> tuple[float, float, float]:
        """A unit's mean, the variance of that mean, and that of units about it."""
        known = self._moments.get(key)
        if known is None:
            known = self._moments[key] = unit_moments(self.belief(key))
        return known

    def freedom(self, key: str) -> float:
        """Degrees of freedom of a product's weight: how far its tails are from a normal's."""
        known = self._freedom.get(key)
        if known is None:
            known = self._freedom[key] = freedom(max(self.belief(key).modes, key=lambda g: g.weight))
        return known

    def dump(self, key: str) -> bytes:
        """One product's belief as bytes, to be stored by the caller."""
        return msgspec.msgpack.encode(self.belief(key))

    def load(self, key: str, data: bytes) -> None:
        belief = self._beliefs[key] = msgspec.msgpack.decode(data, type=Belief)
        self._count(key, max(belief.modes, key=lambda g: g.weight).mean, belief.seen)
        self._forget(key)

    def _count(self, key: str, grams: float, seen: int) -> None:
        """Take what is new of a product's observations into what the store sells; a belief may be loaded again."""
        before = self._counted.get(key, 0)
        if seen > before:
            self._counted[key] = seen
            self._weighed += before < LEAST_SEEN <= seen
            self.goods.add(grams, seen - before)

    def near(self, grams: float, sd: float, most: int = 5) -> list[tuple[str, float]]:
        """Products one unit of which may weigh so much, with their shares of likelihood, the likeliest first."""
        found: list[tuple[str, float]] = []
        for key, facts in self._facts.items():
            if facts.sold_by == "each":
                likelihood = math.fsum(
                    w * density(grams - m, s * s + sd * sd)
                    for w, m, s in self.predict(key)
                    if abs(grams - m) < 4 * (s + sd)
                )
                if likelihood > 0:
                    found.append((key, likelihood))
        total = math.fsum(v for _, v in found) or 1.0
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return [(key, value / total) for key, value in found[:most]]
