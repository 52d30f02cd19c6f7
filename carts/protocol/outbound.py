"""Server to cart: what the server may say. One frozen type a message; optional fields are left out when unset."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

TripStateName = Literal["shopping", "sealed", "in_review", "cleared", "paying", "paid", "cancelled"]
Body = dict[str, Any]


class Welcome(Struct, frozen=True, kw_only=True, tag_field="type", tag="welcome"):
    """The session is open; send from `acked` + 1. `basket` is whole, or a delta from what the cart had seen."""

    epoch: int
    acked: int
    credits: int
    revision: int
    trip: Body | None
    basket: Body | None
    discrepancies: list[Body]
    mode: Literal["delta", "snapshot"]
    server_time: str


class Result(Struct, frozen=True, omit_defaults=True):
    """How one event ended: `outcome` is the business's word, `event` the event's kind."""

    seq: int
    outcome: str
    event: str
    detail: Body | None = None


class Ack(Struct, frozen=True, kw_only=True, tag_field="type", tag="ack"):
    """Every event to `upto` is on disk; sent only after the commit."""

    upto: int
    results: list[Result]
    credits: int


class Basket(Struct, frozen=True, kw_only=True, tag_field="type", tag="basket", rename={"from_": "from"}):
    """The priced basket; the last one stands. With `from` only lines changed since that revision."""

    revision: int
    lines: list[Body]
    totals: Body
    from_: int | UnsetType = UNSET


class DiscrepancyMessage(Struct, frozen=True, kw_only=True, tag_field="type", tag="discrepancy"):
    """Scan and weight disagree, and what to do about it, in the shopper's language. Grams; `at` in the cart's ms."""

    id: str
    kind: str
    state: Literal["open", "cleared", "escalated", "resolved"]
    at: int
    expected_g: float
    observed_g: float
    tolerance_g: float
    probability: float
    candidates: list[Body]
    advice: str
    line: int | UnsetType = UNSET


class TripMessage(Struct, frozen=True, kw_only=True, tag_field="type", tag="trip"):
    """The trip has come to a state; `reason` says why where that is not plain."""

    id: str
    state: TripStateName
    reason: str | UnsetType = UNSET


class Command(Struct, frozen=True, kw_only=True, tag_field="type", tag="command"):
    """Asks the cart to do something: locate, lock, recalibrate, update."""

    name: str
    data: Body


class Error(Struct, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """A refused message; the connection stands unless a close follows. `retry`: the same may go through later."""

    code: str
    detail: str
    retry: bool
    seq: int | UnsetType = UNSET


Message = Welcome | Ack | Basket | DiscrepancyMessage | TripMessage | Command | Error
