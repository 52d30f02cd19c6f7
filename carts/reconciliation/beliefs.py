"""What a unit of a product weighs: a mixture of modes, each a mean with its doubt, and a spread from unit to unit.

Theory. Units of a product scatter about a mean with a standard deviation near 1 % of it (0.3 to 3 % over a range;
prior worth NU0 observations, inverse gamma). The mean itself is known to a mode's variance, which shrinks with every
observation (Kalman's update of a constant). Observations share out among modes by their likelihood (Bayes), so a
wrong listed weight loses to the packaging that fits. An observation that no mode explains, from a swap or from a
redesigned pack, founds a mode of its own with little weight; if more follow, it wins. Means may drift: each trip
adds DRIFT^2 to a variance. Predictions have Student's tails, widened to a normal with the variance nu / (nu - 2).
Units: grams.
Source: conjugate normal models, Gelman et al., Bayesian Data Analysis, ch. 3; mixtures, ch. 22.
"""

from __future__ import annotations

import math

import msgspec

from .goods import strange
from .packaging import Mode

SPREAD = 0.0108  # relative standard deviation of units, before any was seen
SPREAD_FLOOR_G = 0.5  # packs are not lighter in spread than this
NU0 = 2.5  # how many observations the prior of the spread is worth
DRIFT = 0.0008  # relative drift of a mean between observations
FOUND = 0.1  # weight of a mode founded on an observation that nothing explains, of a product hardly known
JUNK = 0.02  # share of observations that were another thing's
FORGET = 0.99  # what is known of the spread fades so much with every observation
KEEP = 3e-5  # modes below this weight are dropped
MOST_MODES = 8


class Gauss(msgspec.Struct):
    """One belief about a product: its share, mean and the variance of that; squared deviations of `degrees` units."""

    weight: float
    mean: float
    variance: float
    squares: float = 0.0
    degrees: float = 0.0


class Belief(msgspec.Struct):
    """A product's weight as far as known: rival beliefs, after `seen` observations."""

    modes: list[Gauss]
    seen: int = 0


def spread_variance(g: Gauss) -> float:
    """Variance of units about their mean, g^2, with the widening that few observations deserve."""
    prior = (SPREAD * g.mean) ** 2 + SPREAD_FLOOR_G**2
    return (NU0 * prior + g.squares) / (NU0 + g.degrees)


def freedom(g: Gauss) -> float:
    """Degrees of freedom of the next unit's weight (Welch and Satterthwaite): the mean's own doubt has normal tails."""
    units = spread_variance(g)
    return (NU0 + g.degrees) * ((g.variance + units) / units) ** 2


def predict(belief: Belief) -> list[Mode]:
    """Share, mean and standard deviation of the next unit's weight, for each mode."""
    return [(g.weight, g.mean, math.sqrt(g.variance + spread_variance(g))) for g in belief.modes]


def density(x: float, variance: float) -> float:
    return math.exp(-0.5 * x * x / variance) / math.sqrt(6.283185307179586 * variance)


def student(off: float, spread: float, freedom: float) -> float:
    """Student's t density at `off`, scaled to `spread` (g^2)."""
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi * spread)
    return math.exp(scale - 0.5 * (freedom + 1) * math.log1p(off * off / (freedom * spread)))


def observe(belief: Belief, grams: float, variance: float, doubt: float = JUNK) -> None:
    """Learn one unit's weight, measured with `variance` (g^2); `doubt` is the chance that it was another thing's.

    Changes the belief in place. Each rival learns as if it were true, and gains or loses share by how well it foresaw.
    """
    junk = doubt * max(strange(grams, 1.0), 1e-5)
    explained = 0.0
    for g in belief.modes:
        g.variance += (DRIFT * g.mean) ** 2
        units = spread_variance(g)
        spread = g.variance + units + variance
        true = (1.0 - doubt) * student(grams - g.mean, spread, (NU0 + g.degrees) * (spread / units) ** 2)
        learn(g, grams, variance, units, true / (true + junk))
        explained += g.weight * true
        g.weight *= true + junk
    total = math.fsum(g.weight for g in belief.modes)
    for g in belief.modes:
        g.weight /= total
    explained /= explained + junk
    if explained < 0.5:
        found = FOUND / (1.0 + 0.3 * max(g.degrees for g in belief.modes)) * (1.0 - doubt)
        belief.modes.append(Gauss(found, grams, variance + (0.5 * SPREAD * grams) ** 2 + SPREAD_FLOOR_G**2))
    belief.seen += 1
    tidy(belief)


def learn(g: Gauss, grams: float, variance: float, units: float, trust: float) -> None:
    """One rival's mean and spread learn from an observation that is the product's with probability `trust`."""
    if trust < 0.02:
        return
    off = grams - g.mean
    known = trust * units / (units + g.variance + variance)
    gain = g.variance / (g.variance + (units + variance) / trust)
    g.squares = FORGET * g.squares + known * off * off * units / (units + g.variance + variance)
    g.degrees = FORGET * g.degrees + known
    g.mean += gain * off
    g.variance *= 1.0 - gain


def tidy(belief: Belief) -> None:
    """Join modes that have met, drop the hopeless ones, and let the weights add up to one."""
    kept: list[Gauss] = []
    for g in sorted(belief.modes, key=lambda g: -g.weight):
        if g.weight < KEEP or len(kept) >= MOST_MODES:
            continue
        twin = next((k for k in kept if (k.mean - g.mean) ** 2 < 0.25 * (k.variance + g.variance)), None)
        if twin is None:
            kept.append(g)
        else:
            twin.weight += g.weight
    total = math.fsum(g.weight for g in kept)
    for g in kept:
        g.weight /= total
    belief.modes = kept


def unit_moments(belief: Belief) -> tuple[float, float, float]:
    """Mean over all modes, the variance of the mean, and that of units about it."""
    mean = math.fsum(g.weight * g.mean for g in belief.modes)
    shared = math.fsum(g.weight * (g.variance + (g.mean - mean) ** 2) for g in belief.modes)
    return mean, shared, math.fsum(g.weight * spread_variance(g) for g in belief.modes)


def together(belief: Belief, n: int) -> list[tuple[float, float, float, tuple[float, float]]]:
    """Modes of the sum of n units that share their unknown mean: share, mean, variance, and a unit's part of both.

    A unit's part of the variance is its covariance with the sum.
    """
    found = []
    for g in belief.modes:
        part = n * g.variance + spread_variance(g)
        found.append((g.weight, n * g.mean, n * part, (g.mean, part)))
    return found
