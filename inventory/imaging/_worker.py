"""The child process that decodes pictures: one job at a time from standard input, until that closes.

Run as ``python -m inventory.imaging._worker``. Its memory is limited, it opens no files and writes none, and the parent
ends it when it takes too long; a picture that breaks a library breaks nothing else.
"""

import os
import resource
import sys
import time
from typing import BinaryIO, Final

import cv2
import numpy as np
from PIL import Image

from inventory.imaging._engines import engine_names
from inventory.imaging._opening import open_gray
from inventory.imaging._stages import stages
from inventory.imaging._survey import survey
from inventory.imaging._wire import ALL, ENCODER, LENGTH, MORE, Codes, Done, Hello, Message, framed
from inventory.imaging.errors import ImagingError

MEMORY_BYTES: Final = 1024 * 1024 * 1024
BUDGET_SECONDS: Final = 0.2
"""No stage begins after this: an empty frame shall not cost more than a glance."""
SURVEY_SECONDS: Final = 1.0
"""No look begins after this when every code is wanted: a whole cart is worth more time."""


def main() -> None:
    """Serves jobs until the parent goes away."""
    cv2.setNumThreads(1)
    engines = engine_names()
    _warm()
    _limit()
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the frames.
    os.dup2(2, 1)
    _send(sink, Hello(engines))
    while head := source.read(LENGTH.size):
        data = source.read(LENGTH.unpack(head)[0])
        _send(sink, Done(_job(data, source, sink)))


def _warm() -> None:
    """Loads what libraries load at first use, so that the first picture takes no longer than the next."""
    Image.init()
    for _ in stages(np.full((120, 160), 255, np.uint8)):
        pass


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _job(data: bytes, source: BinaryIO, sink: BinaryIO) -> str:
    try:
        (_survey if data[:1] == ALL else _look)(data[1:], source, sink)
    except ImagingError as error:
        return error.code
    except (MemoryError, cv2.error):
        return "decoder_failed"
    return ""


def _look(data: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    gray = open_gray(data)
    ends = time.monotonic() + BUDGET_SECONDS
    told: set[tuple[str, str, str]] = set()
    for name, codes in stages(gray):
        fresh = tuple({code.content: code for code in codes if code.content not in told}.values())
        told.update(code.content for code in fresh)
        if fresh:
            _send(sink, Codes(name, fresh))
            if source.read(1) != MORE:
                return
        if time.monotonic() > ends:
            return


def _survey(data: bytes, source: BinaryIO, sink: BinaryIO) -> None:
    found = survey(open_gray(data), time.monotonic, time.monotonic() + SURVEY_SECONDS)
    _send(sink, Codes("survey", tuple(found)))
    source.read(1)


def _send(sink: BinaryIO, message: Message) -> None:
    sink.write(framed(ENCODER.encode(message)))
    sink.flush()


if __name__ == "__main__":
    main()
