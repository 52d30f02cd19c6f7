"""What may have come and gone: subsets of what was scanned and waits, and of the removals declared.

Theory. Their number grows with the product of what waits. Three things hold it: units of one product come in order;
only the products scanned last may still come, in steps that get coarser; and of many subsets only those are given
whose weights can come within REACH of the change at all (branch and bound, Land and Doig 1960). So the work of one
standstill is bounded however much was announced and never placed. Units: grams.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

from .state import Hypothesis, Leaving, Unit
from .sums import REACH, Rung, Sums, corner

MOST_GROUPS = 9
MOST_WAITING = 60
MOST_CHOICES = 512  # beyond these a product's units come one, or all, and then all or none
MOST_OUTS = 128  # beyond these fewer of a product's placed units are taken for the one that was lifted
FEW_CHOICES = 8  # more are held against their bounds first, before each is weighed

Outs = tuple[tuple[int, int], ...]  # (removal, index of the placed unit that was lifted)


class Choices:
    """Enumerates subsets; `units` and `leavings` are the engine's registers of what was declared."""

    def __init__(self, sums: Sums, units: Mapping[int, Unit], leavings: Mapping[int, Leaving]) -> None:
        self.sums, self.units, self.leavings = sums, units, leavings

    def of(
        self, story: Hypothesis, rising: bool, change: float | None = None, sd: float = 0.0
    ) -> list[tuple[Rung, Outs]]:
        """Subsets of waiting units, units of one product in order, with removals carried out; not the empty choice.

        `change` (g, with its standard deviation): what comes nowhere near it is left out, where there are many.
        """
        if not story.waiting and not story.leaving:
            return []
        outs = list(self.outs(story))
        ladders = self.ladders(story, rising)
        if change is None or len(outs) * math.prod(len(ladder) for ladder in ladders) <= FEW_CHOICES:
            rungs = [tuple(u for rung in chosen for u in rung) for chosen in itertools.product(*ladders)]
        else:
            rungs = self.reachable(story, ladders, outs, change, sd)
        return [(units, out) for units in rungs for out in outs if units or out]

    def ladders(self, story: Hypothesis, rising: bool) -> list[list[Rung]]:
        """For each product that waits, how much of it may have come: none, one, two, ... of its units."""
        groups: dict[tuple[str, float | None], list[int]] = {}
        for unit in story.waiting[-MOST_WAITING:]:
            u = self.units[unit]
            groups.setdefault((u.product, u.known_g), []).append(unit)
        bags = groups.pop(("", None), [])
        ladders = [[tuple(group[:n]) for n in range(len(group) + 1)] for group in list(groups.values())[-MOST_GROUPS:]]
        while math.prod(len(ladder) for ladder in ladders) > MOST_CHOICES:
            longest = max(ladders, key=len)
            shorter = [longest[0], longest[1], longest[-1]] if len(longest) > 3 else [longest[0], longest[-1]]
            ladders[ladders.index(longest)] = shorter
        if bags:
            ladders.append([tuple(bags)] if rising else [()])
        return ladders

    def reachable(
        self, story: Hypothesis, ladders: list[list[Rung]], outs: list[Outs], change: float, sd: float
    ) -> list[Rung]:
        """The subsets whose bounds, with any of the removals and one unit more, come within reach of the change.

        A branch is left as soon as what may still be added cannot bring it there (branch and bound). Standard
        deviations add up in a straight line here, which is never less than their sum's, so that nothing is lost.
        """
        gone = [sum(story.placed[i].grams for _, i in out) for out in outs]
        doubt = max(sum(story.placed[i].variance + corner(story.placed[i].grams) for _, i in out) for out in outs) + 1.0
        slack = REACH * (math.sqrt(doubt) + sd)
        least, most = change + min(gone) - slack, change + max(gone) + slack
        spans = [[self.bounds(story, rung) for rung in ladder] for ladder in ladders]
        waiting = [rung for ladder in ladders for rung in ladder if rung]
        extra = max((self.one_more(story, rung) for rung in waiting), default=0.0) if change > 0 else 0.0
        ahead = [(0.0, extra)]  # the least and the most that the ladders not yet climbed may add
        for of_ladder in reversed(spans):
            low, high = ahead[-1]
            ahead.append((low + min(span[0] for span in of_ladder), high + max(span[1] for span in of_ladder)))
        ahead.reverse()
        found: list[tuple[Rung, float, float]] = [((), 0.0, 0.0)]
        for ladder, bounds, (low, high) in zip(ladders, spans, ahead[1:], strict=True):
            found = [
                ((*units, *rung), a + x, b + y)
                for units, a, b in found
                for rung, (x, y) in zip(ladder, bounds, strict=True)
                if a + x + low < most and b + y + high > least
            ]
        return [units for units, _, _ in found]

    def bounds(self, story: Hypothesis, rung: Rung) -> tuple[float, float]:
        """The least and the most that units may add to the load."""
        spans = [self.sums.span(story, group) for group in self.sums.alike(rung)]
        return sum(span.least for span in spans), sum(span.most for span in spans)

    def one_more(self, story: Hypothesis, rung: Rung) -> float:
        """The most that one unit more of the product may add to the most that the units add."""
        product = self.units[rung[0]].product
        if not product or self.units[rung[0]].known_g is not None:
            return 0.0
        one_more = self.sums.span(story, (product, (*rung, rung[-1]))).most
        return max(0.0, one_more - self.sums.span(story, (product, rung)).most)

    def outs(self, story: Hypothesis) -> Iterator[Outs]:
        """Ways to carry out declared removals: pairs of removal and index of the placed unit lifted."""
        yield ()
        pairs: list[list[tuple[int, int]]] = []
        for leaving in story.leaving[:5]:
            product = self.leavings[leaving].product
            there = [(leaving, i) for i, p in enumerate(story.placed) if self.units[p.unit].product == product]
            pairs.append(there[-4:])
        while math.prod(1 + len(there) for there in pairs) > MOST_OUTS:
            pairs = [there[1:] if len(there) == max(map(len, pairs)) else there for there in pairs]
        for count in range(1, len(pairs) + 1):
            for chosen in itertools.combinations(pairs, count):
                for combination in itertools.product(*chosen):
                    if len({index for _, index in combination}) == count:
                        yield combination
