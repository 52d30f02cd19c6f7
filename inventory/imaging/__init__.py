"""Barcodes in pictures. Not pure: pictures are decoded in a child process with limits on memory and time.

    errors      why a picture gave no answer
    _decoding   decode_image (the code that counts) and codes_in (all, with corners), by way of a kept child process
    _child      the parent's end of it          _worker    the child's end          _wire   what they say
    _stages     the order of attempts           _survey    every code, wherever it lies
    _regions    where bars are, and cut-outs from there                             _opening  bytes to gray pixels
    _engines    zxing-cpp, and zbar if it is installed

Only the child imports OpenCV, Pillow and the decoders.
"""

from inventory.imaging._decoding import (
    Decoding,
    Found,
    Spotted,
    close_decoder,
    codes_in,
    decode_image,
    decoding_engines,
)
from inventory.imaging.errors import ImagingError

__all__ = [
    "Decoding",
    "Found",
    "ImagingError",
    "Spotted",
    "close_decoder",
    "codes_in",
    "decode_image",
    "decoding_engines",
]
