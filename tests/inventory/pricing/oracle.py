"""The slow, plain reference: every legal combination of promotions is tried. For a handful of pieces only."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

from inventory.pricing import BasketThreshold, Item, Promotion, Terms
from inventory.pricing.kinds import Deal, Piece


class Thing(NamedTuple):
    """One piece: the line it is on, its product and groups, weight, price now, and who served it so far."""

    item: int
    product: str
    groups: tuple[str, ...]
    weight_g: int | None
    first: int
    price: int
    served: tuple[tuple[str, bool], ...] = ()


def best_saving(items: Sequence[Item], terms: Terms, promotions: Sequence[Promotion]) -> int:
    """The most that any legal combination saves, in minor units."""
    coupons = Counter(terms.coupons)
    live = [rule for rule in promotions if rule.live(terms.now) and rule.times(terms.member, coupons) != 0]
    times = {rule.id: rule.times(terms.member, coupons) for rule in live}
    order = {name: i for i, name in enumerate(terms.groups)}
    names = sorted({rule.group for rule in live}, key=lambda name: (order.get(name, len(order)), name))
    layers = [[rule for rule in live if isinstance(rule, Deal) and rule.group == name] for name in names]
    totals = sorted(
        (rule for rule in live if isinstance(rule, BasketThreshold)),
        key=lambda rule: (order.get(rule.group, len(order)), rule.group, rule.id),
    )
    things = tuple(
        Thing(
            i,
            item.product,
            item.groups,
            item.weight_g if item.weighed else None,
            item.piece_minor,
            item.piece_minor,
        )
        for i, item in enumerate(items)
        if item.discountable
        for _ in range(item.pieces)
    )
    gross = sum(thing.first for thing in things)
    best = 0
    for end in _layers(things, layers, times):
        after = gross - sum(thing.price for thing in end)
        best = max(best, after + _best_rewards(end, totals, times))
    return best


def _layers(
    things: tuple[Thing, ...], layers: Sequence[Sequence[Deal]], times: dict[str, int | None]
) -> Iterator[tuple[Thing, ...]]:
    states = {things}
    for layer in layers:
        states = {end for state in states for end in _one_layer(state, layer, times)}
    yield from states


def _one_layer(
    things: tuple[Thing, ...], layer: Sequence[Deal], times: dict[str, int | None]
) -> set[tuple[Thing, ...]]:
    """All ends of one group: any number of disjoint sets."""
    ends: set[tuple[Thing, ...]] = set()

    def go(state: tuple[Thing, ...], open_things: frozenset[int], left: dict[str, int | None]) -> None:
        ends.add(state)
        for deal in layer:
            if left[deal.id] == 0:
                continue
            for chosen in _sets(state, deal, open_things):
                pieces = [Piece(state[i].price, state[i].product, state[i].weight_g) for i in chosen]
                saving = min(deal.saved(pieces), sum(piece.price for piece in pieces))
                if saving > 0:
                    count = left[deal.id]
                    rest = left | {deal.id: None if count is None else count - 1}
                    # Only sets with later first pieces, so that each family comes once.
                    lowest = min(chosen)
                    later = frozenset(i for i in open_things - set(chosen) if i > lowest)
                    go(_after(state, deal, chosen, saving), later, rest)

    go(things, frozenset(range(len(things))), times)
    return ends


def _sets(state: tuple[Thing, ...], deal: Deal, open_things: frozenset[int]) -> Iterator[tuple[int, ...]]:
    needs = [slot.target for slot in deal.slots for _ in range(slot.size)]
    usable = [i for i in sorted(open_things) if _may(state[i], deal)]
    for group in combinations(usable, len(needs)):
        if deal.same_product_only and len({state[i].product for i in group}) > 1:
            continue
        one_slot = len(deal.slots) == 1
        for chosen in [group] if one_slot else permutations(group):
            if all(need.holds(state[i].product, state[i].groups) for need, i in zip(needs, chosen, strict=True)):
                yield tuple(chosen)


def _may(thing: Thing, deal: Deal) -> bool:
    return not any(exclusive for _, exclusive in thing.served) and not (deal.exclusive and thing.served)


def _after(state: tuple[Thing, ...], deal: Deal, chosen: Sequence[int], saving: int) -> tuple[Thing, ...]:
    parts = largest_remainder(saving, [state[i].price for i in chosen])
    changed = list(state)
    for i, part in zip(chosen, parts, strict=True):
        served = (*state[i].served, (deal.group, deal.exclusive))
        changed[i] = state[i]._replace(price=state[i].price - part, served=served)
    return tuple(changed)


def largest_remainder(amount: int, weights: Sequence[int]) -> list[int]:
    """Hamilton's method, written the long way."""
    total = sum(weights)
    parts = [amount * weight // total for weight in weights]
    for i in sorted(range(len(weights)), key=lambda i: (-((amount * weights[i]) % total), i)):
        if sum(parts) == amount:
            break
        parts[i] += 1
    return parts


def _best_rewards(things: tuple[Thing, ...], rules: Sequence[BasketThreshold], times: dict[str, int | None]) -> int:
    best = 0
    for size in range(len(rules) + 1):
        for chosen in combinations(rules, size):
            best = max(best, _rewards(things, chosen, times))
    return best


def _rewards(things: tuple[Thing, ...], chosen: Sequence[BasketThreshold], times: dict[str, int | None]) -> int:
    """What these thresholds save together, in this order; 0 if one of them is not reached or not allowed."""
    off: Counter[int] = Counter()
    taken: list[tuple[BasketThreshold, set[int]]] = []
    for rule in chosen:
        goods = {thing.item for thing in things if rule.on.holds(thing.product, thing.groups)}
        for other, others in taken:
            apart = rule.group != other.group and not rule.exclusive and not other.exclusive
            if not apart and goods & others:
                return 0
        mine = [thing for thing in things if thing.item in goods and _open(thing, rule)]
        left = {i: max(0, sum(t.price for t in mine if t.item == i) - off[i]) for i in goods}
        total = sum(thing.first for thing in mine) if rule.counts_before_offers else sum(left.values())
        saving = rule.saved(sum(left.values()), rule.reached(total, times[rule.id]))
        if saving <= 0:
            return 0
        # The same order of equals as the pricing: by product, then by price before promotions.
        firsts = {i: sum(t.first for t in things if t.item == i) for i in goods}
        products = {thing.item: thing.product for thing in things}
        keys = sorted(goods, key=lambda i: (products[i], firsts[i], i))
        off.update(dict(zip(keys, largest_remainder(saving, [left[i] for i in keys]), strict=True)))
        taken.append((rule, goods))
    return sum(off.values())


def _open(thing: Thing, rule: BasketThreshold) -> bool:
    if any(exclusive or group == rule.group for group, exclusive in thing.served):
        return False
    return not (rule.exclusive and thing.served)
