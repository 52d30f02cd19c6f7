"""Messages from the cart to the server, and the words an event may use (wire contract `cart.v1+json`)."""

from typing import Any, Literal

import msgspec

SUBPROTOCOL = "cart.v1+json"

EventKind = Literal[
    "start", "scan", "remove", "bag", "assist", "dispute", "pause", "resume", "seal", "reopen", "cancel"
]
ScanSource = Literal["scanner", "camera", "keyed"]
TripMode = Literal["cart", "phone"]


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """What the load cells can do: the step of a reading, the most they carry, readings a second."""

    division_g: float
    capacity_g: float
    rate_hz: float


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="hello"):
    """Opens the session. `first` and `last` are the events still held, `seen` the last basket shown."""

    stream: str
    first: int | None
    last: int | None
    seen: int | None
    clock: str
    firmware: str
    scale: Scale
    ticket: str | msgspec.UnsetType = msgspec.UNSET


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """Something the shopper did. Durable: stored on the cart before it is sent, `at` in the stream's ms."""

    seq: int
    at: int
    kind: EventKind
    data: dict[str, Any]


class Weight(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="weight"):
    """1 to 100 raw readings of the total load in grams, `step` ms apart, the first at `at`."""

    at: int
    step: int
    grams: tuple[float, ...]


class Skip(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="skip", rename={"first": "from", "last": "to"}
):
    """Owns up to events that the cart lost or the server refused: an audited hole, both ends included."""

    first: int
    last: int
    why: str


class Health(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="health", omit_defaults=True):
    """Telemetry. `battery` runs from 0 to 1; `storage_free` is in bytes."""

    battery: float
    charging: bool
    temperature_c: float | None = None
    storage_free: int | None = None


Outgoing = Hello | Event | Weight | Skip | Health

_encoder = msgspec.json.Encoder()


def encode(message: Outgoing) -> str:
    """The message as one text frame."""
    return _encoder.encode(message).decode()
