"""A choice of sets in the making: what each piece costs now, what it serves, and how often each deal is left."""

from collections.abc import Sequence
from typing import NamedTuple

from inventory.pricing.kinds import Deal, Piece
from inventory.pricing.limits import Limits
from inventory.pricing.money import shares


class Unit(NamedTuple):
    """One piece of a line: the position of its item, what it is, the groups of its product, the ids of its deals."""

    item: int
    piece: Piece
    groups: tuple[str, ...]
    deals: frozenset[str]


class Use(NamedTuple):
    """One set of a deal: the units in it, by position, and what it takes off each, in minor units."""

    deal: Deal
    units: tuple[int, ...]
    parts: tuple[int, ...]


Alone = tuple[int, Deal] | None  # what a piece saves by itself, and by which deal


def saving(deal: Deal, pieces: Sequence[Piece]) -> int:
    """What a set saves, never more than it costs."""
    cost = pieces[0].price if len(pieces) == 1 else sum([piece.price for piece in pieces])
    return min(deal.saved(pieces), cost)


class Problem:
    """Units, deals in layers (one a group, in the order they apply), and how often each deal may count.

    With one layer, a piece that is in no set of several does best with its best deal alone: `alone` holds that deal
    and its saving for each unit, and neither a set that saves less than its pieces alone nor any other deal for one
    piece can be part of the best combination. With more layers that does not hold, and `alone` is empty of choices.
    """

    def __init__(self, units: Sequence[Unit], layers: Sequence[Sequence[Deal]], limits: Limits) -> None:
        self.units = tuple(units)
        self.layers = tuple(tuple(layer) for layer in layers)
        self.limits = limits
        # For each deal, by slot: the units that may fill it.
        # For each deal, the units that may serve it.
        self.takers: dict[str, list[int]] = {deal.id: [] for layer in self.layers for deal in layer}
        for i, unit in enumerate(self.units):
            for name in unit.deals:
                if name in self.takers:
                    self.takers[name].append(i)
        self.fits = {deal.id: self._fits(deal) for layer in self.layers for deal in layer}
        # By layer and unit: the deals on the unit that are not joint, in the order of the layer.
        self.singles = [self._singles(layer) for layer in self.layers]
        self.flat = len(self.layers) == 1
        self.alone: list[Alone] = self._alone() if self.flat else [None] * len(self.units)

    def _fits(self, deal: Deal) -> tuple[frozenset[int], ...]:
        slots, takers, units = self.limits.slots[deal.id], self.takers[deal.id], self.units
        if len(slots) == 1:
            return (frozenset(takers),)
        return tuple([
            frozenset([i for i in takers if slot.target.holds(units[i].piece.product, units[i].groups)])
            for slot in slots
        ])  # fmt: skip

    def _singles(self, layer: Sequence[Deal]) -> list[list[Deal]]:
        single = {deal.id: place for place, deal in enumerate(layer) if deal.id not in self.limits.joint}
        found: list[list[Deal]] = []
        before: Unit | None = None
        for unit in self.units:
            # The pieces of a line are one object, side by side.
            if unit is not before:
                mine = [layer[place] for place in sorted([single[name] for name in unit.deals if name in single])]
            found.append(mine)
            before = unit
        return found

    def _alone(self) -> list[Alone]:
        found: list[Alone] = []
        before: Unit | None = None
        for unit, deals in zip(self.units, self.singles[0], strict=True):
            if unit is not before:
                best: Alone = None
                for deal in deals:
                    amount = saving(deal, (unit.piece,))
                    if amount > 0 and (best is None or amount > best[0]):
                        best = (amount, deal)
            found.append(best)
            before = unit
        return found

    def worth(self, units: Sequence[int]) -> int:
        """What these units save alone, as far as that is known beforehand."""
        return sum([alone[0] for i in units if (alone := self.alone[i]) is not None])


class State:
    """Mutable; every `apply` can be taken back by `undo`, last in first out."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.pieces = [unit.piece for unit in problem.units]
        self.served = [0] * len(problem.units)
        self.locked = [False] * len(problem.units)
        self.left = {name: problem.limits.times[name] for name in problem.fits}
        self.uses: list[Use] = []
        self.saved = 0

    def may(self, deal: Deal, unit: int) -> bool:
        """Whether the groups before leave this unit to the deal."""
        return not self.locked[unit] and not (deal.exclusive and self.served[unit])

    def saving(self, deal: Deal, chosen: Sequence[int]) -> int:
        """What the deal saves on these units at their present prices."""
        return saving(deal, [self.pieces[i] for i in chosen])

    def apply(self, deal: Deal, chosen: Sequence[int], amount: int) -> None:
        """Takes one set; its saving is shared by what the units cost, so that no refund of a part can gain by it."""
        pieces = self.pieces
        parts = [amount] if len(chosen) == 1 else shares(amount, [pieces[i].price for i in chosen])
        for i, part in zip(chosen, parts, strict=True):
            price, product, weight_g = pieces[i]
            pieces[i] = Piece(price - part, product, weight_g)
            self.served[i] += 1
            self.locked[i] = deal.exclusive
        left = self.left[deal.id]
        self.left[deal.id] = None if left is None else left - 1
        self.uses.append(Use(deal, tuple(chosen), tuple(parts)))
        self.saved += amount

    def undo(self) -> None:
        """Takes the last set back."""
        deal, chosen, parts = self.uses.pop()
        for i, part in zip(chosen, parts, strict=True):
            price, product, weight_g = self.pieces[i]
            self.pieces[i] = Piece(price + part, product, weight_g)
            self.served[i] -= 1
            self.locked[i] = False
            self.saved -= part
        left = self.left[deal.id]
        self.left[deal.id] = None if left is None else left + 1

    def order(self) -> list[int]:
        """The units still open to deals, dearest first; among equals, as they stand in the problem."""
        free = [i for i in range(len(self.pieces)) if not self.locked[i]]
        return sorted(free, key=lambda i: -self.pieces[i].price)
