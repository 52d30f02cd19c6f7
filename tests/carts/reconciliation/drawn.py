"""Traces drawn by hand: a cart that stands, is filled, rolls and is leaned on, with a scale's noise that is
always the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from carts.reconciliation import Cleared, Discrepancy, Engine, Opened, Output, Policy, ProductFacts, Scale, WeightBook
from carts.reconciliation.weights import Lesson

NOISE = (0, 1, -1, 0, 0, 1, 0, -1, 1, 0, -1, 0)
SHAKE = (30, -42, 18, -25, 51, -33, 8, -20, 37, -29, 12, -44, 40, -11, 26, -38)

MILK = ProductFacts(key="milk", name="Milk 1 l", category="drinks", net_g=1000, gross_g=1040, price_minor=129)
TEA = ProductFacts(key="tea", name="Tea 100 g", category="food", net_g=100, gross_g=130, price_minor=349)
RICE = ProductFacts(key="rice", name="Rice 500 g", category="food", net_g=500, gross_g=515, price_minor=199)
JAM = ProductFacts(key="jam", name="Jam 300 g", category="food", net_g=300, price_minor=259)
BANANA = ProductFacts(key="4011", name="Bananas", category="produce", sold_by="kg", price_minor=189)


def learned_book() -> WeightBook:
    """A store that has weighed milk, tea and rice often, and jam never."""
    book = WeightBook([MILK, TEA, RICE, JAM, BANANA])
    for off in (-3, 2, 0, 1, -1, 3, -2, 0, 1, -1, 0, 2):
        book.learn(
            [Lesson("milk", 1040 + off, 1.0), Lesson("tea", 130 + off / 3, 1.0), Lesson("rice", 515 + off / 2, 1.0)]
        )
    return book


class Cart:
    """Ana's cart: every call draws readings or declares something, and keeps what the engine says."""

    def __init__(self, book: WeightBook | None = None, policy: Policy | None = None, division_g: float = 1.0) -> None:
        self.book = book or learned_book()
        self.engine = Engine(scale=Scale(division_g=division_g), book=self.book, policy=policy)
        self.division, self.at, self.load, self.count = division_g, 0, 0.0, 0
        self.said: list[Output] = []
        self.stand(2)
        self.said += self.engine.start(self.at)
        self.stand(2)

    def read(self, grams: Iterable[float]) -> Cart:
        shown = [self.division * round(g / self.division) for g in grams]
        for i in range(0, len(shown), 5):
            part = shown[i : i + 5]
            self.said += self.engine.readings(self.at, 100, part)
            self.at += 100 * len(part)
        return self

    def stand(self, seconds: float) -> Cart:
        n = int(seconds * 10)
        self.count += n
        return self.read(self.load + NOISE[(self.count + k) % len(NOISE)] for k in range(n))

    def roll(self, seconds: float) -> Cart:
        return self.read(self.load + SHAKE[k % len(SHAKE)] for k in range(int(seconds * 10)))

    def lean(self, seconds: float, grams: float) -> Cart:
        n = int(seconds * 10)
        return self.read(self.load + grams * (1 - abs(2 * k / n - 1)) + 3 * SHAKE[k % len(SHAKE)] for k in range(n))

    def put(self, grams: float, seconds: float = 3) -> Cart:
        self.read([self.load + grams * share for share in (0.4, 1.2, 1.1)])
        self.load += grams
        return self.stand(seconds)

    def take(self, grams: float, seconds: float = 3) -> Cart:
        return self.put(-grams, seconds)

    def hole(self, seconds: float) -> Cart:
        self.at += int(seconds * 1000)
        return self

    def scan(self, product: str, quantity: int = 1, line: int = 1) -> Cart:
        self.said += self.engine.scan(self.at, product, quantity, line)
        return self

    def remove(self, product: str, quantity: int = 1, line: int = 1) -> Cart:
        self.said += self.engine.remove(self.at, product, quantity, line)
        return self

    def opened(self) -> list[Discrepancy]:
        return [o.discrepancy for o in self.said if isinstance(o, Opened)]

    def cleared(self) -> list[int]:
        return [o.id for o in self.said if isinstance(o, Cleared)]
