"""From what was measured of a pack's place to the chance that it is this very product."""

from math import exp, log, log1p
from typing import Final, NamedTuple


class Signs(NamedTuple):
    """Distinct inliers, share of structure that agrees, its mean correlation, worst duel, area against known size."""

    inliers: int
    agreement: float
    correlation: float
    margin: float
    area_ratio: float


# Logistic regression (L2) on half of the scenes; `python -m tests.benchmarks.vision --fit` prints these.
INTERCEPT: Final = -2.43
WEIGHTS: Final = (0.54, 0.20, 0.47, 7.06, -0.76)


def terms(signs: Signs) -> tuple[float, ...]:
    """What the regression is linear in."""
    return (
        log1p(signs.inliers),
        signs.agreement,
        signs.correlation,
        max(-0.5, min(signs.margin, 0.5)),
        abs(log(max(signs.area_ratio, 1e-3))),
    )


def confidence(signs: Signs) -> float:
    """0 to 1, calibrated on scenes that the regression did not see."""
    total = INTERCEPT + sum(weight * term for weight, term in zip(WEIGHTS, terms(signs), strict=True))
    return 1 / (1 + exp(-max(-30.0, min(30.0, total))))
