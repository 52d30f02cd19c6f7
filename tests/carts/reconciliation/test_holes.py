"""A cart that was offline sends what its shopper did in one go, without the readings of that time.

The contract: no discrepancy may open for anything during a hole in the stream that adds up after it.
"""

import pytest

from carts.reconciliation import Engine, Opened, Output, ProductFacts, Scale, WeightBook


class Offline:
    """An engine fed by hand; `opened` are the kinds of what it opened."""

    def __init__(self, products: int) -> None:
        facts = [ProductFacts(f"p{i}", f"P{i}", net_g=200 + 100 * i, gross_g=210 + 100 * i) for i in range(products)]
        self.engine = Engine(scale=Scale(1, 40000, 10), book=WeightBook(facts))
        self.at = 0
        self.opened: list[str] = []
        self.stand(0)
        self.hear(self.engine.start(self.at))

    def hear(self, outputs: list[Output]) -> None:
        self.opened += [output.discrepancy.kind for output in outputs if isinstance(output, Opened)]

    def stand(self, load: float, seconds: float = 3) -> None:
        for _ in range(int(seconds * 2)):
            grams = [load + wobble for wobble in (0, 1, 0, -1, 0)]
            self.hear(self.engine.readings(self.at, 100, grams))
            self.at += 500


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8])
def test_scans_of_a_hole_wait_for_the_next_standstill_and_are_explained_together(count: int) -> None:
    cart = Offline(count)

    for i in range(count):
        cart.at += 20_000
        cart.hear(cart.engine.scan(cart.at, f"p{i}", 1, i + 1))
    cart.stand(sum(210 + 100 * i for i in range(count)), seconds=10)

    assert cart.opened == []
    assert cart.engine.verdict(cart.at).outcome == "clear"


def test_what_was_declared_before_a_hole_has_its_grace_less_the_time_unseen() -> None:
    cart = Offline(2)
    cart.hear(cart.engine.scan(cart.at, "p1", 1, 2))
    cart.stand(310, seconds=15)

    cart.hear(cart.engine.remove(cart.at, "p1", 1, 2))
    cart.stand(310, seconds=2)
    cart.at += 40_000
    cart.stand(310, seconds=15)

    assert cart.opened == []


def test_and_once_that_is_over_what_was_not_removed_is_said() -> None:
    cart = Offline(2)
    cart.hear(cart.engine.scan(cart.at, "p1", 1, 2))
    cart.stand(310, seconds=15)

    cart.hear(cart.engine.remove(cart.at, "p1", 1, 2))
    cart.stand(310, seconds=2)
    cart.at += 40_000
    cart.stand(310, seconds=30)

    assert cart.opened == ["not_removed"]
