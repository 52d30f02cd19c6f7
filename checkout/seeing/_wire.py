"""What the process that sees is asked, and what it answers."""

import msgspec

from checkout.seeing.shapes import Edge, Reference, Region, Sight


class CodeSeen(msgspec.Struct, frozen=True):
    """A code in a picture: text, kind, corners in fractions of the picture."""

    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...] = ()


class LookAsked(msgspec.Struct, frozen=True, tag="look"):
    """Look at a picture (a JPEG of ours, zone only). `previous`: an earlier frame, to see what moved."""

    picture: bytes
    references: list[Reference]
    edges: list[Edge]
    px_per_mm: float = 0.0
    previous: bytes = b""


class LookSeen(msgspec.Struct, frozen=True, tag="seen"):
    """Packs, codes, and what matches nothing. `px_per_mm` as it was used or found, 0 if neither."""

    sights: list[Sight]
    codes: list[CodeSeen]
    unknown: list[Region]
    px_per_mm: float = 0.0


class LearnAsked(msgspec.Struct, frozen=True, tag="learn"):
    """Make a reference of a catalogue picture (bytes of any kind that Pillow's JPEG, PNG and WebP readers take)."""

    picture: bytes
    product: int
    face: str
    height_mm: float = 0.0


class Learned(msgspec.Struct, frozen=True, tag="learned"):
    """The reference."""

    reference: Reference


class CompareAsked(msgspec.Struct, frozen=True, tag="compare"):
    """Which of these look like the first?"""

    one: Reference
    others: list[Reference]


class Compared(msgspec.Struct, frozen=True, tag="compared"):
    """Edges from the first (index 0 is the first of `others`)."""

    edges: list[Edge]


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The picture can't be used; why, for staff."""

    detail: str


Asked = LookAsked | LearnAsked | CompareAsked
Answered = LookSeen | Learned | Compared | Refused
ENCODER = msgspec.msgpack.Encoder()
ASKED = msgspec.msgpack.Decoder(Asked)
ANSWERED = msgspec.msgpack.Decoder(Answered)
