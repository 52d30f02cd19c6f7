"""A good combination fast: group by group, always the set that gains most a piece over what its pieces save alone."""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from inventory.pricing.kinds import Deal
from inventory.pricing.state import Alone, Problem, State, saving

WINDOWS = 4  # starting points tried for a set in a row of pieces


class _Option(NamedTuple):
    """A set that could be taken next."""

    deal: Deal
    units: tuple[int, ...]
    saving: int
    gain: int


_Queued = tuple[int, int, int, _Option]  # best first: gain a piece, gain, place of the deal, all but the last negative


def greedy(problem: Problem) -> State:
    """Sets chosen one by one. Time: sets taken x deals touched by each x `WINDOWS`, after one sort a group."""
    state = State(problem)
    for depth in range(len(problem.layers)):
        _Turn(state, depth).run()
    return state


class _Turn:
    """One group's turn: what each piece saves alone, and each joint deal's next set with the greatest gain."""

    def __init__(self, state: State, depth: int) -> None:
        self._state = state
        self._order = state.order()
        self._free = [False] * len(state.pieces)
        for i in self._order:
            self._free[i] = True
        self._alone = state.problem.alone if state.problem.flat else self._all_alone(depth)
        self._worth = [0 if one is None else one[0] for one in self._alone]
        joint = state.problem.limits.joint
        self._deals = [deal for deal in state.problem.layers[depth] if deal.id in joint]
        self._places = {deal.id: place for place, deal in enumerate(self._deals)}
        # By deal: the free pieces that it may take, dearest first.
        self._rows = self._rows_of(self._order)
        self._options: list[_Option | None] = [None] * len(self._deals)
        self._queue: list[_Queued] = []

    def run(self) -> None:
        """Takes sets until none gains, then gives the pieces left over their deals alone."""
        state, options, queue = self._state, self._options, self._queue
        for place in range(len(self._deals)):
            self._renew(place)
        heapify(queue)
        while queue:
            taken = heappop(queue)[3]
            # What is no longer its deal's option was replaced, or has lost a piece.
            if options[self._places[taken.deal.id]] is not taken:
                continue
            state.apply(taken.deal, taken.units, taken.saving)
            touched = {self._places[taken.deal.id]}
            for i in taken.units:
                self._free[i] = False
                touched.update(self._places[name] for name in state.problem.units[i].deals if name in self._places)
            for place in touched:
                option = options[place]
                if option is not None and any(not self._free[i] for i in option.units):
                    self._renew(place)
        for i in self._order:
            single = self._alone[i]
            if self._free[i] and single is not None:
                state.apply(single[1], (i,), single[0])

    def _renew(self, place: int) -> None:
        """Looks for a deal's next set among the pieces that are still free."""
        deal = self._deals[place]
        row = self._rows[place] = [i for i in self._rows[place] if self._free[i]]
        option = self._options[place] = None if self._state.left[deal.id] == 0 else self._best(deal, row)
        if option is not None:
            gain = option.gain
            heappush(self._queue, (-(gain * 10000 // len(option.units)), -gain, place, option))

    def _rows_of(self, order: Sequence[int]) -> list[list[int]]:
        rows: list[list[int]] = [[] for _ in self._deals]
        state, places, deals = self._state, self._places, self._deals
        for i in order if rows else ():
            for name in state.problem.units[i].deals:
                place = places.get(name)
                if place is not None and state.may(deals[place], i):
                    rows[place].append(i)
        return rows

    def _all_alone(self, depth: int) -> list[Alone]:
        """For each unit, the best deal of the group by itself at the present prices, if any saves."""
        state = self._state
        found: list[Alone] = [None] * len(state.pieces)
        for i, singles in enumerate(state.problem.singles[depth]):
            if self._free[i]:
                for deal in singles:
                    if state.may(deal, i):
                        amount = state.saving(deal, (i,))
                        if amount > 0 and ((best := found[i]) is None or amount > best[0]):
                            found[i] = (amount, deal)
        return found

    def _best(self, deal: Deal, row: Sequence[int]) -> _Option | None:
        """The deal's set with the greatest gain among the candidates; the first among equals."""
        if len(row) < self._state.problem.limits.pieces[deal.id]:
            return None
        best: tuple[int, ...] = ()
        most = saved = 0
        worth, pieces = self._worth, self._state.pieces
        for chosen in _candidates(self._state, deal, row):
            amount = saving(deal, [pieces[i] for i in chosen])
            gain = amount - sum([worth[i] for i in chosen])
            if gain > most:
                best, most, saved = chosen, gain, amount
        return _Option(deal, best, saved, most) if best else None


def _candidates(state: State, deal: Deal, free: Sequence[int]) -> list[tuple[int, ...]]:
    """Sets of neighbours in price; for a deal of several slots, the dearest of each, the scarcest slot first.

    `free`: the open pieces of the deal, dearest first.
    """
    slots = state.problem.limits.slots[deal.id]
    if len(slots) == 1:
        size = slots[0].size
        if deal.same_product_only:
            return [window for row in _by_product(state, free) for window in _windows(row, size)]
        return _windows(free, size)
    fits = state.problem.fits[deal.id]
    chosen: dict[int, list[int]] = {}
    taken: set[int] = set()
    by_scarcity = sorted(range(len(slots)), key=lambda k: (len(fits[k]), k))
    for k in by_scarcity[:-1]:
        chosen[k] = [i for i in free if i in fits[k] and i not in taken][: slots[k].size]
        if len(chosen[k]) < slots[k].size:
            return []
        taken.update(chosen[k])
    last = by_scarcity[-1]
    found = []
    for window in _windows([i for i in free if i in fits[last] and i not in taken], slots[last].size):
        chosen[last] = list(window)
        found.append(tuple([i for k in range(len(slots)) for i in chosen[k]]))
    return found


def _by_product(state: State, row: Sequence[int]) -> list[list[int]]:
    rows: dict[str, list[int]] = {}
    for i in row:
        rows.setdefault(state.pieces[i].product, []).append(i)
    return list(rows.values())


def _windows(row: Sequence[int], size: int) -> list[tuple[int, ...]]:
    """Runs of `size` neighbours; single pieces all, longer runs from the first few starts."""
    starts = len(row) - size + 1
    return [tuple(row[start : start + size]) for start in range(starts if size == 1 else min(starts, WINDOWS))]
