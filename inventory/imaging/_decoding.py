"""Reading the barcode in a picture, by way of a child process that is kept and replaced when it fails."""

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from inventory.imaging._child import Child
from inventory.imaging._opening import check_bytes
from inventory.imaging._wire import ALL, ENOUGH, MORE, ONE, Code, Codes, Done
from inventory.imaging.errors import ImagingError

logger = logging.getLogger(__name__)

Known = Callable[[str], bool]
T = TypeVar("T")

_SECONDS: Final = 2.0
_SURVEY_TIMEOUT: Final = 5.0
_JOBS_PER_CHILD: Final = 1000


class Found(msgspec.Struct, frozen=True):
    """A code in a picture. `code` is what to give to `inventory.barcodes.read`; `text` is the bare content."""

    code: str
    text: str
    symbology: str
    stage: str


class Decoding(msgspec.Struct, frozen=True):
    """What was seen: `found` is the code that counts, or None; `unknown` are codes that the catalogue doesn't have."""

    found: Found | None
    unknown: tuple[Found, ...] = ()


class Spotted(msgspec.Struct, frozen=True):
    """A code and where it is: four corners, around from the top left of the label, in fractions of the picture.

    `code` and `text` as in `Found`. Only zxing-cpp follows the label's turn; zbar's corners are an upright box.
    """

    code: str
    text: str
    symbology: str
    corners: tuple[tuple[float, float], ...]


class _Pool:
    """One child and its lock. A forked process starts a child of its own."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.owner = os.getpid()
        self.child: Child | None = None
        self.engines: tuple[str, ...] = ()

    def ready(self) -> Child:
        """The running child, started if there is none; call with the lock held."""
        if self.child is not None and (not self.child.is_alive() or self.child.jobs >= _JOBS_PER_CHILD):
            self.drop()
        if self.child is None:
            self.child = Child()
            self.engines = self.child.engines
        return self.child

    def drop(self) -> None:
        """Ends the child; call with the lock held."""
        child, self.child = self.child, None
        if child is not None:
            child.stop()


_pool = _Pool()


def _own_pool() -> _Pool:
    global _pool
    if _pool.owner != os.getpid():
        _pool = _Pool()
    return _pool


def decode_image(data: bytes, *, known: Known | None = None, timeout_seconds: float = _SECONDS) -> Decoding:
    """The code in a picture (JPEG, PNG or WebP; at most 16 MB and 12 megapixels).

    `known` says whether the store's catalogue has a code; stages go on until one is known, and a code that is not known
    does not count. Without it the first code of any kind counts. Blocks for up to `timeout_seconds`, and twenty more
    when the child has to be started first; call it in a thread. Raises ImagingError.
    """
    decoding, refusal = _with_child(
        data, timeout_seconds, lambda child, deadline: _converse(child, data, known, deadline)
    )
    if refusal:
        raise ImagingError(refusal)
    return decoding


def codes_in(data: bytes, *, timeout_seconds: float = _SURVEY_TIMEOUT) -> tuple[Spotted, ...]:
    """All codes in a picture, each label once, from left to right; two labels of one code are two.

    Looks longer than `decode_image`: no label ends the search. Blocks and raises ImagingError as that does.
    """
    found, refusal = _with_child(data, timeout_seconds, lambda child, deadline: _surveyed(child, data, deadline))
    if refusal:
        raise ImagingError(refusal)
    return found


def _with_child(data: bytes, timeout_seconds: float, talk: Callable[[Child, float], T]) -> T:
    """Talks to the one child, in turn; a talk that fails costs the child its life, and the next one starts another."""
    check_bytes(data)
    pool = _own_pool()
    if not pool.lock.acquire(timeout=timeout_seconds):
        raise ImagingError("decoder_busy")
    try:
        child = pool.ready()
        try:
            return talk(child, time.monotonic() + timeout_seconds)
        except BaseException:
            # Also when the caller's own code raises: the child would wait for an answer that never comes.
            pool.drop()
            raise
    finally:
        pool.lock.release()


def _surveyed(child: Child, data: bytes, deadline: float) -> tuple[tuple[Spotted, ...], str]:
    child.send_job(ALL, data, deadline)
    found: tuple[Spotted, ...] = ()
    while True:
        message = child.receive(deadline)
        if isinstance(message, Codes):
            found = tuple(Spotted(code.identified, code.text, code.symbology, code.corners) for code in message.codes)
            child.send(ENOUGH, deadline)
        elif isinstance(message, Done):
            return found, message.error


def _converse(child: Child, data: bytes, known: Known | None, deadline: float) -> tuple[Decoding, str]:
    """What the child saw, and why it refused the picture, if it did."""
    child.send_job(ONE, data, deadline)
    found: Found | None = None
    unknown: list[Found] = []
    while True:
        message = child.receive(deadline)
        if isinstance(message, Codes):
            for seen in (_found(code, message.stage) for code in message.codes):
                if found is None and (known is None or known(seen.code)):
                    found = seen
                elif seen != found:
                    unknown.append(seen)
            child.send(ENOUGH if found else MORE, deadline)
        elif isinstance(message, Done):
            return Decoding(found, tuple(unknown)), message.error


def _found(code: Code, stage: str) -> Found:
    return Found(code.identified, code.text, code.symbology, stage)


def decoding_engines() -> tuple[str, ...]:
    """The decoding libraries that work here: "zxing", and "zbar" where libzbar is installed.

    Starts the child when it was never started. Empty when it cannot be, or is still starting: pictures can't be read.
    """
    pool = _own_pool()
    if not pool.engines and pool.lock.acquire(timeout=_SECONDS):
        try:
            pool.ready()
        except ImagingError:
            logger.exception("The process that decodes pictures does not start")
        finally:
            pool.lock.release()
    return pool.engines


def close_decoder() -> None:
    """Ends the child process, if one runs, after the picture it is at; the next picture starts another."""
    pool = _own_pool()
    if pool.lock.acquire(timeout=_SECONDS):
        try:
            pool.drop()
        finally:
            pool.lock.release()


atexit.register(close_decoder)
