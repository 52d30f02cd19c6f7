"""Why a picture gave no answer."""

from typing import Final

MESSAGES: Final = {
    "image_empty": "There is no picture in the request. Send a JPEG, PNG or WebP file.",
    "image_too_large": "The picture is too large. Send at most 12 megapixels and 16 MB.",
    "image_unreadable": "The file is no JPEG, PNG or WebP picture, or it is damaged. Take the picture again.",
    "decoder_busy": "Too many pictures are being read at once. Send it again in a moment.",
    "decoder_timeout": "Reading the picture took too long. Go closer to the barcode and take it again.",
    "decoder_failed": "The picture could not be read. Take it again, or type the number under the bars.",
}
"""Stable codes and what each tells the person with the camera."""


class ImagingError(Exception):
    """A picture was refused or reading it was given up; `code` is a key of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(MESSAGES[code])
        self.code = code
