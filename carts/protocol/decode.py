"""Frames to messages. Bad input is a value (`Malformed`), never an exception.

Almost every frame is a `weight`; it costs one pass of msgspec. JSON lets a name stand twice in an object, and msgspec
takes the last: so whatever is not provably free of repeated names is parsed once more with a hook that looks. A weight
frame with exactly its five strings (ten quotation marks) has no room for a repeated name.
"""

import hashlib
import json
from typing import Any

import msgspec
from msgspec import Struct

from carts.protocol.events import KINDS, Data
from carts.protocol.inbound import Event, Health, Hello, Message, Skip, Weight

LARGEST = 64 * 1024  # bytes of a frame


class Malformed(Struct, frozen=True):
    """A frame that is not of the contract: why, and the `seq` it carried if that could be read."""

    detail: str
    seq: int | None = None


_message = msgspec.json.Decoder(Hello | Event | Weight | Skip | Health)
_data: dict[str, msgspec.json.Decoder[Data]] = {kind: msgspec.json.Decoder(type_) for kind, type_ in KINDS.items()}


class _Repeated(ValueError):
    """The same name twice in one object."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _Repeated("a name stands twice in one object")
    if any("\x00" in key or (isinstance(value, str) and "\x00" in value) for key, value in pairs):
        raise _Repeated("NUL characters are not allowed")
    return fields


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")


def decode(frame: str | bytes) -> Message | Malformed:
    """One frame as a message; anything else as Malformed."""
    if isinstance(frame, bytes):
        return Malformed("frames are text, not binary")
    # A character has one to four bytes: only in between does counting need the encoding.
    if len(frame) * 4 > LARGEST and len(frame.encode("utf-8", "surrogatepass")) > LARGEST:
        return Malformed(f"a frame has at most {LARGEST} bytes")
    try:
        message: Message = _message.decode(frame)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        return Malformed(_reason(error), _seq_of(frame))
    if type(message) is Weight and frame.count('"') == 10:
        return message
    fault = _strict(frame)
    if fault is not None:
        return Malformed(fault, message.seq if isinstance(message, Event) else None)
    return message


def decode_data(event: Event) -> Data | Malformed:
    """The data of an event by its kind."""
    decoder = _data.get(event.kind)
    if decoder is None:
        return Malformed("unknown kind of event", event.seq)
    try:
        return decoder.decode(event.data)
    except (msgspec.MsgspecError, ValueError) as error:
        return Malformed(f"{event.kind}: {_reason(error)}", event.seq)


def fingerprint(event: Event) -> str:
    """SHA-256 over what an event says, whatever the order of its names or its spacing."""
    content = [event.seq, event.at, event.kind, json.loads(bytes(event.data))]
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _strict(frame: str) -> str | None:
    """What msgspec lets pass and the contract does not: repeated names, NUL, lone surrogates; None if clean."""
    try:
        json.loads(frame, object_pairs_hook=_unique, parse_constant=_refuse_constant)
        frame.encode("utf-8")
        if "\\u" in frame.lower():
            json.dumps(json.loads(frame), ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        return _reason(error)
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "not valid Unicode"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error)[:200]


def _seq_of(frame: str) -> int | None:
    """The seq of a frame that could not be read as a message, if it has one, so that its cart can find it."""
    try:
        found = json.loads(frame, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    seq = found.get("seq") if isinstance(found, dict) else None
    return seq if isinstance(seq, int) and not isinstance(seq, bool) and 0 < seq <= 2**53 else None
