"""What a finished trip teaches about weights.

Theory. Only the likeliest story teaches, and only if it is likely enough (SURE). Each placed unit is an observation
of its product: the change of level less what else is expected in it, with the variance of all that. What an alarm
stands against teaches too, but in doubt: a shopper under suspicion may be right and the catalogue wrong, so it
founds a mode that later trips confirm or starve. Nothing is learned from a product that the shopper disputes, from
labels that tell the weight, nor from bags. Units: grams.
"""

from __future__ import annotations

from collections.abc import Mapping, Set

from .hypotheses import Tracker, shares
from .state import Unit
from .weights import Lesson

SURE = 0.8
LOOSE_VARIANCE = 400.0  # g^2; what is known no better teaches nothing
DOUBTED = 0.8  # chance that a thing under an alarm was not what was scanned


def lessons(tracker: Tracker, disputed: Set[str]) -> list[Lesson]:
    """Observations of single units; `disputed` are products that teach nothing."""
    stories = tracker.stories
    if not stories or shares(stories)[0] < SURE:
        return []
    top, units = stories[0], tracker.units
    tainted = {s.unit for s in top.strangers}
    found = [
        Lesson(units[p.unit].product, p.seen_g, p.seen_variance)
        for p in top.placed
        if p.seen_variance < LOOSE_VARIANCE and p.unit not in tainted and teaches(units, p.unit, disputed)
    ]
    for s in top.strangers:
        if s.how in ("swap", "with") and teaches(units, s.unit, disputed):
            mean, _ = tracker.ways.sums.moments(s.unit)
            grams = s.grams + (mean if s.how == "with" else 0.0)
            found.append(Lesson(units[s.unit].product, grams, s.variance, doubt=DOUBTED))
    return found


def teaches(units: Mapping[int, Unit], unit: int, disputed: Set[str]) -> bool:
    u = units[unit]
    return u.known_g is None and bool(u.product) and u.product not in disputed
