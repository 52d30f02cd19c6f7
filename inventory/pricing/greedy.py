"""A good combination fast: group by group, always the set that gains most a piece over what its pieces save alone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inventory.pricing.kinds import Deal
from inventory.pricing.state import Problem, State

WINDOWS = 4  # starting points tried for a set in a row of pieces


class _Option(NamedTuple):
    """A set that could be taken next."""

    deal: Deal
    units: tuple[int, ...]
    saving: int
    gain: int


def greedy(problem: Problem) -> State:
    """Sets chosen one by one. Time: sets taken x deals touched by each x `WINDOWS`, after one sort a group."""
    state = State(problem)
    for layer in problem.layers:
        _fill(state, layer)
    return state


def _fill(state: State, layer: Sequence[Deal]) -> None:
    free = dict.fromkeys(state.order())
    alone = {i: _alone(state, layer, i) for i in free}
    joint = [deal for deal in layer if deal.id in state.problem.limits.joint]
    options = {deal.id: _best(state, deal, free, alone) for deal in joint}
    while True:
        found = [option for option in options.values() if option is not None]
        if not found:
            break
        taken = max(found, key=lambda option: (option.gain * 10000 // len(option.units), option.gain))
        state.apply(taken.deal, taken.units, taken.saving)
        for i in taken.units:
            del free[i]
        for deal in joint:
            option = options[deal.id]
            if deal is taken.deal or (option is not None and not set(option.units).isdisjoint(taken.units)):
                options[deal.id] = _best(state, deal, free, alone)
    for i in free:
        single = alone[i]
        if single is not None:
            state.apply(single.deal, single.units, single.saving)


def _alone(state: State, layer: Sequence[Deal], unit: int) -> _Option | None:
    """The best deal for one unit by itself, if any saves."""
    if state.problem.flat:
        known = state.problem.alone[unit]
        return None if known is None else _Option(known[1], (unit,), known[0], known[0])
    best = None
    deals = state.problem.units[unit].deals
    for deal in layer:
        if deal.id in deals and deal.id not in state.problem.limits.joint and state.may(deal, unit):
            amount = state.saving(deal, (unit,))
            if amount > 0 and (best is None or amount > best.saving):
                best = _Option(deal, (unit,), amount, amount)
    return best


def _best(state: State, deal: Deal, free: dict[int, None], alone: dict[int, _Option | None]) -> _Option | None:
    """The deal's next set with the greatest gain among the candidates; the first among equals."""
    if state.left[deal.id] == 0:
        return None
    best = None
    for chosen in _candidates(state, deal, [i for i in free if state.may(deal, i)]):
        saving = state.saving(deal, chosen)
        gain = saving - sum(single.saving for i in chosen if (single := alone[i]) is not None)
        if gain > 0 and (best is None or gain > best.gain):
            best = _Option(deal, chosen, saving, gain)
    return best


def _candidates(state: State, deal: Deal, free: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Sets of neighbours in price; for a deal of several slots, the dearest of each, the scarcest slot first."""
    fits = state.problem.fits[deal.id]
    slots = state.problem.limits.slots[deal.id]
    if len(slots) == 1:
        rows = [[i for i in free if i in fits[0]]]
        if deal.same_product_only:
            rows = _by_product(state, rows[0])
        for row in rows:
            yield from _windows(row, slots[0].size)
        return
    chosen: dict[int, list[int]] = {}
    taken: set[int] = set()
    by_scarcity = sorted(range(len(slots)), key=lambda k: (len(fits[k]), k))
    for k in by_scarcity[:-1]:
        chosen[k] = [i for i in free if i in fits[k] and i not in taken][: slots[k].size]
        if len(chosen[k]) < slots[k].size:
            return
        taken.update(chosen[k])
    last = by_scarcity[-1]
    for window in _windows([i for i in free if i in fits[last] and i not in taken], slots[last].size):
        chosen[last] = list(window)
        yield tuple(i for k in range(len(slots)) for i in chosen[k])


def _by_product(state: State, row: Sequence[int]) -> list[list[int]]:
    rows: dict[str, list[int]] = {}
    for i in row:
        rows.setdefault(state.pieces[i].product, []).append(i)
    return list(rows.values())


def _windows(row: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
    """Runs of `size` neighbours; single pieces all, longer runs from the first few starts."""
    starts = len(row) - size + 1
    for start in range(starts if size == 1 else min(starts, WINDOWS)):
        yield tuple(row[start : start + size])
