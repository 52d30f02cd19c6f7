"""Messages from the server to the cart. What this client does not know is a value, `Unknown`, never an exception."""

from typing import Any

import msgspec


class Saving(msgspec.Struct, frozen=True):
    """A promotion's share of a line; `amount` in minor units."""

    name: str
    amount: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the basket. Money in minor units; `status` tells what the scale says of it:
    `placing`, `verified`, `unverified`, `in_doubt`, `blocked` or `removed`."""

    line: int
    code: str
    name: str
    quantity: int
    unit_price: int
    amount: int
    status: str
    weight_g: float | None = None
    savings: tuple[Saving, ...] = ()
    picture: str | None = None


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """Sums in minor units of `currency`; `due` is what is paid, `exponent` the currency's decimal places."""

    subtotal: int
    discount: int
    deposit: int
    tax: int
    due: int
    currency: str
    exponent: int
    items: int


class Basket(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="basket", rename={"since": "from"}):
    """The priced basket. With `since` (`from` on the wire) it holds only what changed after that revision."""

    revision: int
    lines: tuple[Line, ...]
    totals: Totals
    since: int | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A product that would explain what the scale saw."""

    product: str
    probability: float
    name: str = ""
    quantity: int = 1
    grams: float | None = None


class Discrepancy(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="discrepancy"):
    """Scan and weight disagree; `advice` tells the shopper what to do. `at` in the stream's ms, weights in grams."""

    id: str
    kind: str
    state: str
    at: int
    expected_g: float | None = None
    observed_g: float | None = None
    tolerance_g: float | None = None
    probability: float | None = None
    line: int | None = None
    candidates: tuple[Candidate, ...] = ()
    advice: str = ""


class Trip(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="trip"):
    """Where the trip stands: `shopping`, `sealed`, `in_review`, `cleared`, `paying`, `paid` or `cancelled`."""

    state: str
    id: str = ""
    mode: str | None = None
    reason: str | None = None


class Welcome(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="welcome"):
    """The session is open: everything to `acked` is kept, and what the cart missed is in here."""

    epoch: int
    acked: int
    credits: int
    revision: int | None = None
    trip: Trip | None = None
    basket: Basket | None = None
    discrepancies: tuple[Discrepancy, ...] = ()
    mode: str = "snapshot"
    server_time: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one event: `added`, `unknown_code`, `sale_refused` and so on, with words in `detail`."""

    seq: int
    outcome: str
    event: str = ""
    detail: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The server's sentence about it, or an empty string."""
        return str((self.detail or {}).get("text", ""))


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="ack"):
    """Every event to `upto` is on the server's disk."""

    upto: int
    credits: int
    results: tuple[Result, ...] = ()


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="command"):
    """Asks the cart for something: `locate`, `lock`, `recalibrate` or `update`."""

    name: str
    data: dict[str, Any] = {}


class Error(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="error"):
    """A refused message. The connection stands unless a close follows; `retry` says whether to send it again."""

    code: str
    detail: str = ""
    seq: int | None = None
    retry: bool = False


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A frame that this client does not understand, kept as it came; `why` says what is wrong with it."""

    type: str
    raw: str
    why: str


Known = Welcome | Ack | Basket | Discrepancy | Trip | Command | Error
Incoming = Known | Unknown

_decoder: msgspec.json.Decoder[Known] = msgspec.json.Decoder(Known)


class _Named(msgspec.Struct):
    type: str = ""


def decode(frame: str) -> Incoming:
    """One text frame as a message; newer or broken messages come back as `Unknown`."""
    try:
        return _decoder.decode(frame)
    except msgspec.DecodeError as error:
        return Unknown(type=_type_of(frame), raw=frame, why=str(error))


def _type_of(frame: str) -> str:
    try:
        return msgspec.json.decode(frame, type=_Named).type
    except msgspec.DecodeError:
        return ""
