"""Applies the deals on pieces of goods: splits the basket into parts that share no deal, and solves each."""

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

from inventory.pricing.alone import chain
from inventory.pricing.book import Promotions
from inventory.pricing.greedy import greedy
from inventory.pricing.items import Item, Terms, ranked
from inventory.pricing.kinds import Deal, FixedPrice, Piece
from inventory.pricing.limits import Limits
from inventory.pricing.lots import Lot, reduced, split
from inventory.pricing.money import shares
from inventory.pricing.search import Budget, Extra, Search
from inventory.pricing.state import Problem, Unit, Use, saving

SEARCHED_UNITS = 40  # beyond that, a search would end by its budget anyway


class Part(NamedTuple):
    """Lots solved together. Uses name units by position; all of it counts `repeat` times; `saved` is for one time."""

    units: tuple[Unit, ...]
    uses: tuple[Use, ...]
    repeat: int
    saved: int
    exact: bool


class Solved(NamedTuple):
    """A part as it is remembered: places of lots instead of units, for the same goods may stand elsewhere later."""

    places: tuple[int, ...]
    uses: tuple[Use, ...]
    repeat: int
    saved: int
    exact: bool


_Known = tuple[tuple[Solved, ...], int]  # the parts of some lots, and the steps that they took


class Live:
    """The deals that are live for this basket: dates, membership and coupons are looked at once for each."""

    def __init__(self, terms: Terms, book: Promotions, coupons: dict[str, int]) -> None:
        self.limits = book.limits()
        self.groups = terms.groups
        self._terms = terms
        self._book = book
        self.memo = book.memo
        self._coupons = coupons

    def key(self, part: Sequence[Lot]) -> Hashable:
        """Everything that the best combination over these lots depends on, besides the rules themselves."""
        lots = tuple([(lot.unit.piece, lot.unit.groups, lot.size, lot.unit.deals) for lot in part])
        names = sorted({name for lot in part for name in lot.deals if self.limits.times[name] is not None})
        limited = tuple([(name, self.limits.times[name]) for name in names])
        return (lots, limited, self.groups, self._terms.member_price_name)

    def lots(self, items: Sequence[Item]) -> list[Lot]:
        """The lots in an order that does not depend on the order of the items; deals short of pieces are left out."""
        found: dict[int, dict[str, Deal]] = {}
        pieces: dict[str, int] = {}
        for position, item in enumerate(items):
            if item.discountable and item.quantity and (deals := self._deals(item)):
                found[position] = deals
                count = item.pieces
                for name in deals:
                    pieces[name] = pieces.get(name, 0) + count
        idle = {name for name, count in pieces.items() if count < self.limits.pieces[name]}
        if idle:
            found = {
                position: kept
                for position, deals in found.items()
                if (kept := {name: deal for name, deal in deals.items() if name not in idle})
            }
        return [_lot(position, items[position], found[position]) for position in ranked(items, list(found))]

    def _deals(self, item: Item) -> dict[str, Deal]:
        """The live deals that an item's pieces may serve."""
        deals = {}
        known = self.limits.times
        for deal in self._book.deals_for(item.product, item.groups):
            times = known[deal.id] if deal.id in known else self._note(deal)
            if times != 0:
                deals[deal.id] = deal
        if self._terms.member and item.member_price_minor is not None:
            deal = _member_price(item.product, item.member_price_minor, self._terms.member_price_name)
            self.limits.note(deal, None)
            deals[deal.id] = deal
        return deals

    def _note(self, deal: Deal) -> int | None:
        times = deal.times(self._terms.member, self._coupons) if deal.live(self._terms.now) else 0
        self.limits.note(deal, times, self._book.slots[deal.id])
        return times


def _lot(position: int, item: Item, deals: dict[str, Deal]) -> Lot:
    piece = Piece(item.piece_minor, item.product, item.weight_g if item.weighed else None)
    return Lot(Unit(position, piece, item.groups, frozenset(deals)), item.pieces, deals)


def _member_price(product: str, price_minor: int, name: str) -> Deal:
    return FixedPrice(id=f"member-price:{product}:{price_minor}", name=name, price_minor=price_minor, members_only=True)


def solve(lots: Sequence[Lot], live: Live, budget: Budget) -> list[Part]:
    """The best combination of deals, part by part."""
    joint = live.limits.joint
    parts = [_by_itself(lot, live) for lot in lots if joint.isdisjoint(lot.deals)]
    for some in split([lot for lot in lots if not joint.isdisjoint(lot.deals)], live.limits):
        if len(set().union(*(lot.deals for lot in some))) == 1:
            (deal,) = some[0].deals.values()
            simple = deal.dearest_first and not deal.same_product_only and live.limits.pieces[deal.id] > 1
            if simple:
                parts.append(_dearest(some, deal, live.limits))
                continue
        parts += _joined(some, live, budget)
    return parts


def solve_together(lots: Sequence[Lot], live: Live, budget: Budget, extra: Extra, floor: int) -> Part:
    """The best combination over all lots at once, with what promotions on the basket add, if it saves above `floor`."""
    problem = _problem(lots, live)
    run = Search(problem, greedy(problem), budget, extra, floor)
    return Part(problem.units, tuple(run.best.uses), 1, run.best.saved, run.proven)


def _joined(lots: Sequence[Lot], live: Live, budget: Budget) -> list[Part]:
    """Lots that deals join, part by part; or what was found for the same lots before.

    Takes the same steps from the budget either way. What is proven holds for every budget that it fits in; what is not,
    for one of as many steps, where none left is no steps.
    """
    key = live.key(lots)
    before, steps = budget.steps, max(0, budget.steps)
    known: _Known | None = live.memo.get(key)
    if known is None or known[1] > steps:
        known = live.memo.get((key, steps))
    if known is not None:
        budget.steps -= known[1]
        return [
            Part(tuple([lots[at].unit for at in places]), uses, repeat, saved, exact)
            for places, uses, repeat, saved, exact in known[0]
        ]
    parts = []
    for few in _apart(lots, live.limits):
        alone = len(few) == 1 and live.limits.joint.isdisjoint(few[0].deals)
        parts.append(_by_itself(few[0], live) if alone else _search(few, live, budget))
    at = {lot.unit.item: place for place, lot in enumerate(lots)}
    found = tuple([Solved(tuple([at[unit.item] for unit in part.units]), *part[1:]) for part in parts])
    exact = all(part.exact for part in parts)
    live.memo.keep(key if exact else (key, steps), (found, before - budget.steps))
    return parts


def _apart(lots: Sequence[Lot], limits: Limits) -> Sequence[Sequence[Lot]]:
    """What is left joined once the deals are gone that cannot gain; a single deal is not worth the look."""
    if len(set().union(*(lot.deals for lot in lots))) == 1:
        return [lots]
    return split(reduced(lots, limits), limits)


def _dearest(part: Sequence[Lot], deal: Deal, limits: Limits) -> Part:
    """One deal that nothing rivals and whose sets are best made dearest pieces first: no choice is left to make."""
    units = tuple([lot.unit for lot in part for _ in range(lot.size)])
    order = sorted(range(len(units)), key=lambda i: -units[i].piece.price)
    size, times = limits.pieces[deal.id], limits.times[deal.id]
    uses: list[Use] = []
    saved = 0
    for start in range(0, len(order) - size + 1, size):
        chosen = tuple(order[start : start + size])
        pieces = [units[i].piece for i in chosen]
        amount = saving(deal, pieces)
        if amount <= 0 or len(uses) == times:
            break
        uses.append(Use(deal, chosen, tuple(shares(amount, [piece.price for piece in pieces]))))
        saved += amount
    return Part(units, tuple(uses), 1, saved, True)


def _search(part: Sequence[Lot], live: Live, budget: Budget) -> Part:
    """The best combination over lots with joint deals: greedy, then searched unless greedy is known to be right."""
    problem = _problem(part, live)
    found = greedy(problem)
    deals = [deal for layer in problem.layers for deal in layer]
    exact = len(deals) == 1 and _settled(deals[0])
    if not exact and len(problem.units) <= SEARCHED_UNITS:
        run = Search(problem, found, budget)
        found, exact = run.best, run.proven
    return Part(problem.units, tuple(found.uses), 1, found.saved, exact)


def _settled(deal: Deal) -> bool:
    """Whether the greedy choice is the best for this deal without rivals."""
    return deal.pieces == 1 or deal.dearest_first


def _by_itself(lot: Lot, live: Live) -> Part:
    """The best chain of deals on one piece, the same for all pieces of the lot."""
    saved, uses = chain(lot.unit.piece, _layers(lot.deals, live.groups))
    return Part((lot.unit,), uses, lot.size, saved, True)


def _problem(lots: Sequence[Lot], live: Live) -> Problem:
    deals = {name: deal for lot in lots for name, deal in lot.deals.items()}
    units = [lot.unit for lot in lots for _ in range(lot.size)]
    return Problem(units, _layers(deals, live.groups), live.limits)


def _layers(deals: dict[str, Deal], order: Sequence[str]) -> list[list[Deal]]:
    """The deals by group, groups in their order, each group's deals by id."""
    if len(deals) == 1:
        return [list(deals.values())]
    groups: dict[str, list[Deal]] = {}
    for name in sorted(deals):
        groups.setdefault(deals[name].group, []).append(deals[name])
    return [groups[group] for group in sorted(groups, key=ranks(order))]


def ranks(order: Sequence[str]) -> Callable[[str], tuple[int, str]]:
    """A sort key for names of groups: those in the terms' order first, others after them by name."""
    places = {name: i for i, name in enumerate(order)}
    return lambda name: (places.get(name, len(places)), name)
