"""Asking the process that opens pictures."""

from collections.abc import Sequence
from typing import Final

import msgspec

from checkout.pictures._child import Child
from checkout.pictures.errors import ChildFailed, PictureRefused

SECONDS: Final = 2.0
MOST_BYTES: Final = 8 * 1024 * 1024
ANY: Final = ""
"""As the first label: the tag of any of the carts will do."""


class OpenPicture(msgspec.Struct, frozen=True, tag="open"):
    """A camera's bytes, and the cart's zone: a polygon in fractions, empty for the whole.

    With `labels` (the cart's own first, then those of the store's other carts) tags are looked for, and `tag_zone` (in
    sides of the tag) is the zone around the cart's own.
    """

    data: bytes
    zone: list[list[float]]
    labels: list[str] = []
    tag_zone: list[list[float]] = []


class RedactPicture(msgspec.Struct, frozen=True, tag="redact"):
    """A picture of ours, and the polygons in it that stay clear."""

    picture: bytes
    clear: list[list[list[float]]]


class CropPicture(msgspec.Struct, frozen=True, tag="crop"):
    """A picture of ours, and a pack's corners in it (fractions, clockwise from the pack's own top left)."""

    picture: bytes
    quad: list[list[float]]


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """A JPEG from pixels alone: zone only, upright, no metadata. `tag`: the corners of the cart's own tag, if it was
    looked for and found; `other`: the tag of another cart was found, and not this one's."""

    picture: bytes
    width: int
    height: int
    sharpness: float
    tag: list[list[float]] = []
    other: bool = False


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """Why not: code and words of `PictureRefused`."""

    code: str
    detail: str


REQUESTS = msgspec.msgpack.Decoder(OpenPicture | RedactPicture | CropPicture)
ANSWERS = msgspec.msgpack.Encoder()
_DECODER: msgspec.msgpack.Decoder[Opened | Refused] = msgspec.msgpack.Decoder(Opened | Refused)
_child = Child("checkout.pictures._opener")


def picture_open(
    data: bytes,
    *,
    zone: Sequence[Sequence[float]] = (),
    labels: Sequence[str] = (),
    tag_zone: Sequence[Sequence[float]] = (),
    seconds: float = SECONDS,
) -> Opened:
    """A camera's picture made safe. Raises PictureRefused, also when its decoding ends or stalls the process.

    With a `tag_zone` what lies outside it is black too; where the cart's tag is not found, `zone` alone counts, and
    without one the picture is refused (`cart_not_found`).
    """
    if len(data) > MOST_BYTES:
        raise PictureRefused("picture_too_large", f"more than {MOST_BYTES} bytes")
    polygons = [[list(point) for point in polygon] for polygon in (zone, tag_zone)]
    return _asked(OpenPicture(data, polygons[0], list(labels), polygons[1]), seconds)


def picture_redact(picture: bytes, *, clear: Sequence[Sequence[Sequence[float]]], seconds: float = SECONDS) -> Opened:
    """Pixelated but for what was verified. Raises PictureRefused."""
    polygons = [[list(point) for point in polygon] for polygon in clear]
    return _asked(RedactPicture(picture, polygons), seconds)


def picture_crop(picture: bytes, quad: Sequence[Sequence[float]], *, seconds: float = SECONDS) -> Opened:
    """The pack alone, set upright and at right angles; nothing around it comes along. Raises PictureRefused."""
    return _asked(CropPicture(picture, [list(point) for point in quad]), seconds)


def close() -> None:
    """Ends the process, if one runs."""
    _child.close()


def child_pid() -> int | None:
    """The running process, for those who measure it."""
    return _child.pid


def _asked(request: OpenPicture | RedactPicture | CropPicture, seconds: float) -> Opened:
    try:
        answer = _DECODER.decode(_child.ask(ANSWERS.encode(request), seconds=seconds))
    except ChildFailed as error:
        code = "picture_slow" if error.code == "child_slow" else "picture_broken"
        raise PictureRefused(code, "it can't be decoded within its limits") from error
    if isinstance(answer, Refused):
        raise PictureRefused(answer.code, answer.detail)
    return answer
