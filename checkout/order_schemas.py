"""What a retailer's systems read and are sent, as types: the JSON Schemas are made from these, and tests hold what is
really sent against them. Amounts are minor units, weights grams, times RFC 3339."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType


class Saving(Struct, frozen=True, kw_only=True):
    """A promotion's part on a line."""

    name: str
    amount: int
    why: str = ""


class OrderLine(Struct, frozen=True, kw_only=True):
    """A line as on the receipt. `amount` is after savings, without the deposit."""

    line: int
    name: str
    code: str
    quantity: int
    sold_by: Literal["each", "kg"]
    unit_price: int
    amount: int
    deposit: int
    savings: list[Saving]
    tax_rate_bp: int
    tax: int
    checked: Literal["scanned_and_weighed", "weighed", "staff", "camera", "scanned"]
    weight_g: int | UnsetType = UNSET


class Tender(Struct, frozen=True, kw_only=True):
    """`rounding`: what cash took more (below 0: less) than the amount, `tip`: what came on top; absent where none."""

    method: str
    reference: str
    amount: int
    rounding: int | UnsetType = UNSET
    tip: int | UnsetType = UNSET


class RefundRow(Struct, frozen=True, kw_only=True):
    """Money given back; `lines` are {line, pieces, amount, tax}."""

    refund: str
    amount: int
    tax: int
    reason: str
    at: str
    lines: list[dict[str, Any]]


class Order(Struct, frozen=True, kw_only=True):
    """A paid order as it stands now."""

    order: str
    trip: str
    store: str
    receipt: int
    receipt_url: str
    issued_at: str
    currency: str
    exponent: int
    tax_inclusive: bool
    lines: list[OrderLine]
    totals: dict[str, Any]
    tenders: list[Tender]
    refunds: list[RefundRow]
    refunded: int


class FeedItem(Struct, frozen=True, kw_only=True):
    """`position` never has a hole before it; `kind` says what happened to the order."""

    position: int
    kind: Literal["order.paid", "order.refunded"]
    at: str
    order: Order


class FeedPage(Struct, frozen=True, kw_only=True):
    """Ask again with `cursor`; `more` says that there is more at once."""

    items: list[FeedItem]
    cursor: str
    more: bool


class _About(Struct, frozen=True, kw_only=True):
    checkout: str
    trip: str
    store: str
    currency: str


class PaidTender(Struct, frozen=True, kw_only=True):
    payment: str
    method: str
    provider: str
    reference: str
    amount: int
    tip: int
    rounding: int


class PaidLine(Struct, frozen=True, kw_only=True):
    """`amount` is all that was paid for the line: with deposit, tax and its share of discounts and rounding."""

    line: int
    product: str
    name: str
    pieces: int
    weight_g: int | None
    amount: int
    tax: int


class CheckoutPaid(_About, frozen=True, kw_only=True):
    receipt: int
    amount: int
    tenders: list[PaidTender]
    lines: list[PaidLine]


class RefundTold(_About, frozen=True, kw_only=True):
    """`lines` are {line, pieces, amount, tax}."""

    refund: str
    amount: int
    tax: int
    lines: list[dict[str, Any]]
    reason: str
    automatic: bool
    state: Literal["waiting", "pending", "done", "failed", "refused"]


class DisputeTold(_About, frozen=True, kw_only=True):
    dispute: str
    receipt: int
    line: int
    kind: Literal["unsaid", "not_taken", "quantity", "price", "weight", "quality"]
    state: Literal["open", "accepted", "refunded", "refused", "withdrawn"]
    amount: int
    automatic: bool
    cost: Literal["", "refund", "wrong_accusation"]


class BasketLine(Struct, frozen=True, kw_only=True):
    """`amount` with the deposit."""

    line: int
    code: str
    name: str
    quantity: int
    weight_g: int | None
    amount: int


class TillBasketTold(_About, frozen=True, kw_only=True):
    """A basket that a manned till is to take `amount` for (in cash: `amount_cash`), or no longer. `check`: what the
    till's people should look at first."""

    code: str
    state: Literal["open", "paid", "voided"]
    amount: int
    amount_cash: int
    cart: str
    lines: list[BasketLine]
    check: list[str] | UnsetType = UNSET


class EndpointTest(Struct, frozen=True, kw_only=True):
    """Somebody (`by`) tries whether messages arrive."""

    endpoint: str
    store: str
    by: str


class DayClosed(Struct, frozen=True, kw_only=True):
    """`totals` as the day's page and file have them."""

    store: str
    day: str
    currency: str
    totals: dict[str, Any]


class StaffPage(_About, frozen=True, kw_only=True):
    """A cart waits for a person and nobody is on duty; `console` is the review's address for who may decide it."""

    review: str
    cart: str
    lane: str
    amount: int
    waiting_since: str
    console: str
    reasons: list[str]


DATA: dict[str, type[Struct]] = {
    "checkout.paid": CheckoutPaid,
    "refund.requested": RefundTold,
    "refund.started": RefundTold,
    "refund.paid": RefundTold,
    "refund.failed": RefundTold,
    "dispute.opened": DisputeTold,
    "dispute.withdrawn": DisputeTold,
    "dispute.decided": DisputeTold,
    "dispute.refunded": DisputeTold,
    "till.basket": TillBasketTold,
    "day.closed": DayClosed,
    "endpoint.test": EndpointTest,
    "staff.page": StaffPage,
}


def event_schema(event: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a webhook's body; raises KeyError for an event that there is not."""
    schema = msgspec.json.schema(DATA[event])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event,
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"const": event},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"$ref": schema["$ref"]},
        },
        "$defs": schema["$defs"],
    }


def order_schema() -> dict[str, Any]:
    """The JSON Schema of a page of the feed."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(FeedPage)}
