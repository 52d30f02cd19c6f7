"""What a product weighs before it was ever weighed: a mixture of ways in which catalogues are right and wrong.

Theory. Where no gross weight is listed, gross = WRAP_G + net x packaging, and packaging is a matter of kind: film adds
2 to 10 %, cartons and tins 10 to 20 %, glass 40 to 90 %. The kinds of a category show in the ratios of products whose
gross and net weights are known: listed ones at first, weighed ones as trips come in (a hierarchy: the products teach
their category, the category the products that were never weighed). Ratios cut at quantiles are the modes of a mixture.
A listed gross weight is right for about nine of ten (to about 1 % and a gram); else it is the net weight copied, or
that of another size of the pack. Which it is, its own ratio tells (Bayes): a can that weighs less than what is in it
is wrong. Each mode is (share, factor on the weight, relative standard deviation). With no weight at all the prior is
wide. Units: grams. Source of the shares: listed against weighed packs of a general supermarket range.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .types import ProductFacts

GROSS_RIGHT = 0.88
COPIED = 0.3  # share of the wrong ones that are the net weight
OTHER_SIZE = ((0.5, 0.90, 0.05), (0.5, 1.11, 0.06))  # a wrong listing's pack against the one sold
LEAST_TRUST, MOST_TRUST = 0.001, 0.985
ASTRAY = 0.004  # share of listings that say nothing at all
WRAP_G = 2.0
Mode = tuple[float, float, float]  # share, mean (g or factor), standard deviation (same unit)
Pair = tuple[float, float, float]  # net, gross, trust in the gross weight (0 to 1)

GENERIC: tuple[Mode, ...] = ((0.22, 1.02, 0.02), (0.46, 1.09, 0.035), (0.2, 1.19, 0.05), (0.12, 1.5, 0.16))
WIDE: tuple[Mode, ...] = ((0.3, 120.0, 70.0), (0.35, 350.0, 150.0), (0.2, 750.0, 250.0), (0.15, 1600.0, 800.0))
LEAST_PAIRS = 12
CUTS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
TAIL: Mode = (0.03, 1.4, 0.3)
LOOSE: tuple[Mode, ...] = ((0.45, 420.0, 170.0), (0.35, 850.0, 270.0), (0.2, 1450.0, 450.0))


def ratio_modes(pairs: Sequence[Pair]) -> tuple[Mode, ...]:
    """Modes of packaging from (net, gross, trust) of one category: slices of the sorted ratios by their trust."""
    usable = sorted(((gross - WRAP_G) / net, trust) for net, gross, trust in pairs)
    usable = [(r, trust) for r, trust in usable if 0.85 <= r <= 2.5]
    total = math.fsum(trust for _, trust in usable)
    if total < LEAST_PAIRS:
        return GENERIC
    modes, before = [], 0.0
    slices: list[list[tuple[float, float]]] = [[] for _ in CUTS[1:]]
    for r, trust in usable:
        middle = (before + 0.5 * trust) / total
        before += trust
        slices[sum(middle > cut for cut in CUTS[1:-1])].append((r, trust))
    for part in slices:
        weight = math.fsum(trust for _, trust in part)
        if weight > 0:
            mean = math.fsum(r * trust for r, trust in part) / weight
            spread = math.sqrt(math.fsum(trust * (r - mean) ** 2 for r, trust in part) / weight)
            modes.append(((1 - TAIL[0]) * weight / total, mean, max(0.01, 1.2 * spread)))
    return (*modes, TAIL)


def at_ratio(kinds: Sequence[Mode], ratio: float, wider: float = 0.0) -> float:
    """Density of packaging at a ratio, the kinds made wider by a relative standard deviation."""
    return math.fsum(
        w * math.exp(-0.5 * (ratio - f) ** 2 / (sd * sd + (wider * f) ** 2)) / math.sqrt(sd * sd + (wider * f) ** 2)
        for w, f, sd in kinds
    )


def listing_trust(net: float, gross: float, kinds: Sequence[Mode]) -> float:
    """Probability that a listed gross weight is right, by what packaging of its category weighs."""
    ratio, shown = (gross - WRAP_G) / net, 2.5066 * net
    right = GROSS_RIGHT * at_ratio(kinds, ratio)
    sizes = math.fsum(w * at_ratio([(a, f * b, s * b) for a, f, s in kinds], ratio, sd) for w, b, sd in OTHER_SIZE)
    copied = COPIED * shown if abs(gross - net) < 0.51 else 0.0
    return right / (right + (1.0 - GROSS_RIGHT) * ((1.0 - COPIED) * sizes + copied) + 1e-9)


def learn_packaging(
    products: Iterable[ProductFacts], weighed: dict[str, tuple[float, float]] | None = None
) -> dict[str, tuple[Mode, ...]]:
    """Packaging modes for each category, from pairs of net and gross weights.

    `weighed`: for products that were weighed their gross weight (g) and the trust in it; they stand for themselves,
    others by what is listed, as far as it can be right.
    """
    listed: dict[str, list[Pair]] = {}
    known: dict[str, list[Pair]] = {}
    for facts in products:
        if facts.sold_by == "each" and facts.net_g:
            if weighed and facts.key in weighed:
                known.setdefault(facts.category, []).append((facts.net_g, *weighed[facts.key]))
            elif facts.gross_g:
                listed.setdefault(facts.category, []).append((facts.net_g, facts.gross_g, 1.0))
    found = {}
    for category in sorted(listed.keys() | known.keys()):
        sure, claimed = known.get(category, []), listed.get(category, [])
        kinds = ratio_modes(sure + [(n, g, float(g > n or g < 0.99 * n)) for n, g, _ in claimed])
        for _ in range(2):
            kinds = ratio_modes(sure + [(n, g, listing_trust(n, g, kinds)) for n, g, _ in claimed])
        found[category] = kinds
    return found


def prior_modes(facts: ProductFacts, packaging: dict[str, tuple[Mode, ...]]) -> tuple[Mode, ...]:
    """Share, mean and standard deviation in grams of what one unit may weigh, before any was weighed."""
    if facts.sold_by == "kg":
        return LOOSE
    kinds = packaging.get(facts.category, GENERIC)
    net, gross = facts.net_g, facts.gross_g
    packed = tuple((share, WRAP_G + net * f, net * sd + 1.0) for share, f, sd in kinds) if net else ()
    if not gross:
        return packed or WIDE
    right = min(max(listing_trust(net, gross, kinds), LEAST_TRUST), MOST_TRUST) if net else GROSS_RIGHT
    rest, other = 1.0 - right - ASTRAY, packed or WIDE
    sized = 0.0 if net and abs(gross - net) < 0.51 else 0.5
    return (
        (right, gross, 0.006 * gross + 0.8),
        *((rest * sized * share, gross / f, sd * gross) for share, f, sd in OTHER_SIZE if sized),
        (ASTRAY, 1.5 * gross, 0.7 * gross),
        *((rest * (1.0 - sized) * share, mean, sd) for share, mean, sd in other),
    )
