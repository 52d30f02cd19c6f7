"""Lots, and how they fall into parts that can be solved one by one."""

from collections.abc import Sequence
from typing import NamedTuple

from inventory.pricing.kinds import Deal, Slot
from inventory.pricing.limits import Limits
from inventory.pricing.state import Unit, saving


class Lot(NamedTuple):
    """A line with live deals. Its `size` pieces are alike."""

    unit: Unit
    size: int
    deals: dict[str, Deal]


def split(lots: Sequence[Lot], limits: Limits) -> list[list[Lot]]:
    """Lots joined by deals that make one depend on another, each part in the order of the lots."""
    root = list(range(len(lots)))

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    first: dict[str, int] = {}
    for i, lot in enumerate(lots):
        for name in lot.deals:
            if name in limits.joint:
                root[find(i)] = find(first.setdefault(name, i))
    parts: dict[int, list[Lot]] = {}
    for i, lot in enumerate(lots):
        parts.setdefault(find(i), []).append(lot)
    return list(parts.values())


def reduced(lots: Sequence[Lot], limits: Limits) -> Sequence[Lot]:
    """The lots of a part without the deals that cannot be in its best combination, and so with fewer ties.

    A deal goes if no set of it can bring anything: there are too few pieces, or its ceilings on the best of them don't
    add up to more than these pieces save alone. What pieces save alone is known only if all deals are of one group.
    """
    flat = len({deal.group for lot in lots for deal in lot.deals.values()}) == 1
    gains: dict[str, list[int]] = {}
    deals: dict[str, Deal] = {}
    for lot in lots:
        joint = [deal for name, deal in lot.deals.items() if name in limits.joint]
        alone = 0
        if flat and joint:
            alone = max(
                [0, *(saving(deal, (lot.unit.piece,)) for name, deal in lot.deals.items() if name not in limits.joint)]
            )
        for deal in joint:
            deals[deal.id] = deal
            gains.setdefault(deal.id, []).extend([deal.ceiling(lot.unit.piece) - alone] * lot.size)
    idle = {
        name
        for name, deal in deals.items()
        if not (_can_gain(limits.pieces[name], gains[name]) and _can_fill(deal, limits.slots[name], lots))
    }
    return [_without(lot, idle) for lot in lots] if idle else lots


def _can_gain(size: int, gains: list[int]) -> bool:
    if len(gains) < size:
        return False
    return sum(sorted(gains, reverse=True)[:size]) > 0


def _can_fill(deal: Deal, slots: Sequence[Slot], lots: Sequence[Lot]) -> bool:
    """Whether each slot finds pieces enough for itself."""
    if len(slots) == 1:
        return True
    mine = [lot for lot in lots if deal.id in lot.deals]
    for target, size in slots:
        if sum([lot.size for lot in mine if target.holds(lot.unit.piece.product, lot.unit.groups)]) < size:
            return False
    return True


def _without(lot: Lot, idle: set[str]) -> Lot:
    """A lot without some deals."""
    if idle.isdisjoint(lot.deals):
        return lot
    deals = {name: deal for name, deal in lot.deals.items() if name not in idle}
    return Lot(lot.unit._replace(deals=frozenset(deals)), lot.size, deals)
