"""What a store weighs with, and what each kind of venue begins with. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

Away = Literal["wait", "page", "till"]
CameraUse = Literal["always", "doubts", "never"]


class PolicyError(ValueError):
    """A store's policy names a field that there is not, or a value out of its range."""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a store weighs with. Costs are of one action, with the shopper's waiting time in them.

    `margin`: the retailer's, so that what is lost is the cost of goods. `tolerated_loss_minor`: below this a doubt is
    let go. `audit_share`: honest trips checked at random. `phone_loss_rate`: share of a basket's value that goes
    unscanned on phones without a scale. `phone_check_ceiling`: largest share of such trips that is checked.
    `camera_use`: for doubts and random checks, for doubts only, or not at all. `away_tolerated_minor`: below this a
    doubt is let go while nobody is on duty; 0 lets it wait. `rescan_lines`: how many lines a rescan asks for at most.
    `queue_cost`: by how much each cart that waits for the same people makes asking dearer. `false_alarm_budget`: share
    of trips that may be stopped for nothing; beyond it more of the small doubts are let go. `audits_per_shopper`: so
    many random checks of one shopper in 30 days. `away`: what happens to a doubt while nobody is on duty: it waits,
    somebody is paged, or the till takes over; never a silent pass.
    """

    look_cost_minor: int = 8
    ask_cost_minor: int = 90
    rescan_line_cost_minor: int = 20
    rescan_lines: int = 3
    queue_cost: float = 0.25
    false_alarm_budget: float = 0.02
    audits_per_shopper: int = 2
    away: Away = "wait"
    margin: float = 0.25
    tolerated_loss_minor: int = 15
    audit_share: float = 0.01
    phone_loss_rate: float = 0.02
    phone_check_ceiling: float = 0.12
    camera_use: CameraUse = "always"
    away_tolerated_minor: int = 0

    def __post_init__(self) -> None:
        shares = (
            self.margin, self.audit_share, self.phone_loss_rate, self.phone_check_ceiling, self.false_alarm_budget
        )  # fmt: skip
        if not all(0 <= share <= 1 for share in shares):
            raise ValueError("shares lie between 0 and 1")
        costs = (self.look_cost_minor, self.ask_cost_minor, self.tolerated_loss_minor, self.away_tolerated_minor)
        if min(*costs, self.rescan_line_cost_minor, self.rescan_lines, self.queue_cost, self.audits_per_shopper) < 0:
            raise ValueError("costs are not negative")


PRESETS: Mapping[str, Rules] = {
    "supermarket": Rules(),
    # Few staff, and the one there is stands at the counter.
    "convenience": Rules(ask_cost_minor=60, margin=0.3, phone_check_ceiling=0.08),
    # A queue in the break of a match: every stop costs sales, and margins are high.
    "stadium": Rules(look_cost_minor=15, ask_cost_minor=250, margin=0.6, tolerated_loss_minor=60, audit_share=0.005),
    "cafeteria": Rules(look_cost_minor=10, ask_cost_minor=120, margin=0.6, tolerated_loss_minor=40, audit_share=0.005),
    # Dear goods, hurried people, nobody comes back to settle it.
    "airport": Rules(look_cost_minor=12, ask_cost_minor=180, margin=0.5, audit_share=0.02, phone_check_ceiling=0.2),
}


def rules_for(venue: str, overrides: Mapping[str, Any], exponent: int = 2) -> Rules:
    """The venue's preset in a currency of so many decimals, with the store's own values over it; raises PolicyError.

    Presets are written for two decimals; a store in a currency of another worth sets its own costs.
    """
    preset = msgspec.to_builtins(PRESETS.get(venue, Rules()))
    for name in [name for name in preset if name.endswith("_minor")]:
        preset[name] = round(preset[name] * 10.0 ** (exponent - 2))
    try:
        return msgspec.convert({**preset, **overrides}, Rules)
    except (msgspec.ValidationError, ValueError) as error:
        raise PolicyError(f"The store's checkout policy is not valid: {error}") from error
