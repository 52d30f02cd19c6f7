"""The open pieces of one group's turn in a row, dearest first, and the sets that can be made of them."""

from collections.abc import Iterator, Sequence

from inventory.pricing.state import State

_Kind = tuple[object, ...]


class Row:
    """`order`: unit positions; `busy`: which are decided; `kinds`: equal numbers for pieces that can be swapped."""

    def __init__(self, state: State) -> None:
        self.order = state.order()
        self.busy = [False] * len(self.order)
        numbers: dict[_Kind, int] = {}
        self.kinds = [numbers.setdefault(_kind(state, unit), len(numbers)) for unit in self.order]

    def mark(self, places: Sequence[int], busy: bool) -> None:
        """Marks places as decided or open."""
        for k in places:
            self.busy[k] = busy

    def alike(self, at: int) -> list[int]:
        """The open places from `at` on with the same kind of piece. If one stays out, so may all: they can swap."""
        kind = self.kinds[at]
        return [k for k in range(at, len(self.order)) if self.kinds[k] == kind and not self.busy[k]]

    def sets(
        self, at: int, usable: Sequence[int], fits: Sequence[frozenset[int]], sizes: Sequence[int]
    ) -> Iterator[tuple[int, ...]]:
        """Sets with `at` in one slot and `usable` places in the rest, slot by slot; alike sets once."""
        order, kinds = self.order, self.kinds
        if len(sizes) == 1:
            for chosen in self._choose([k for k in usable if order[k] in fits[0]], sizes[0] - 1):
                yield (at, *chosen)
            return
        seen: set[tuple[tuple[int, ...], ...]] = set()
        for own in range(len(sizes)):
            if order[at] in fits[own]:
                for slots in self._fill(at, own, 0, usable, fits, sizes):
                    key = tuple([tuple(sorted([kinds[k] for k in slot])) for slot in slots])
                    if key not in seen:
                        seen.add(key)
                        yield tuple([k for slot in slots for k in slot])

    def _fill(
        self, at: int, own: int, slot: int, usable: Sequence[int], fits: Sequence[frozenset[int]], sizes: Sequence[int]
    ) -> Iterator[tuple[tuple[int, ...], ...]]:
        """Fills the slots from number `slot` on."""
        if slot == len(sizes):
            yield ()
            return
        mine = (at,) if slot == own else ()
        fitting = [k for k in usable if self.order[k] in fits[slot]]
        for chosen in self._choose(fitting, sizes[slot] - len(mine)):
            rest = [k for k in usable if k not in chosen]
            for others in self._fill(at, own, slot + 1, rest, fits, sizes):
                yield (mine + chosen, *others)

    def _choose(self, places: Sequence[int], size: int) -> Iterator[tuple[int, ...]]:
        """Subsets of a size, one for each mix of kinds, dearest first."""
        if size == 0:
            yield ()
            return
        tried: set[int] = set()
        for start in range(len(places) - size + 1):
            kind = self.kinds[places[start]]
            if kind not in tried:
                tried.add(kind)
                for rest in self._choose(places[start + 1 :], size - 1):
                    yield (places[start], *rest)


def _kind(state: State, unit: int) -> _Kind:
    one = state.problem.units[unit]
    return (state.pieces[unit], one.groups, one.deals, state.served[unit] > 0)
