"""A choice of sets in the making: what each piece costs now, what it serves, and how often each deal is left."""

from collections.abc import Sequence
from typing import NamedTuple

from inventory.pricing.kinds import Deal, Piece, Slot
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


class Limits:
    """How often each deal may count (None: without end), and which deals are joint.

    A joint deal makes the choice on one piece depend on others: it needs several, or is limited.
    """

    def __init__(self) -> None:
        self.times: dict[str, int | None] = {}
        self.slots: dict[str, tuple[Slot, ...]] = {}
        self.pieces: dict[str, int] = {}
        self.joint: set[str] = set()

    def note(self, deal: Deal, times: int | None, slots: tuple[Slot, ...] | None = None) -> None:
        """Takes in a deal; `slots` are its own, where they are at hand."""
        self.times[deal.id] = times
        self.slots[deal.id] = slots = deal.slots if slots is None else slots
        self.pieces[deal.id] = pieces = slots[0].size if len(slots) == 1 else sum([slot.size for slot in slots])
        if times is not None or pieces > 1:
            self.joint.add(deal.id)


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
        self.fits = {deal.id: self._fits(deal) for layer in self.layers for deal in layer}
        self.flat = len(self.layers) == 1
        self.alone: list[tuple[int, Deal] | None] = [self._alone(unit) if self.flat else None for unit in self.units]

    def _fits(self, deal: Deal) -> tuple[frozenset[int], ...]:
        takers = [(i, unit) for i, unit in enumerate(self.units) if deal.id in unit.deals]
        slots = self.limits.slots[deal.id]
        if len(slots) == 1:
            return (frozenset([i for i, _ in takers]),)
        return tuple(
            frozenset([i for i, unit in takers if slot.target.holds(unit.piece.product, unit.groups)]) for slot in slots
        )

    def _alone(self, unit: Unit) -> tuple[int, Deal] | None:
        best = None
        for deal in self.layers[0]:
            if deal.id in unit.deals and deal.id not in self.limits.joint:
                amount = saving(deal, (unit.piece,))
                if amount > 0 and (best is None or amount > best[0]):
                    best = (amount, deal)
        return best

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
        parts = shares(amount, [pieces[i].price for i in chosen])
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
