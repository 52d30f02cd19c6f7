"""What goes into the engine: the scale, the store's policy, what the catalogue says about a product.

Weights are grams, times the cart's own milliseconds, prices integer minor units. Every struct is plain data: it can be
written down with msgspec and read back, so that a trip can be judged again later, elsewhere, with the same result.
"""

from __future__ import annotations

from typing import Literal

import msgspec

SoldBy = Literal["each", "kg"]


class Scale(msgspec.Struct, frozen=True):
    """A cart's scale as its hello states it: smallest step shown, largest load (grams), readings a second."""

    division_g: float = 1.0
    capacity_g: float = 40000.0
    rate_hz: float = 10.0


class Rates(msgspec.Struct, frozen=True):
    """How often things happen, each a share of the items that shoppers take: the priors of the hypotheses.

    They only need the right order of magnitude; a weight that fits or not speaks far louder. `placed_first` is
    honest (placed, then scanned within the grace); `touched` is an item lifted and put back; the wrongs carry their
    kinds' names.
    """

    placed_first: float = 0.04
    touched: float = 0.08
    together: float = 0.012
    phantom: float = 0.01
    unscanned: float = 0.008
    hidden: float = 0.006
    extra: float = 0.005
    swap: float = 0.006
    not_placed: float = 0.004
    removed: float = 0.003
    not_removed: float = 0.05


class Policy(msgspec.Struct, frozen=True):
    """How patient and how strict a store is.

    Graces are what an honest shopper may take (ms); the contract's by default.

    `alarm_probability`: least probability of a discrepancy that is shown to the shopper.
    `review_risk`: least probability of a standing wrong at seal that sends the trip to review.
    `alarm_budget`: false alarms per hundred honest trips that the store accepts (see `budget.Budget`).
    """

    scan_grace_ms: int = 5000
    place_grace_ms: int = 25000
    lift_grace_ms: int = 25000
    return_grace_ms: int = 6000
    alarm_probability: float = 0.6
    review_risk: float = 0.6
    alarm_budget: float = 0.5
    bag_limit_g: float = 2000.0
    least_item_g: float = 8.0
    rates: Rates = Rates()


class ProductFacts(msgspec.Struct, frozen=True):
    """What the catalogue says about a product. `key` is what `Engine.scan` is called with; weights in grams or None."""

    key: str
    name: str
    category: str = ""
    sold_by: SoldBy = "each"
    net_g: float | None = None
    gross_g: float | None = None
    price_minor: int = 0


class Candidate(msgspec.Struct, frozen=True):
    """One explanation of a weight: this many of that product, its grams, its share of belief."""

    product: str
    name: str
    quantity: int
    grams: float
    probability: float
