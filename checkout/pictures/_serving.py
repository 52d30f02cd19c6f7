"""The child's end: limits first, then one request after the other until standard input closes."""

import os
import resource
import sys
from collections.abc import Callable
from typing import BinaryIO

from checkout.pictures._child import LENGTH


def serve(answer: Callable[[bytes], bytes], *, memory_bytes: int) -> None:
    """Answers requests. `answer` must turn what it refuses into an answer; anything it raises ends the process."""
    source, sink = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the frames.
    os.dup2(2, 1)
    # Not the address space: libraries map far more than they use. Data is what a picture can make us allocate.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(sink, b"ready")
    while head := source.read(LENGTH.size):
        _send(sink, answer(source.read(LENGTH.unpack(head)[0])))


def _send(sink: BinaryIO, payload: bytes) -> None:
    sink.write(LENGTH.pack(len(payload)) + payload)
    sink.flush()
