"""The best combination, proven: depth-first with bounds, over one component, all groups together.

Piece by piece, dearest first, a piece is left out or put into one set of one deal with pieces after it; then the same
in the next group at the prices so far. Pieces that are alike are interchangeable, so that one of each kind is tried. A
branch ends when what it saved, plus the most that its open pieces can bring (`Deal.ceiling`), does not beat the best.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from inventory.pricing.bounds import Bounds
from inventory.pricing.kinds import Deal
from inventory.pricing.rows import Row
from inventory.pricing.state import Problem, State, Use


class Extra(Protocol):
    """What promotions on the basket add to the saving of a complete combination."""

    def saved(self, state: State) -> int:
        """What they save on top of this state, in minor units."""

    def ceiling(self, saving: int) -> int:
        """The most they can save when the pieces save at most `saving`; saving + ceiling never falls with it."""


class Budget:
    """Steps that a search may still take: one for each piece decided and each set looked at."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def take(self) -> bool:
        """Whether another step is allowed."""
        self.steps -= 1
        return self.steps >= 0


class Search:
    """One run. `best` starts as the combination to beat; `proven` says whether the run came to its end."""

    def __init__(
        self, problem: Problem, start: State, budget: Budget, extra: Extra | None = None, floor: int = 0
    ) -> None:
        """`floor`: a total saving known otherwise; only a combination that beats it counts."""
        self.state = State(problem)
        self.best = start
        self.proven = True
        self._problem = problem
        self._budget = budget
        self._extra = extra
        self._bounds = Bounds(problem)
        self._target = max(floor, self._total(start))
        self._found: tuple[Use, ...] | None = None
        if self._hopeless(self._most()):
            return
        if budget.steps > 0:
            self._run(problem)
        else:
            self.proven = budget.take()  # the first step of the run, and its end

    def _run(self, problem: Problem) -> None:
        self._sizes = {
            deal.id: tuple(slot.size for slot in problem.limits.slots[deal.id])
            for layer in problem.layers
            for deal in layer
        }
        self._takers = {name: frozenset().union(*fits) for name, fits in problem.fits.items()}
        # By layer and unit: the deals to try. One that takes single pieces is left to `_rest` where it is known.
        self._deals = [
            [
                [
                    deal
                    for deal in layer
                    if deal.id in unit.deals and (deal.id in problem.limits.joint or not problem.flat)
                ]
                for unit in problem.units
            ]
            for layer in problem.layers
        ]
        self._layer(0)
        if self._found is not None:
            self.best = State(problem)
            for deal, chosen, parts in self._found:
                self.best.apply(deal, chosen, sum(parts))

    def _total(self, state: State) -> int:
        return state.saved + (self._extra.saved(state) if self._extra else 0)

    def _most(self) -> int:
        """The most that deals can save in this branch."""
        return self.state.saved + self._bounds.open(self.state)

    def _hopeless(self, most: int) -> bool:
        """Whether a branch whose deals save at most `most` cannot beat the best."""
        return most + (self._extra.ceiling(most) if self._extra else 0) <= self._target

    def _layer(self, depth: int) -> None:
        if depth < len(self._problem.layers):
            self._bounds.depth = depth
            self._place(depth, Row(self.state), 0)
            self._bounds.depth = depth - 1
        elif (total := self._total(self.state)) > self._target:
            self._target = total
            self._found = tuple(self.state.uses)

    def _place(self, depth: int, row: Row, at: int) -> None:
        while at < len(row.order) and row.busy[at]:
            at += 1
        if at == len(row.order):
            self._layer(depth + 1)
            return
        most = self._most()
        if self._hopeless(most):
            return
        if not self._budget.take():
            self.proven = False
            return
        for deal in self._deals[depth][row.order[at]]:
            if not self._budget.take():
                self.proven = False
                return
            for chosen in self._sets(deal, row, at):
                self._try(depth, row, at, deal, chosen, most)
        self._rest(depth, row, at, most)

    def _try(self, depth: int, row: Row, at: int, deal: Deal, chosen: Sequence[int], most: int) -> None:
        units = [row.order[k] for k in chosen]
        saving = self.state.saving(deal, units)
        # What the next step would find hopeless is not begun: most branches end here.
        if self._hopeless(most + saving - self._bounds.share(depth, units)):
            return
        if saving > 0 and saving >= self._problem.worth(units):
            self.state.apply(deal, units, saving)
            self._decided(depth, row, at, chosen)
            self.state.undo()

    def _rest(self, depth: int, row: Row, at: int, most: int) -> None:
        """Goes on with the piece in no set, or by itself in the deal that is known to be its best; so all like it."""
        places = row.alike(at)
        alone = self._problem.alone[row.order[at]]
        gain = alone[0] * len(places) if alone is not None else 0
        if self._hopeless(most + gain - self._bounds.share(depth, [row.order[k] for k in places])):
            return
        if alone is not None:
            for k in places:
                self.state.apply(alone[1], (row.order[k],), alone[0])
        self._decided(depth, row, at, places)
        if alone is not None:
            for _ in places:
                self.state.undo()

    def _decided(self, depth: int, row: Row, at: int, places: Sequence[int]) -> None:
        """Goes on with these places of the row decided."""
        units = [row.order[k] for k in places]
        self._bounds.decide(depth, units)
        row.mark(places, True)
        self._place(depth, row, at + 1)
        row.mark(places, False)
        self._bounds.reopen(depth, units)

    def _sets(self, deal: Deal, row: Row, at: int) -> Iterator[tuple[int, ...]]:
        """The sets of a deal with the piece at `at` and open ones after it, one of each kind, as places in the row."""
        state, order, busy = self.state, row.order, row.busy
        if state.left[deal.id] == 0 or not state.may(deal, order[at]):
            return
        sizes = self._sizes[deal.id]
        if sizes == (1,):
            yield (at,)
            return
        wanted = self._takers[deal.id]
        usable = [
            k for k in range(at + 1, len(order)) if order[k] in wanted and not busy[k] and state.may(deal, order[k])
        ]
        if deal.same_product_only:
            product = state.pieces[order[at]].product
            usable = [k for k in usable if state.pieces[order[k]].product == product]
        for chosen in row.sets(at, usable, self._problem.fits[deal.id], sizes):
            if not self._budget.take():
                self.proven = False
                return
            yield chosen
