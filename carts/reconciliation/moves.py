"""Ways in which a level may have changed: the moves that a story's split weighs against each other.

Theory. Between two standstills a change r of the level is a sum: of scanned units put in (any subset of those
waiting), declared units lifted out, one undeclared movement at most, and noise. A move's score is the log of its
prior rate: the rate of its kind, the price of its units' lateness (see `delays`), and, where something unknown is in
it, the broad density of what a store sells; the density of r under it is the tracker's to add. In a hole more may
have happened: things put in and another lifted. While the cart rolls only what was announced is recognised. Units:
grams, milliseconds, natural logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from .choices import Choices, Outs
from .delays import correcting, late, scattered
from .signal import Standstill
from .state import Hypothesis, Leaving, Unit
from .sums import REACH, Parts, Rung, Sums, corner
from .types import Policy
from .weights import WeightBook

UNKNOWN = 1e6  # variance of an unknown thing's weight, g^2
PLACED = -0.7
BOTH = -3.0  # units put in and others lifted out with no standstill between
BACK = -0.2
AT_ONCE_MS = 200


class Move(NamedTuple):
    """One way in which the level may have changed: its score, mean, variance, and what it does."""

    score: float
    mean: float
    variance: float
    placed: Rung = ()
    parts: Parts = ()
    carried: Outs = ()
    lifted: int = -1
    back: int = -1
    gone: int = -1
    stranger: str = ""
    near: int = -1
    freedom: float = 1e3


class Moves:
    """Enumerates moves; `units` and `leavings` are the engine's registers of what was declared."""

    def __init__(
        self, book: WeightBook, policy: Policy, units: Mapping[int, Unit], leavings: Mapping[int, Leaving]
    ) -> None:
        self.book, self.policy, self.units, self.leavings = book, policy, units, leavings
        self.sums = Sums(book, units)
        self.choices = Choices(self.sums, units, leavings)
        self.asked: Set[str] = frozenset()

    def known(self, story: Hypothesis, residual: float, sd: float, new: Standstill) -> Iterator[Move]:
        """Moves with nothing unknown in them."""
        if abs(residual) < 5.0 * sd + 1.0:
            yield Move(0.0, 0.0, 0.0)
        for units, outs in self.choices.of(story, residual > 0, residual, sd):
            yield from self.placings(story, units, outs, residual, sd, new)
        if new.hole_ms and story.waiting:
            yield from self.unseen(story, residual, sd, new)
        if story.placed and (residual < 0 or new.hole_ms) and not new.shaken:
            yield from self.liftings(story, residual, sd)
        for index, x in enumerate(story.lifted):
            if abs(residual - x.placed.grams) < REACH * (sd + math.sqrt(x.placed.variance + corner(x.placed.grams))):
                yield Move(BACK, x.placed.grams, x.placed.variance + corner(x.placed.grams), back=index)
        for index, s in enumerate(story.strangers):
            if abs(residual + s.grams) < REACH * (sd + math.sqrt(s.variance)):
                yield Move(
                    correcting(new.since - s.at, f"s{s.id}" in self.asked),
                    -s.grams,
                    s.variance + corner(s.grams),
                    gone=index,
                )

    def lateness(self, story: Hypothesis, units: Rung, outs: Outs, at: int, hole: bool) -> float:
        """Price of units coming or going late; what an alarm asked for comes when it comes, and in a hole all may."""
        if hole:
            return 0.0
        price = sum(late(at - self.units[u].at) for u in units if f"w{u}" not in self.asked)
        scans = sorted(self.units[u].at for u in units)
        price += scattered(scans)
        for leaving, _ in outs:
            if f"l{leaving}" not in self.asked:
                price += late(at - self.leavings[leaving].at)
        return price + (BOTH if units and outs else 0.0)

    def placings(
        self,
        story: Hypothesis,
        units: Rung,
        outs: Outs,
        residual: float,
        sd: float,
        new: Standstill,
        extra: bool = True,
    ) -> Iterator[Move]:
        """Waiting units put in and declared units lifted; and, if `extra`, with one unit more than was scanned."""
        taken = -sum([story.placed[i].grams for _, i in outs])
        doubt = sum([story.placed[i].variance + corner(story.placed[i].grams) for _, i in outs]) + 1.0
        alike = self.sums.alike(units)
        sums, span = self.sums.of(story, alike)
        if span.near(residual - taken, REACH * (math.sqrt(span.variance + doubt) + sd)):
            prior = PLACED + self.lateness(story, units, outs, new.since, new.hole_ms > 0)
            freedom = min([self.book.freedom(product) for product, _ in alike if product], default=1e3)
            for share, weight, var, parts in sums:
                mean, variance = weight + taken, var + doubt
                if abs(residual - mean) < REACH * (math.sqrt(variance) + sd):
                    yield Move(prior + math.log(share), mean, variance, units, parts, outs, freedom=freedom)
        if residual > 0 and extra and units:
            yield from self.extras(story, units, alike, outs, residual, sd, taken, doubt, new)

    def extras(
        self, story: Hypothesis, units: Rung, alike: list[tuple[str, Rung]], outs: Outs, residual: float, sd: float,
        taken: float, doubt: float, new: Standstill,
    ) -> Iterator[Move]:  # fmt: skip
        """Waiting units put in, and with them one more of a product than was scanned."""
        score = None
        spans = [self.sums.span(story, group) for group in alike] if len(alike) > 1 else []
        for k, (product, rung) in enumerate(alike):
            if self.sums.loose(rung[0]) or self.units[rung[0]].known_g is not None:
                continue
            more = product, (*rung, rung[-1])
            span = self.sums.span(story, more).instead(spans, k)
            if not span.near(residual - taken, REACH * (math.sqrt(span.variance + doubt) + sd)):
                continue
            if score is None:
                score = PLACED + self.lateness(story, units, outs, new.since, new.hole_ms > 0)
                score += math.log(self.policy.rates.extra)
            groups = [*alike[:k], more, *alike[k + 1 :]]
            freedom = self.book.freedom(product)
            for share, weight, var, parts in self.sums.of(story, groups).sums:
                mean, variance = weight + taken, var + doubt
                if abs(residual - mean) < REACH * (math.sqrt(variance) + sd):
                    apart = self.without_extra(parts, groups, k)
                    yield Move(
                        score + math.log(share),
                        mean,
                        variance,
                        units,
                        apart,
                        outs,
                        stranger="extra",
                        near=rung[-1],
                        freedom=freedom,
                    )

    def unseen(self, story: Hypothesis, residual: float, sd: float, new: Standstill) -> Iterator[Move]:
        """Units put in while nothing was seen, and one of the others lifted, to be put back or not."""
        for lifting in self.liftings(story, residual, sd, 1e9):
            left = residual - lifting.mean
            for units, outs in self.choices.of(story, residual > 0, left, sd):
                for move in () if outs else self.placings(story, units, (), left, sd, new, extra=False):
                    yield move._replace(
                        score=move.score + lifting.score,
                        mean=move.mean + lifting.mean,
                        variance=move.variance + lifting.variance,
                        lifted=lifting.lifted,
                    )

    def without_extra(self, parts: Parts, more: list[tuple[str, Rung]], k: int) -> Parts:
        """Parts with that of the extra unit moved to the end."""
        at = sum(len(rung) for _, rung in more[: k + 1]) - 1
        return (*parts[:at], *parts[at + 1 :], parts[at])

    def latest(self, units: Rung) -> int:
        """The unit scanned last; of those scanned at once, whatever their order, always the same one."""
        last = max(self.units[u].at for u in units)
        return max(units, key=lambda u: (self.units[u].at > last - AT_ONCE_MS, self.units[u].product, u))

    def liftings(self, story: Hypothesis, residual: float, sd: float, slack: float = 0.0) -> Iterator[Move]:
        """One placed unit taken out undeclared; of a product's units the one whose weight fits best."""
        cost = math.log(self.policy.rates.touched / max(1, len(story.placed)))
        nearest: dict[str, tuple[float, int]] = {}
        declared = {self.leavings[x].product for x in story.leaving}
        for index, p in enumerate(story.placed):
            off = abs(residual + p.grams)
            if off < REACH * (sd + math.sqrt(p.variance)) + slack:
                product = self.units[p.unit].product
                if product not in declared and (product not in nearest or off < nearest[product][0]):
                    nearest[product] = (off, index)
        for _, index in nearest.values():
            p = story.placed[index]
            yield Move(cost, -p.grams, p.variance + corner(p.grams), lifted=index)

    def unknown(self, story: Hypothesis, residual: float, new: Standstill) -> Iterator[Move]:
        """Moves with an unknown thing in them; their score holds its density already."""
        rates, least = self.policy.rates, self.policy.least_item_g
        if not any(not self.units[u].product for u in story.waiting):
            value = self.book.goods.strange(residual, least)
            if value > 0:
                yield Move(math.log(rates.placed_first * value), 0.0, UNKNOWN, stranger="alone")
        for units, outs in self.choices.of(story, residual > 0):
            prior = self.lateness(story, units, outs, new.since, new.hole_ms > 0)
            parts: Parts = tuple((*self.sums.moments(u), 1) for u in units)
            mean = sum(part[0] for part in parts) - sum(story.placed[i].grams for _, i in outs)
            firm = not any(self.sums.loose(u) for u in units)
            for k, unit in enumerate(units if firm else ()):
                value = self.book.goods.strange(residual - mean + parts[k][0], least)
                if value > 0:
                    rest, others = (*units[:k], *units[k + 1 :]), (*parts[:k], *parts[k + 1 :])
                    yield Move(
                        math.log(rates.swap * value) + prior,
                        mean - parts[k][0],
                        UNKNOWN,
                        rest,
                        others,
                        outs,
                        stranger="swap",
                        near=unit,
                    )
            value = self.book.goods.strange(residual - mean, least)
            if value <= 0 or (units and not firm):
                continue
            if units:
                score = math.log((rates.hidden + rates.together) * value) + prior
                yield Move(score, mean, UNKNOWN, units, parts, outs, stranger="with", near=self.latest(units))
            else:
                yield Move(math.log(0.3 * rates.placed_first * value), mean, UNKNOWN, (), (), outs, stranger="alone")
