"""The process that opens strangers' pictures: ``python -m checkout.pictures._opener``. Pillow, and little memory."""

import io
from typing import Final

import msgspec
from PIL import Image

from checkout.pictures._serving import serve
from checkout.pictures.errors import PictureRefused
from checkout.pictures.opening import ANSWERS, ANY, REQUESTS, CropPicture, Opened, OpenPicture, RedactPicture, Refused
from checkout.pictures.safe import cut_out, opened, packed, redacted, sharpness, zone_only
from checkout.pictures.tags import tags_in, zone_by_tag

MEMORY_BYTES: Final = 230 * 1024 * 1024
"""Of data; with the libraries' own pages the process stays under 256 MB."""


def main() -> None:
    Image.init()
    serve(_answer, memory_bytes=MEMORY_BYTES)


def _answer(request: bytes) -> bytes:
    try:
        return ANSWERS.encode(_done(REQUESTS.decode(request)))
    except PictureRefused as error:
        return ANSWERS.encode(Refused(error.code, error.detail))
    except MemoryError:
        return ANSWERS.encode(Refused("picture_too_large", "it takes more memory than a picture may"))
    except msgspec.MsgspecError:
        return ANSWERS.encode(Refused("picture_broken", "not asked properly"))


def _done(asked: OpenPicture | RedactPicture | CropPicture) -> Opened:
    if isinstance(asked, OpenPicture):
        return _opened(asked)
    ours = Image.open(io.BytesIO(asked.picture), formats=("JPEG",)).convert("RGB")
    if isinstance(asked, CropPicture):
        pack = cut_out(ours, asked.quad)
        return Opened(packed(pack), pack.width, pack.height, sharpness(pack))
    return Opened(packed(redacted(ours, asked.clear)), ours.width, ours.height, 0.0)


def _opened(asked: OpenPicture) -> Opened:
    whole = opened(asked.data)
    tags = tags_in(whole, frozenset(asked.labels)) if asked.labels else {}
    own = next(iter(tags.values()), []) if asked.labels[:1] == [ANY] else tags.get((asked.labels or [ANY])[0], [])
    picture = zone_only(whole, asked.zone)
    if asked.tag_zone:
        around = zone_by_tag(own, asked.tag_zone) if own else []
        if not around and len(asked.zone) < 3:
            raise PictureRefused("cart_not_found", "the cart's tag is not in the picture, and the lane has no zone")
        picture = zone_only(picture, around)
    return Opened(packed(picture), picture.width, picture.height, sharpness(picture), own, other=bool(tags) and not own)


if __name__ == "__main__":
    main()
