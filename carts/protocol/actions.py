"""What the session asks of the connection that holds it: sealed types, done in the order given."""

from msgspec import Struct

from carts.protocol.closes import Close
from carts.protocol.events import Data
from carts.protocol.inbound import Event, Health, Hello, Weight
from carts.protocol.outbound import Result


class Open(Struct, frozen=True):
    """Authenticate, find the stream, then call `Session.opened` or close."""

    hello: Hello


class Apply(Struct, frozen=True):
    """The next event in order: do it, keep it, then call `Session.settled`."""

    event: Event
    data: Data
    fingerprint: str


class ApplySkip(Struct, frozen=True):
    """A hole the cart owns up to, narrowed to what was still missing."""

    first: int
    last: int
    why: str


class Repeat(Struct, frozen=True):
    """An event that is on disk came again: acknowledge it again with its first outcome."""

    result: Result


class Recall(Struct, frozen=True):
    """An event from before the session's memory came again: look it up and compare fingerprints."""

    event: Event
    fingerprint: str


class Weigh(Struct, frozen=True):
    weight: Weight


class Report(Struct, frozen=True):
    health: Health


class Refuse(Struct, frozen=True):
    """Answer with an `error`; the connection stands unless a Shut follows."""

    code: str
    detail: str
    seq: int | None = None
    retry: bool = False


class Shut(Struct, frozen=True):
    """Close the socket with this code."""

    close: Close
    reason: str


Action = Open | Apply | ApplySkip | Repeat | Recall | Weigh | Report | Refuse | Shut

__all__ = [
    "Action",
    "Apply",
    "ApplySkip",
    "Open",
    "Recall",
    "Refuse",
    "Repeat",
    "Report",
    "Shut",
    "Weigh",
]
