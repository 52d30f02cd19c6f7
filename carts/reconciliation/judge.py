"""The judge: keeps the list of open discrepancies true to the stories.

Theory. See `judgement` for what is due and how probable it is. Here: the share of belief of every due fact is added
up over the stories; past the policy's probability a discrepancy opens, below a third of that it clears. Facts that
stand for the same weight in different stories (a stranger alone, or with a scan) share one key, and so one
discrepancy, whose kind is the likelier's. Units: grams, milliseconds, probabilities.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from .delays import outlives
from .explain import describe_stories, numbers
from .hypotheses import Tracker, clone, doubt_passed, settle, shares
from .judgement import Claim, claims, late_cost, spans
from .outputs import Changed, Cleared, Discrepancy, Kind, Opened, Output, Verdict
from .signal import Signal
from .state import Hypothesis
from .types import Scale
from .whole import NOTHING, Shelf, Whole, basket, gain, impossible

if TYPE_CHECKING:
    from .engine import State

SLACK_MS = 150
SEAL_MS = 800
CLEAR = 0.1
CERTAIN = 0.985
LEAST_KEY = 0.4
RETRY_MS = 300
NEVER = 1 << 60


def near(h: Hypothesis, rolling: tuple[float, float]) -> bool:
    """The rolling load may be this story's."""
    level, error = rolling
    return abs(level - h.load - h.tilt) < 3.5 * error + 3.0


def agrees(h: Hypothesis, rolling: tuple[float, float] | None, grams: float) -> bool:
    """The rolling load is this story's, and plainly not what it were without the claim."""
    return rolling is not None and near(h, rolling) and 3.5 * rolling[1] + 3.0 < 0.6 * grams


class Open(msgspec.Struct):
    key: str
    discrepancy: Discrepancy


class Judge:
    def __init__(self, tracker: Tracker, state: State) -> None:
        self.tracker, self.state = tracker, state
        self.shelf = Shelf(tracker.book, state.units)

    def claims(self, h: Hypothesis) -> list[Claim]:
        return list(claims(h, self.state.units, self.state.leavings, self.tracker.policy))

    def due_at(self, claim: Claim) -> int:
        return self._due(claim.since, claim.due)

    def _due(self, since: int, due: int) -> int:
        sealed, (dark, light) = self.state.sealed_at, self.state.hole
        unseen = light - max(dark, since) if dark < due and light > since else 0
        due += SLACK_MS + unseen
        return due if sealed < 0 else min(due, sealed + SEAL_MS)

    def next_due(self) -> int:
        times = spans(self.tracker.stories, self.state.units, self.state.leavings, self.tracker.policy)
        return min([self._due(since, due) for since, due in times], default=NEVER)

    def judge(self, at: int, signal: Signal, weighed: bool = False) -> list[Output]:
        """Open, change and clear discrepancies as of `at`; `weighed` says that the stories have just been weighed anew.

        While the load moves, only where its average agrees with a story.
        """
        # A fact that came due in doubt is compared again whenever the doubt has changed, not only when another is due.
        doubtful = weighed and any(h.late for h in self.tracker.stories)
        if not self.state.open and not doubtful and at < self.state.next_due:
            return []
        if self.mark_late(at, signal):
            self.tracker.stories = settle(self.tracker.stories, self.state.units)
        due = at >= self.state.whole_at or self.state.sealed_at >= 0
        if at >= self.state.whole_at:
            self.state.whole_at = NEVER
        if due and signal.state.quiet:
            self._weigh_the_whole(signal.scale, signal.state.level)
        self.state.next_due = max(min(self.next_due(), self.state.whole_at), at + RETRY_MS)
        return self._compare(at)

    def _weigh_the_whole(self, scale: Scale, level: float) -> None:
        """The whole basket against the whole weight, where nothing else is open or awaited; and the scale itself."""
        top, s, policy = self.tracker.stories[0], self.state, self.tracker.policy
        told = [gain(h, s.units, self.tracker.book, policy) for h in self.tracker.stories if len(h.strangers) > 1]
        fault = max(told, key=lambda whole: whole.probability, default=NOTHING)
        if impossible(level, scale):
            fault = Whole("scale_fault", CERTAIN, 0.0, level, 0.0)
        found = {"scale_fault": fault} if fault.probability > CLEAR else {}
        settled = not (found or top.waiting or top.leaving or top.passed or s.open.keys() - {"basket"})
        if settled and not top.strangers and shares(self.tracker.stories)[0] > 0.5:
            sum_ = basket(top, s.zero, self.shelf, policy)
            found |= {"basket": sum_} if sum_.probability > CLEAR else {}
        s.whole = found

    def mark_late(self, at: int, signal: Signal) -> bool:
        """Let stories pay for what has come due in them; True if any did."""
        quiet, rolling = signal.state.quiet, signal.rolling_level()
        changed = False
        for h in self.tracker.stories:
            if h.passed and rolling and not near(h, rolling):
                h.score -= 5.0
                h.passed = False
                changed = True
            if h.passed and (signal.state.count > 15 if quiet else rolling is None):
                doubt_passed(h, signal.state.count)
                changed = True
            due = [
                c
                for c in self.claims(h)
                if c.key not in h.late and at >= self.due_at(c) and (quiet or self.stands(c, h, rolling))
            ]
            if due:
                h.late = h.late.union([c.key for c in due])
                h.score += sum([late_cost(c.kind, c.how, self.tracker.policy.rates) for c in due])
                changed = True
        return changed

    def stands(self, c: Claim, h: Hypothesis, rolling: tuple[float, float] | None) -> bool:
        """Whether a claim holds though the load moves: weight seen standing stays till seen gone; the rest must
        be seen.
        """
        if c.key.startswith("s"):
            return rolling is None or near(h, rolling)
        return agrees(h, rolling, self.weight_of(c, h))

    def weight_of(self, c: Claim, h: Hypothesis) -> float:
        """Grams by which the load would differ if the claim were put right."""
        if c.kind == "not_placed":
            return self.tracker.ways.sums.moments(c.number)[0]
        if c.kind == "not_removed":
            return self.tracker.book.expected(self.state.leavings[c.number].product)[0]
        if c.kind == "removed":
            return next(x.placed.grams for x in h.lifted if x.placed.unit == c.number)
        return next(s.grams for s in h.strangers if s.id == c.number)

    def masses(self, at: int) -> dict[str, tuple[float, Claim, Hypothesis]]:
        """For each due fact its probability, its likeliest kind, and the likeliest story with it."""
        kinds: dict[str, dict[Kind, float]] = {}
        best: dict[tuple[str, Kind], tuple[float, Claim, Hypothesis]] = {}
        for share, h in zip(self.shares(at), self.tracker.stories, strict=True):
            for c in self.claims(h):
                if c.key in h.late:
                    of = kinds.setdefault(c.key, {})
                    of[c.kind] = of.get(c.kind, 0.0) + share
                    if (c.key, c.kind) not in best or share > best[c.key, c.kind][0]:
                        best[c.key, c.kind] = share, c, h
        found = {}
        for key, of in kinds.items():
            _, claim, story = best[key, max(of, key=of.__getitem__)]
            found[key] = sum(of.values()), claim, story
        top = self.tracker.stories[0]
        if "scale_fault" in self.state.whole:
            found = {key: mass for key, mass in found.items() if mass[1].kind != "mismatch"}
        for key, whole in self.state.whole.items():
            found[key] = min(whole.probability, CERTAIN), Claim(key, whole.kind, at, at, -1), top
        return found

    def shares(self, at: int) -> list[float]:
        """Beliefs in the stories, each charged for what has been waiting long, though not yet too long."""
        units, rate = self.state.units, self.tracker.policy.rates.not_placed
        scores = [
            h.score
            + sum(math.log(rate + (1 - rate) * outlives(at - units[u].at)) for u in h.waiting if f"w{u}" not in h.late)
            for h in self.tracker.stories
        ]
        top = max(scores)
        weights = [math.exp(score - top) for score in scores]
        total = math.fsum(weights)
        return [w / total for w in weights]

    def any_new(self, at: int) -> float:
        """Probability that at least one due fact is true for which nothing is open yet."""
        return sum(
            share
            for share, h in zip(self.shares(at), self.tracker.stories, strict=True)
            if any(c.key in h.late and c.key not in self.state.open for c in self.claims(h))
        )

    def _compare(self, at: int) -> list[Output]:
        out: list[Output] = []
        masses = self.masses(at)
        any_new = self.any_new(at)
        for key, (mass, claim, story) in sorted(masses.items(), key=lambda pair: -pair[1][0]):
            if key in self.state.open or mass < LEAST_KEY:
                continue
            probability = mass if out or key in self.state.whole else max(mass, any_new)
            if probability >= self.tracker.policy.alarm_probability:
                d = self._reopened(key) or self._new(claim, story, probability, at)
                self.state.open[key] = Open(key, d)
                self.state.asked.add(key)
                out.append(Opened(d))
        for key in list(self.state.open):
            held = self.state.open[key]
            if key not in masses or masses[key][0] < CLEAR:
                d = msgspec.structs.replace(held.discrepancy, cleared_at=at)
                self.state.past.append(d)
                if not key.startswith("r"):
                    self.state.closed[key] = d.id
                del self.state.open[key]
                out.append(Cleared(d.id, at))
            elif masses[key][1].kind != held.discrepancy.kind:
                d = self._discrepancy(
                    held.discrepancy.id, masses[key][1], masses[key][2], held.discrepancy.probability, at
                )
                held.discrepancy = msgspec.structs.replace(d, opened_at=held.discrepancy.opened_at)
                out.append(Changed(held.discrepancy))
        return out

    def _new(self, claim: Claim, story: Hypothesis, probability: float, at: int) -> Discrepancy:
        self.state.opened += 1
        return self._discrepancy(self.state.opened, claim, story, min(probability, CERTAIN), at)

    def _reopened(self, key: str) -> Discrepancy | None:
        """The same fact, believed put right and now seen not to be: the same discrepancy, not another."""
        number = self.state.closed.pop(key, None)
        old = next((d for d in self.state.past if d.id == number), None)
        if old is None:
            return None
        self.state.past.remove(old)
        return msgspec.structs.replace(old, cleared_at=None)

    def _discrepancy(self, number: int, claim: Claim, story: Hypothesis, probability: float, at: int) -> Discrepancy:
        products, line, expected, observed, tolerance, candidates = numbers(claim, story, self.tracker, self.state)
        return Discrepancy(
            number,
            claim.kind,
            at,
            None,
            line,
            products,
            expected,
            observed,
            tolerance,
            round(probability, 4),
            candidates,
            describe_stories(self.tracker.stories, self.state.units),
        )

    def close_all(self, at: int) -> list[Open]:
        closed = list(self.state.open.values())
        self.state.past += [msgspec.structs.replace(o.discrepancy, cleared_at=at) for o in closed]
        self.state.open.clear()
        return closed

    def verdict(self, at: int) -> Verdict:
        stories = [clone(h) for h in self.tracker.stories]
        for h in stories:
            h.score += sum(
                late_cost(c.kind, c.how, self.tracker.policy.rates) for c in self.claims(h) if c.key not in h.late
            )
        risk = sum(p for p, h in zip(shares(stories), stories, strict=True) if self.claims(h))
        risk = max([risk, *(whole.probability for whole in self.state.whole.values())])
        found = tuple(o.discrepancy for o in self.state.open.values())
        standing = bool(found) or risk >= self.tracker.policy.review_risk
        reasons = sorted({d.kind for d in found} | ({"risk"} if standing and not found else set()))
        return Verdict("review" if standing else "clear", round(min(max(risk, 0.004), 0.98), 4), found, tuple(reasons))
