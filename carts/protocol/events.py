"""The kinds of event: what a shopper can do, each with its data."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from carts.protocol.inbound import Code, Quantity, Short


class Start(Struct, frozen=True):
    """Begins a trip; the level then standing is the zero."""

    shopper: Short | None = None
    mode: Literal["cart", "phone"] = "cart"
    language: Annotated[str, Meta(max_length=5)] | None = None


class Scan(Struct, frozen=True):
    """A barcode or PLU, as read, symbology prefix allowed."""

    code: Code
    source: Literal["scanner", "camera", "keyed"]
    quantity: Quantity = 1


class Remove(Struct, frozen=True):
    """The shopper takes it out, before or after lifting it; names a code or a line."""

    code: Code | None = None
    line: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    quantity: Quantity = 1

    def __post_init__(self) -> None:
        if (self.code is None) == (self.line is None):
            raise ValueError("name either a code or a line")


class Bag(Struct, frozen=True):
    """The next weight added is the shopper's own bag or container."""


class Assist(Struct, frozen=True):
    """Calls staff."""

    reason: Short = ""


class Dispute(Struct, frozen=True):
    """The shopper says that the server is wrong."""

    discrepancy: Annotated[str, Meta(min_length=1, max_length=64)]
    reason: Short = ""


class Pause(Struct, frozen=True):
    """The cart is left alone."""


class Resume(Struct, frozen=True):
    """Somebody is back."""


class Seal(Struct, frozen=True):
    """Ready to pay: the basket is frozen and judged."""


class Reopen(Struct, frozen=True):
    """Goes on shopping after `seal`, before payment."""


class Cancel(Struct, frozen=True):
    """Ends the trip unpaid."""

    reason: Short = ""


Data = Start | Scan | Remove | Bag | Assist | Dispute | Pause | Resume | Seal | Reopen | Cancel

KINDS: dict[str, type[Data]] = {
    "start": Start,
    "scan": Scan,
    "remove": Remove,
    "bag": Bag,
    "assist": Assist,
    "dispute": Dispute,
    "pause": Pause,
    "resume": Resume,
    "seal": Seal,
    "reopen": Reopen,
    "cancel": Cancel,
}
