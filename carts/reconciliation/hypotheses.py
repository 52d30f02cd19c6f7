"""Level changes to explanations: every standstill splits each story into those that could have led to it.

Theory. A story predicts the level to be normal about its load and slope. Each move (see `moves`) shifts and widens
that prediction; the density of what was read, times the move's prior rate, scores the story that made it (Bayes;
multiple hypothesis tracking, Reid 1979). Weights of products seen n times have Student's t tails with NU0 + n
degrees of freedom, as far as they, not the scale, make the variance. A story may also hold that this standstill was
none (a hand lay still on the cart): then it is passed over, which the longer the standstill lasts the less it can
be. What scores below exp(-WORTH) of the best is dropped. Units: grams, milliseconds, natural logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from .moves import UNKNOWN, Move, Moves
from .signal import SETTLE, Standstill
from .state import Hypothesis, Leaving, Lifted, Placed, Stranger, Unit
from .types import Policy
from .weights import WeightBook

SLOPE = 2.2e-4  # standard deviation of a stop's slope error, share of the load
PHANTOM_ROLLING = 0.1  # share of loads seen while rolling that a hand makes
WORTH = 8.5  # natural log of the odds below which a story is dropped
MOST = 12  # stories kept
RECOGNISED = -3.0  # log odds of what was announced against anything else, to believe a load seen while rolling
HAND_G = 600.0  # a still hand's force is as likely anywhere within this


@lru_cache(maxsize=256)
def tails(freedom: int) -> float:
    """Log of the normalising constant of Student's t."""
    return math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)


def log_density(off: float, spread: float, variance: float, freedom: float) -> float:
    """Log density at `off` (g) where `variance` of the whole `spread` (g^2) is a product's, with that many degrees."""
    if freedom > 200 or variance < 0.3 * spread:
        return -0.5 * (off * off / spread + math.log(6.283185307 * spread))
    degrees = int(freedom * (spread / variance) ** 2)
    return tails(degrees) - 0.5 * math.log(spread) - 0.5 * (degrees + 1) * math.log1p(off * off / (degrees * spread))


class Tracker:
    """The stories of one trip. `units` and `leavings` are the engine's registers of what was declared."""

    def __init__(
        self, book: WeightBook, policy: Policy, units: Mapping[int, Unit], leavings: Mapping[int, Leaving]
    ) -> None:
        self.book, self.policy, self.units, self.leavings = book, policy, units, leavings
        self.ways = Moves(book, policy, units, leavings)
        self.stories: list[Hypothesis] = [Hypothesis()]
        self._best = -math.inf  # score of the best story grown so far; what is not worth keeping beside it is not grown

    def standstill(self, new: Standstill, ids: int, held: int) -> None:
        """Split every story by what may have led to this standstill; `ids` numbers strangers born here.

        `held`: readings that the standstill before this one lasted.
        """
        grown: list[Hypothesis] = []
        self._best = -math.inf
        if not new.shaken or self.recognised(new):
            for story in self.stories:
                doubt_passed(story, held)
                if new.rolled or new.hole_ms:
                    tip(story)
                grown += self.split(story, new, ids)
        self.ways.sums.forget()  # here, not at the next: between standstills they would be a third of a cart's memory
        if grown:
            self.stories = settle(grown, self.units)

    def recognised(self, new: Standstill) -> bool:
        """Whether what came while the cart rolls is plainly what was announced; else the next stop tells."""
        story = clone(self.stories[0])
        tip(story)
        residual = new.grams - story.load - story.tilt
        sd2 = story.load_var + story.tilt_var + new.variance
        known = max(
            (
                move.score + log_density(residual - move.mean, sd2 + move.variance, move.variance, move.freedom)
                for move in self.ways.known(story, residual, math.sqrt(sd2), new)
            ),
            default=-60.0,
        )
        return known > RECOGNISED + max((move.score for move in self.ways.unknown(story, residual, new)), default=-60.0)

    def split(self, story: Hypothesis, new: Standstill, ids: int) -> list[Hypothesis]:
        residual = new.grams - story.load - story.tilt
        sd2 = story.load_var + 2 * story.cov + story.tilt_var + new.variance
        found = [
            (move.score + log_density(residual - move.mean, sd2 + move.variance, move.variance, move.freedom), move)
            for move in self.ways.known(story, residual, math.sqrt(sd2), new)
        ]
        best = max((score for score, _ in found), default=-60.0)
        if best < 0.5 and abs(residual) > 4.0 and not new.shaken:
            found += [(move.score, move) for move in self.ways.unknown(story, residual, new)]
            best = max((score for score, _ in found), default=-60.0)
        self._best = max(self._best, story.score + best)
        bar = self._best - WORTH - story.score
        grown = [self.apply(story, move, score, new, residual, sd2, ids) for score, move in found if score >= bar]
        rate = PHANTOM_ROLLING if new.shaken else self.policy.rates.phantom
        skip = math.log(rate / (HAND_G + residual * residual / 1500.0))
        if skip > best - 6.0 and skip >= bar:
            passed = clone(story)
            passed.score += skip
            passed.passed = True
            grown.append(passed)
        return grown

    def apply(
        self, story: Hypothesis, move: Move, score: float, new: Standstill, residual: float, sd2: float, ids: int
    ) -> Hypothesis:
        """The story after the move."""
        h = clone(story)
        h.score += score
        unknown = move.variance >= UNKNOWN
        gain = 0.0 if unknown else residual - move.mean
        spread = sd2 + move.variance
        take_out(h, move, new.since)
        seen: set[str] = set()
        for unit, (mean, var, alike) in zip(move.placed, move.parts, strict=False):
            share = var / spread
            rest = max(spread - var * alike, 0.3) / (alike * alike)
            if self.units[unit].product in seen:
                rest = 1e6
            seen.add(self.units[unit].product)
            placed = Placed(unit, mean + share * gain, var * (1 - share) + 0.5, mean + gain / alike, rest)
            h.placed = (*h.placed, placed)
        taken = set(move.placed)
        if move.stranger:
            grams = residual - move.mean if unknown else move.parts[-1][0]
            doubt = sd2 + 4.0 + sum(part[1] for part in move.parts) if unknown else move.parts[-1][1]
            h.strangers = (*h.strangers, Stranger(ids, new.since, grams, doubt, move.stranger, move.near))
            if move.stranger == "swap":
                taken.add(move.near)
        h.waiting = tuple(u for u in h.waiting if u not in taken)
        if new.shaken:
            h.rough = next((u for u in move.placed if self.ways.sums.loose(u)), h.rough)
        elif h.rough >= 0:
            if not move.placed and not move.mean:
                refine(h, residual, sd2)
            h.rough = -1
        update(h, residual, move, sd2, unknown)
        carried = tuple(x for x, _ in move.carried)
        h.last = (move.placed, carried, move.lifted, move.stranger, move.mean, residual, spread)
        return h


def refine(h: Hypothesis, residual: float, sd2: float) -> None:
    """Loose goods first weighed while rolling are weighed again now that the cart stands and nothing else moved."""
    share = h.load_var / sd2
    h.placed = tuple(
        Placed(p.unit, p.grams + share * residual, sd2 - share * h.load_var + 1.0, p.seen_g, p.seen_variance)
        if p.unit == h.rough
        else p
        for p in h.placed
    )


def take_out(h: Hypothesis, move: Move, at: int) -> None:
    """Carry out a move's liftings and returns."""
    gone = {index for _, index in move.carried}
    carried = {leaving for leaving, _ in move.carried}
    if move.lifted >= 0:
        gone.add(move.lifted)
        h.lifted = (*h.lifted, Lifted(h.placed[move.lifted], at))
    if move.gone >= 0:
        stranger = h.strangers[move.gone]
        h.strangers = h.strangers[: move.gone] + h.strangers[move.gone + 1 :]
        if stranger.how == "swap":
            h.waiting = (*h.waiting, stranger.unit)
    if carried:
        h.leaving = tuple(x for x in h.leaving if x not in carried)
    if gone:
        h.placed = tuple(p for i, p in enumerate(h.placed) if i not in gone)
    if move.back >= 0:
        h.placed = (*h.placed, h.lifted[move.back].placed)
        h.lifted = h.lifted[: move.back] + h.lifted[move.back + 1 :]


def doubt_passed(story: Hypothesis, held: int) -> None:
    """A standstill that lasts (readings) was one after all, and a story that passed it over pays."""
    if story.passed:
        story.score -= min(9.0, 0.35 * max(0, held - SETTLE))
        story.passed = False


def update(h: Hypothesis, residual: float, move: Move, sd2: float, unknown: bool) -> None:
    """Kalman's update of load and slope by the level, after the move's mean and variance were added to the load."""
    h.load += residual if unknown else move.mean
    h.load_var += 0.0 if unknown else move.variance
    spread = sd2 + (0.0 if unknown else move.variance)
    off = 0.0 if unknown else residual - move.mean
    load_var, cov, tilt_var = h.load_var, h.cov, h.tilt_var
    load_gain = (load_var + cov) / spread
    tilt_gain = (tilt_var + cov) / spread
    if unknown:
        h.load_var += sd2
        return
    h.load += load_gain * off
    h.tilt += tilt_gain * off
    h.load_var = load_var - load_gain * (load_var + cov)
    h.cov = cov - load_gain * (cov + tilt_var)
    h.tilt_var = tilt_var - tilt_gain * (tilt_var + cov)


def tip(h: Hypothesis) -> None:
    """The cart has rolled: its slope is another."""
    h.tilt, h.cov = 0.0, 0.0
    h.tilt_var = (SLOPE * h.load) ** 2


def clone(h: Hypothesis) -> Hypothesis:
    return Hypothesis(
        h.score,
        h.load,
        h.load_var,
        h.tilt,
        h.tilt_var,
        h.cov,
        h.waiting,
        h.leaving,
        h.placed,
        h.lifted,
        h.strangers,
        h.late,
        h.passed,
        h.rough,
        h.last,
    )


def settle(stories: list[Hypothesis], units: Mapping[int, Unit]) -> list[Hypothesis]:
    """Join equal stories, scale the best to 0, drop what is not worth keeping."""
    stories.sort(key=lambda h: -h.score)
    best = stories[0].score
    alike = all(h.placed is stories[0].placed for h in stories)
    joined: dict[tuple[object, ...], Hypothesis] = {}
    for h in stories:
        if h.score < best - WORTH:
            break
        facts = h.facts(units, alike)
        twin = joined.get(facts)
        if twin is not None:
            twin.score += math.log1p(math.exp(h.score - twin.score))
        elif len(joined) < MOST:
            joined[facts] = h
    kept = list(joined.values())
    top = max(h.score for h in kept)
    for h in kept:
        h.score -= top
    return kept


def shares(stories: list[Hypothesis]) -> list[float]:
    """Probabilities of the stories, by their distance from the best: exp(-800) alone would be 0 for all of them."""
    best = max((h.score for h in stories), default=0.0)
    weights = [math.exp(h.score - best) for h in stories]
    total = math.fsum(weights)
    return [w / total for w in weights]
