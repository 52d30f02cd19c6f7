"""What parent and child say to each other: frames of a length (four bytes, big-endian) and MessagePack or raw bytes.

The child first sends a `Hello`. A job: the parent sends `ONE` or `ALL` and the file's bytes; the child answers with any
number of `Codes`, each of which the parent answers with `MORE` or `ENOUGH`, and at last one `Done`.
"""

import struct
from typing import Final

import msgspec

LENGTH: Final = struct.Struct(">I")
ONE: Final = b"1"  # stages until the parent has a code that counts; corners are then of no use and not in the picture's
ALL: Final = b"*"  # every code with its corners
MORE: Final = b"m"
ENOUGH: Final = b"e"


class Code(msgspec.Struct, frozen=True, array_like=True):
    """A code found: `identified` has the symbology identifier in front where the engine knows it.

    `corners` go around from the top left: pixels of what an engine looked at, fractions of the picture over the wire.
    """

    symbology: str
    text: str
    identified: str
    corners: tuple[tuple[float, float], ...] = ()

    @property
    def content(self) -> tuple[str, str, str]:
        """All but the place."""
        return self.symbology, self.text, self.identified


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The child is ready; its decoding engines by name."""

    engines: tuple[str, ...]


class Codes(msgspec.Struct, frozen=True, tag="codes"):
    """What one stage found."""

    stage: str
    codes: tuple[Code, ...]


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The end of a job; `error` is a code of `ImagingError` or empty."""

    error: str = ""


Message = Hello | Codes | Done
ENCODER: Final = msgspec.msgpack.Encoder()
DECODER: Final = msgspec.msgpack.Decoder(Message)


def framed(payload: bytes) -> bytes:
    """The payload with its length in front."""
    return LENGTH.pack(len(payload)) + payload
