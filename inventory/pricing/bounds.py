"""The most that open pieces can still bring. Never too low, so that no branch that could win is cut."""

from collections.abc import Sequence
from itertools import accumulate

from inventory.pricing.kinds import Deal
from inventory.pricing.state import Problem, State, Unit


class Bounds:
    """Sums of `Deal.ceiling` at the prices before promotions, which no later price exceeds.

    Each piece counts once in each group, with the highest ceiling of the deals that are not limited. A limited deal
    counts with the highest ceilings of as many pieces as it has left to take. `depth` is the group being decided.
    """

    def __init__(self, problem: Problem) -> None:
        self.depth = 0
        self._caps = [[0] * len(problem.units) for _ in problem.layers]
        self._limited: list[tuple[int, str, list[int]]] = []
        for depth, layer in enumerate(problem.layers):
            for deal in layer:
                self._add(problem, depth, deal)
        self._pending = sum(sum(caps) for caps in self._caps)

    def _add(self, problem: Problem, depth: int, deal: Deal) -> None:
        takers, units = problem.takers[deal.id], problem.units
        ceilings = []
        before: Unit | None = None
        for i in takers:
            unit = units[i]
            # The pieces of a line are one object, side by side.
            if unit is not before:
                ceiling = max(0, deal.ceiling(unit.piece))
                before = unit
            ceilings.append(ceiling)
        times = problem.limits.times[deal.id]
        if times is None:
            caps = self._caps[depth]
            for i, ceiling in zip(takers, ceilings, strict=True):
                caps[i] = max(caps[i], ceiling)
            return
        size = problem.limits.pieces[deal.id]
        sums = [0, *accumulate(sorted(ceilings, reverse=True))]
        sets = min(times, -(-len(takers) // size))
        self._limited.append((depth, deal.id, [sums[min(k * size, len(takers))] for k in range(sets + 1)]))

    def open(self, state: State) -> int:
        """The most that the undecided pieces of this group, and all of later ones, can bring, in minor units."""
        most = self._pending
        for depth, name, reserve in self._limited:
            if depth >= self.depth:
                most += reserve[min(state.left[name] or 0, len(reserve) - 1)]
        return most

    def share(self, depth: int, units: Sequence[int]) -> int:
        """What these open units of a group stand for in `open`."""
        caps = self._caps[depth]
        return sum([caps[i] for i in units])

    def decide(self, depth: int, units: Sequence[int]) -> None:
        """Takes units out of a group's open ones."""
        self._pending -= self.share(depth, units)

    def reopen(self, depth: int, units: Sequence[int]) -> None:
        """Puts them back."""
        self._pending += self.share(depth, units)
