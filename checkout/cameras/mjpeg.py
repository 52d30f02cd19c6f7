"""Pictures out of an MJPEG stream (multipart/x-mixed-replace): the first few that are whole."""

from collections.abc import AsyncIterator

from checkout.cameras.errors import CameraAway, PictureRefused

START, END = b"\xff\xd8\xff", b"\xff\xd9"
MOST_BYTES = 8 * 1024 * 1024


async def pictures_of(chunks: AsyncIterator[bytes], boundary: str, most: int) -> AsyncIterator[bytes]:
    """At most `most` JPEGs of a stream. Raises PictureRefused for a part that does not end, CameraAway for no parts.

    Parts are told by the boundary, as some cameras send no length; within one, the picture is from its first to its
    last JPEG marker.
    """
    mark = b"--" + boundary.strip('"').removeprefix("--").encode("latin-1", "replace")
    held, given = bytearray(), 0
    async for chunk in chunks:
        held += chunk
        while (end := held.find(mark, len(mark))) >= 0:
            part, held = bytes(held[:end]), held[end:]
            picture = _picture_in(part)
            if picture:
                yield picture
                given += 1
                if given >= most:
                    return
        if len(held) > MOST_BYTES:
            raise PictureRefused("picture_too_large", f"more than {MOST_BYTES} bytes")
    if not given:
        raise CameraAway("camera_wrong", "the stream ended before a picture was whole")


def _picture_in(part: bytes) -> bytes:
    start, end = part.find(START), part.rfind(END)
    return part[start : end + 2] if 0 <= start < end else b""
