"""The parent's end of a child process that works on pictures: started when needed, kept, and ended when it fails.

A child gets no environment of ours, opens no files, and has its memory limited (`_limits`). It answers one request at a
time: four bytes of length (big-endian) and MessagePack, both ways.
"""

import atexit
import os
import select
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO, Final

from checkout.pictures.errors import ChildFailed

LENGTH: Final = struct.Struct(">I")
MOST_BYTES: Final = 64 * 1024 * 1024
START_SECONDS: Final = 30.0
_ROOT: Final = Path(__file__).resolve().parents[2]
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "LANG")
# One thread for each product of matrices: the workers' threads are the parallelism, and arenas cost memory.
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
}  # fmt: skip


class Child:
    """A process that runs one module. `ask` is safe to call from many threads; one is served at a time."""

    def __init__(self, module: str, *, jobs: int = 500) -> None:
        self._module, self._most_jobs = module, jobs
        self._lock, self._owner, self._jobs = threading.Lock(), os.getpid(), 0
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.close)

    def ask(self, request: bytes, *, seconds: float) -> bytes:
        """The answer within `seconds` (the first start has 30 s of its own); raises ChildFailed, and then the child
        is gone and the next request starts another."""
        self._leave_fork()
        if not self._lock.acquire(timeout=seconds):
            raise ChildFailed("child_busy", "Another picture is being looked at.")
        try:
            process = self._ready()
            try:
                self._jobs += 1
                deadline = time.monotonic() + seconds
                _write(process, LENGTH.pack(len(request)) + request, deadline)
                return _read_frame(process, deadline)
            except BaseException:
                self._drop()
                raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """Ends the process, if one runs."""
        self._leave_fork()
        with self._lock:
            self._drop()

    @property
    def pid(self) -> int | None:
        """The running process, for those who measure it."""
        return self._process.pid if self._process is not None else None

    def _leave_fork(self) -> None:
        # A forked process has no right to its parent's child: it starts one of its own.
        if self._owner != os.getpid():
            self._lock, self._owner, self._jobs, self._process = threading.Lock(), os.getpid(), 0, None

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is not None and (self._process.poll() is not None or self._jobs >= self._most_jobs):
            self._drop()
        if self._process is None:
            kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
            self._process = subprocess.Popen(  # noqa: S603 our own module
                [sys.executable, "-m", self._module], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, cwd=_ROOT, env=kept | _ENVIRONMENT, bufsize=0,
            )  # fmt: skip
            os.set_blocking(_stream(self._process.stdin).fileno(), False)
            self._jobs = 0
            try:
                _read_frame(self._process, time.monotonic() + START_SECONDS)
            except BaseException:
                self._drop()
                raise
        return self._process

    def _drop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            _stream(process.stdin).close()
            _stream(process.stdout).close()


def _stream(stream: object) -> BinaryIO:
    return stream  # type: ignore[return-value]


def _wait(descriptor: int, event: int, deadline: float) -> None:
    # Not select(), which knows no descriptor above 1023: a busy server has those.
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise ChildFailed("child_slow", "Looking at the picture took too long.")


def _write(process: subprocess.Popen[bytes], raw: bytes, deadline: float) -> None:
    descriptor, rest = _stream(process.stdin).fileno(), memoryview(raw)
    while rest:
        _wait(descriptor, select.POLLOUT, deadline)
        try:
            rest = rest[os.write(descriptor, rest) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise ChildFailed("child_died", "The process that looks at pictures ended.") from error


def _read_frame(process: subprocess.Popen[bytes], deadline: float) -> bytes:
    (size,) = LENGTH.unpack(_read(process, LENGTH.size, deadline))
    if size > MOST_BYTES:
        raise ChildFailed("child_died", "The process that looks at pictures answered with nonsense.")
    return _read(process, size, deadline)


def _read(process: subprocess.Popen[bytes], count: int, deadline: float) -> bytes:
    descriptor, parts = _stream(process.stdout).fileno(), bytearray()
    while len(parts) < count:
        _wait(descriptor, select.POLLIN, deadline)
        part = os.read(descriptor, min(count - len(parts), 1 << 20))
        if not part:
            raise ChildFailed("child_died", "The process that looks at pictures ended.")
        parts += part
    return bytes(parts)
