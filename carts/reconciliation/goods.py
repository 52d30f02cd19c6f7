"""How likely an unknown thing weighs so much: the density of what a store sells.

Theory. Before a store has seen anything, things weigh log-normally about 270 g, and one in eight is heavy (bottles,
packs of many, detergents). Everything weighed adds to a histogram of log weights, in bins of two per cent, smoothed
over its neighbours; the broad density counts as PRIOR things (a Dirichlet prior). So what is sold often is suspected
often: a stranger that weighs what a favourite weighs is likelier the favourite. Units: grams, densities per gram.
"""

from __future__ import annotations

import math

STRANGE_LOG_G = 5.6  # log-normal of what a store sells, grams: median 270 g
STRANGE_LOG_SD = 1.05
HEAVY = 0.12  # share of heavy things; median 1.5 kg
HEAVY_LOG_G = 7.3
HEAVY_LOG_SD = 0.7
BINS = 50  # to a factor of e
MOST_BINS = 520  # up to 33 kg
PRIOR = 1000.0  # things that the broad density is worth
SMOOTH = (0.1, 0.2, 0.4, 0.2, 0.1)


def strange(grams: float, least: float) -> float:
    """Density per gram of an unknown thing's weight in a store not known; nothing below `least` grams."""
    if grams < least:
        return 0.0
    log = math.log(grams)
    common, heavy = (log - STRANGE_LOG_G) / STRANGE_LOG_SD, (log - HEAVY_LOG_G) / HEAVY_LOG_SD
    return (
        (1 - HEAVY) / STRANGE_LOG_SD * math.exp(-0.5 * common * common)
        + HEAVY / HEAVY_LOG_SD * math.exp(-0.5 * heavy * heavy)
    ) / (grams * 2.5066)


class Goods:
    """What a store has sold, by weight."""

    def __init__(self) -> None:
        self.bins = [0.0] * (MOST_BINS + 4)
        self.total = 0.0

    def add(self, grams: float, count: float = 1.0) -> None:
        if grams >= 1.0:
            middle = min(int(math.log(grams) * BINS), MOST_BINS - 1)
            for k, share in enumerate(SMOOTH):
                self.bins[middle + k] += share * count
            self.total += count

    def strange(self, grams: float, least: float) -> float:
        """Density per gram of an unknown thing's weight; nothing below `least` grams."""
        broad = strange(grams, least)
        if not broad or grams < 1.0 or not self.total:
            return broad
        seen = self.bins[min(int(math.log(grams) * BINS), MOST_BINS - 1) + 2] * BINS / grams
        return (PRIOR * broad + seen) / (PRIOR + self.total)
