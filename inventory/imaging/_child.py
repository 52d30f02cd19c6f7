"""The parent's end of one decoding process: start it, talk to it against a clock, end it."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import msgspec

from inventory.imaging._wire import DECODER, LENGTH, Hello, Message, framed
from inventory.imaging.errors import ImagingError

_ROOT: Final = Path(__file__).resolve().parents[2]
_LONGEST_MESSAGE: Final = 1024 * 1024
START_SECONDS: Final = 20.0
# One thread each: the pool is the parallelism, and a thread's stack counts against the memory limit.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _wait(descriptor: int, event: int, deadline: float) -> None:
    """Until the descriptor is ready. Not select(), which knows no descriptor above 1023: a busy server has those."""
    poll = select.poll()
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise ImagingError("decoder_timeout")


class Child:
    """A running decoder. Any ImagingError from `send` or `receive` means that it must be ended with `stop`."""

    def __init__(self) -> None:
        # No secrets of ours are of use to a decoder of strangers' pictures: it gets no environment but this.
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "LANG") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "inventory.imaging._worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=kept | _ENVIRONMENT,
            bufsize=0,
        )
        self.jobs = 0
        assert self._process.stdin is not None  # noqa: S101 it is a pipe, as asked
        assert self._process.stdout is not None  # noqa: S101
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        try:
            hello = self.receive(time.monotonic() + START_SECONDS)
        except ImagingError:
            self.stop()
            raise
        self.engines = hello.engines if isinstance(hello, Hello) else ()

    def send_job(self, what: bytes, data: bytes, deadline: float) -> None:
        """Hands over a file's bytes; `what` is `ONE` or `ALL`."""
        self.jobs += 1
        self.send(framed(what + data), deadline)

    def send(self, raw: bytes, deadline: float) -> None:
        """Writes all of it before `deadline` (monotonic seconds). Raises ImagingError."""
        rest = memoryview(raw)
        while rest:
            _wait(self._to, select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self._to, rest) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise ImagingError("decoder_failed") from error

    def receive(self, deadline: float) -> Message:
        """The next message, before `deadline` (monotonic seconds). Raises ImagingError."""
        (size,) = LENGTH.unpack(self._read(LENGTH.size, deadline))
        if size > _LONGEST_MESSAGE:
            raise ImagingError("decoder_failed")
        try:
            message: Message = DECODER.decode(self._read(size, deadline))
            return message
        except msgspec.MsgspecError as error:
            raise ImagingError("decoder_failed") from error

    def _read(self, count: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            _wait(self._from, select.POLLIN, deadline)
            part = os.read(self._from, count - len(parts))
            if not part:
                raise ImagingError("decoder_failed")
            parts += part
        return bytes(parts)

    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Ends the process and waits for its end."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
