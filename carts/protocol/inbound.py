"""Cart to server: what a cart may say. One frozen type a message; ranges stand in the types.

Times are the cart's own milliseconds, weights are grams.
"""

from typing import Annotated

from msgspec import Meta, Raw, Struct

Milliseconds = Annotated[int, Meta(ge=0, le=2**53)]
Seq = Annotated[int, Meta(ge=1, le=2**53)]
Grams = Annotated[float, Meta(ge=-1e6, le=1e6)]
Short = Annotated[str, Meta(max_length=200)]
Code = Annotated[str, Meta(min_length=1, max_length=512)]
Quantity = Annotated[int, Meta(ge=1, le=999)]
StreamId = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")]


class ScaleInfo(Struct, frozen=True):
    """The cart's scale: division and capacity in grams, readings a second."""

    division_g: Annotated[float, Meta(gt=0, le=1000)] = 1.0
    capacity_g: Annotated[float, Meta(gt=0, le=1e6)] = 40_000.0
    rate_hz: Annotated[float, Meta(gt=0, le=1000)] = 10.0


class Hello(Struct, frozen=True, tag_field="type", tag="hello"):
    """Opens the session: the stream, the events still held, the last basket revision shown."""

    stream: StreamId
    clock: Annotated[str, Meta(max_length=64)]
    firmware: Annotated[str, Meta(max_length=60)]
    scale: ScaleInfo | None
    first: Seq | None = None
    last: Seq | None = None
    seen: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    ticket: Annotated[str, Meta(max_length=200)] | None = None


class Weight(Struct, frozen=True, tag_field="type", tag="weight", gc=False):
    """Raw total load: `grams[i]` was read at `at + i * step`."""

    at: Milliseconds
    step: Annotated[int, Meta(ge=1, le=60_000)]
    grams: Annotated[list[Grams], Meta(min_length=1, max_length=100)]


class Skip(Struct, frozen=True, tag_field="type", tag="skip", rename={"from_": "from"}):
    """Events that the cart lost; leaves an audited hole and a reason for review."""

    from_: Seq
    to: Seq
    why: Short


class Event(Struct, frozen=True, tag_field="type", tag="event"):
    """Something the shopper did; durable. `data` is read by `kind` (see `events`)."""

    seq: Seq
    at: Milliseconds
    kind: Annotated[str, Meta(max_length=40)]
    data: Raw = Raw(b"{}")


class Health(Struct, frozen=True, tag_field="type", tag="health"):
    """Device telemetry; battery 0 to 1, temperature in degrees Celsius, storage in bytes."""

    battery: Annotated[float, Meta(ge=0, le=1)]
    charging: bool
    temperature_c: Annotated[float, Meta(ge=-100, le=200)] | None = None
    storage_free: Annotated[int, Meta(ge=0, le=2**60)] | None = None


Message = Hello | Event | Weight | Skip | Health
