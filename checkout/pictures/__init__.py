"""Cameras' pictures made safe. Strangers' bytes are decoded in a child process with little memory and little time.

    errors      why a picture is refused
    opening     ask the child (`_opener`, `_child`, `_serving`)
    tags        the cart found by its printed tag, and its zone around it
    safe        what the child does: size before decoding, the zone's mask, pixels, no metadata

`_child` and `_serving` are the two ends of any such process; `checkout.seeing` has one of its own.
"""

from checkout.pictures.errors import CameraError, PictureRefused
from checkout.pictures.opening import ANY, Opened, close, picture_crop, picture_open, picture_redact
from checkout.pictures.tags import zone_in_tag

__all__ = [
    "ANY",
    "CameraError",
    "Opened",
    "PictureRefused",
    "close",
    "picture_crop",
    "picture_open",
    "picture_redact",
    "zone_in_tag",
]
