"""Chooses the promotions of a basket: deals on pieces and rewards for totals, the best of both together.

Deals are solved part by part, rewards come on top. Where that is not proven to be the best (a deal may keep the basket
just under a threshold, or shut goods out of it), alternatives are tried, and a small basket is searched as a whole.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from inventory.pricing.basket import Reward, Thresholds
from inventory.pricing.book import Promotions
from inventory.pricing.goods import Live, Part, ranks, solve, solve_together
from inventory.pricing.items import Item, Terms
from inventory.pricing.lots import Lot
from inventory.pricing.search import Budget

STEPS = 8000  # shared out by the number of lines with deals: 4000 steps for one line, some 80 for 100
JOINT_UNITS = 24


class Choice(NamedTuple):
    """The parts with their deals, the rewards, and whether they are proven to save most."""

    parts: list[Part]
    rewards: list[Reward]
    exact: bool

    @property
    def saved(self) -> int:
        """What it saves in all, in minor units."""
        return sum(part.saved * part.repeat for part in self.parts) + sum(reward.saved for reward in self.rewards)


def choose(items: Sequence[Item], gross: Sequence[int], terms: Terms, book: Promotions) -> Choice:
    """The best legal combination; `gross` is each item's price before promotions."""
    coupons = Counter(terms.coupons)
    live = Live(terms, book, coupons)
    lots = live.lots(items)
    parts = solve(lots, live, _budget(lots))
    exact = all(part.exact for part in parts)
    rules = [
        (rule, times)
        for rule in book.thresholds
        if (times := rule.times(terms.member, coupons)) != 0 and rule.live(terms.now)
    ]
    if not rules:
        return Choice(parts, [], exact)
    dealt = frozenset(lot.unit.item for lot in lots)
    thresholds = Thresholds(items, gross, rules, ranks(terms.groups), dealt)
    first = Choice(parts, thresholds.best(parts), exact and thresholds.complete)
    deals_save = sum(part.saved * part.repeat for part in parts)
    if first.saved == thresholds.most(deals_save):
        return first
    return _better(first, lots, live, thresholds)


def _budget(lots: Sequence[Lot]) -> Budget:
    return Budget(STEPS // (1 + len(lots)))


def _better(first: Choice, lots: Sequence[Lot], live: Live, thresholds: Thresholds) -> Choice:
    """The best of the alternatives, and for a small basket of the search over all of it."""
    best = first._replace(exact=False)
    for parts in _alternatives(first, lots, live, thresholds):
        other = Choice(parts, thresholds.best(parts), False)
        if other.saved > best.saved:
            best = other
    if sum(lot.size for lot in lots) > JOINT_UNITS:
        return best
    part = solve_together(lots, live, _budget(lots), thresholds, best.saved)
    joint = Choice([part], thresholds.best([part]), False)
    if joint.saved > best.saved:
        best = joint
    return best._replace(exact=part.exact and thresholds.complete)


def _alternatives(first: Choice, lots: Sequence[Lot], live: Live, thresholds: Thresholds) -> Iterator[list[Part]]:
    """No deals; none of the exclusive ones; and for each threshold missed, deals given up to reach it, least first."""
    yield []
    if any(use.deal.exclusive for part in first.parts for use in part.uses):
        yield solve([_without_exclusive(lot) for lot in lots], live, _budget(lots))
    for goods, lack in thresholds.missed(first.parts, first.rewards):
        mine = [part for part in first.parts if part.saved and any(unit.item in goods for unit in part.units)]
        mine.sort(key=lambda part: part.saved * part.repeat)
        enough = next((part for part in mine if part.saved * part.repeat >= lack), None)
        if enough is not None:
            yield [part for part in first.parts if part is not enough]
        given_up = _first_until(mine, lack)
        yield [part for part in first.parts if not any(part is one for one in given_up)]


def _first_until(parts: Sequence[Part], lack: int) -> list[Part]:
    """The first parts that together save `lack` or more."""
    taken = []
    for part in parts:
        if lack <= 0:
            break
        taken.append(part)
        lack -= part.saved * part.repeat
    return taken


def _without_exclusive(lot: Lot) -> Lot:
    deals = {name: deal for name, deal in lot.deals.items() if not deal.exclusive}
    return lot._replace(deals=deals, unit=lot.unit._replace(deals=frozenset(deals)))
