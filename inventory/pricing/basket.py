"""Promotions on what the basket comes to, on top of a combination of deals on pieces."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from inventory.pricing.goods import Part
from inventory.pricing.items import Item, ranked
from inventory.pricing.kinds import Deal
from inventory.pricing.money import half_up, shares
from inventory.pricing.state import State
from inventory.pricing.thresholds import BasketThreshold

_Served = tuple[int, list[Deal], int]  # a unit's position, the deals on it, what they took off in all
_Base = tuple[dict[int, int], int]  # what each of a threshold's goods comes to, and the sum that counts
TRIED_RULES = 8  # of so many reachable thresholds every subset is tried; of more, of those that could save most


class Reward(NamedTuple):
    """A threshold reached: how often, and what it takes off each item, by position."""

    rule: BasketThreshold
    times: int
    parts: dict[int, int]

    @property
    def saved(self) -> int:
        """What it saves in all, in minor units."""
        return sum(self.parts.values())


class _Reach(NamedTuple):
    """A threshold that this basket could reach: how often at most, and the positions of its goods."""

    rule: BasketThreshold
    times: int | None
    goods: tuple[int, ...]
    gross: int

    @property
    def most(self) -> int:
        """What it saves at best, on its goods before any deal."""
        return self.rule.saved(self.gross, self.rule.reached(self.gross, self.times))


class Thresholds:
    """The thresholds within reach, and how they answer to a combination of deals. An `Extra` of the search."""

    def __init__(
        self,
        items: Sequence[Item],
        gross: Sequence[int],
        rules: Sequence[tuple[BasketThreshold, int | None]],
        rank: Callable[[str], tuple[int, str]],
        dealt: frozenset[int],
    ) -> None:
        """`gross`: each item's price before promotions; `dealt`: the positions of the items with deals on pieces."""
        self._gross = gross
        # One order for all, which does not depend on scanning.
        order = ranked(items, range(len(items)))
        found = [_reach(items, order, gross, rule, times) for rule, times in rules]
        reach = sorted((one for one in found if one.most > 0), key=lambda one: (-one.most, one.rule.id))
        self.reach = sorted(reach[:TRIED_RULES], key=lambda one: (rank(one.rule.group), one.rule.id))
        self.complete = len(reach) <= TRIED_RULES
        self._dealt = dealt
        self._fixed, self._percent = _ceilings(self.reach, dealt)

    def saved(self, state: State) -> int:
        """What the best rewards save on top of a state that holds all units with deals."""
        return sum(reward.saved for reward in self.best([Part(state.problem.units, tuple(state.uses), 1, 0, True)]))

    def ceiling(self, saving: int) -> int:
        """No rewards save more when deals save at most `saving`; saving + ceiling never falls with it."""
        gross, basis_points = self._percent
        return self._fixed + half_up(max(0, gross - saving) * basis_points, 10000)

    def most(self, saving: int) -> int:
        """No combination saves more in all, if deals save at most `saving`.

        Either deals save so much that a threshold on all their goods stays out of reach, or at most what lets it in.
        """
        rooms = [self._room(one) for one in self.reach]
        near = [one for one, room in zip(self.reach, rooms, strict=True) if room is None or room >= saving]
        fixed, (gross, basis_points) = _ceilings(near, self._dealt)
        total = saving + fixed + half_up(max(0, gross - saving) * basis_points, 10000)
        far = [room for room in rooms if room is not None and room < saving]
        return max([total, *(room + self.ceiling(room) for room in far)])

    def _room(self, one: _Reach) -> int | None:
        """The most that deals may save without keeping the basket below a threshold; None if that is not one figure."""
        if one.rule.counts_before_offers or not self._dealt.issubset(one.goods):
            return None
        return one.gross - one.rule.minimum_minor

    def best(self, parts: Sequence[Part]) -> list[Reward]:
        """The best legal rewards on top of solved parts: two with goods in common never share a group."""
        served = [(part, _served(part)) for part in parts]
        return self._choose(0, [self._base(one, served) for one in self.reach], [])

    def missed(self, parts: Sequence[Part], rewards: Sequence[Reward]) -> list[tuple[tuple[int, ...], int]]:
        """For each threshold that could give (more): its goods, and what they lack for it."""
        served = [(part, _served(part)) for part in parts]
        given = {reward.rule.id: reward.times for reward in rewards}
        found = []
        for one in self.reach:
            times = given.get(one.rule.id, 0)
            lack = one.rule.minimum_minor * (times + 1) - self._base(one, served)[1]
            if lack > 0 and (not times or one.rule.repeats):
                found.append((one.goods, lack))
        return found

    def _choose(self, at: int, bases: Sequence[_Base], taken: list[Reward]) -> list[Reward]:
        if at == len(self.reach):
            return list(taken)
        best = self._choose(at + 1, bases, taken)
        one = self.reach[at]
        if all(_legal(one.rule, reward, bases[at][0]) for reward in taken):
            reward = _reward(one, bases[at], taken)
            if reward.parts:
                other = self._choose(at + 1, bases, [*taken, reward])
                if sum(reward.saved for reward in other) > sum(reward.saved for reward in best):
                    return other
        return best

    def _base(self, one: _Reach, served: Sequence[tuple[Part, list[_Served]]]) -> _Base:
        """What a threshold's goods come to after deals, without pieces closed to it; and the sum that counts."""
        after = {i: self._gross[i] for i in one.goods}
        counted = one.gross
        alone, group = one.rule.exclusive, one.rule.group
        for part, touched in served:
            units, repeat = part.units, part.repeat
            for position, deals, off in touched:
                item, piece = units[position][:2]
                if item not in after:
                    continue
                for deal in deals:
                    if alone or deal.exclusive or deal.group == group:
                        after[item] -= piece.price * repeat
                        counted -= piece.price * repeat
                        break
                else:
                    after[item] -= off * repeat
        return after, counted if one.rule.counts_before_offers else sum(after.values())


def _reach(
    items: Sequence[Item], order: Sequence[int], gross: Sequence[int], rule: BasketThreshold, times: int | None
) -> _Reach:
    on = rule.on
    goods = [i for i in order if items[i].discountable]
    if not on.all_of_it:
        goods = [i for i in goods if on.holds(items[i].product, items[i].groups)]
    return _Reach(rule, times, tuple(goods), sum([gross[i] for i in goods]))


def _served(part: Part) -> list[_Served]:
    """The units that deals touched: position, the deals, and what they took off in all."""
    touched: dict[int, _Served] = {}
    for deal, units, parts in part.uses:
        for i, off in zip(units, parts, strict=True):
            known = touched.get(i)
            touched[i] = (i, [deal], off) if known is None else (i, [*known[1], deal], known[2] + off)
    return list(touched.values())


def _legal(rule: BasketThreshold, other: Reward, goods: dict[int, int]) -> bool:
    """Whether a threshold may count besides another one that counts already."""
    if rule.group != other.rule.group and not rule.exclusive and not other.rule.exclusive:
        return True
    return goods.keys().isdisjoint(other.parts)


def _reward(one: _Reach, base: _Base, taken: Sequence[Reward]) -> Reward:
    after, counted = base
    goods = one.goods
    left = [after[i] for i in goods]
    for reward in taken:
        left = [max(0, amount - reward.parts.get(i, 0)) for i, amount in zip(goods, left, strict=True)]
    if not one.rule.counts_before_offers:
        counted = sum(left)
    times = one.rule.reached(counted, one.times)
    saved = one.rule.saved(sum(left), times)
    if saved <= 0:
        return Reward(one.rule, 0, {})
    return Reward(one.rule, times, dict(zip(goods, shares(saved, left), strict=True)))


def _ceilings(reach: Sequence[_Reach], dealt: frozenset[int]) -> tuple[int, tuple[int, int]]:
    """A fixed bound, and besides it (gross, basis points) of one percentage on all goods that have deals.

    What deals save lessens that percentage's base; saved + half_up((gross - saved) * share) still never falls.
    """
    groups: dict[str, list[_Reach]] = {}
    for one in reach:
        groups.setdefault(one.rule.group, []).append(one)
    fixed = 0
    percentage = (0, 0)
    for ones in groups.values():
        rule = ones[0].rule
        if len(ones) == 1 and rule.percent_bp is not None and dealt.issubset(ones[0].goods) and percentage == (0, 0):
            percentage = (ones[0].gross, rule.percent_bp)
        else:
            apart = any(set(a.goods).isdisjoint(b.goods) for a in ones for b in ones)
            most = [one.most for one in ones]
            fixed += sum(most) if apart else max(most)
    return fixed, percentage
