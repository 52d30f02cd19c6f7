"""A small TCP balancer: for the tests with two servers, and for `make run-production-like`.

Each connection goes to the server with the fewest open ones; one that refuses is passed over. It looks at the first
line of what comes in only to be able to say what it carries where; production has HAProxy or nginx (see `deploy/`).
"""

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

CHUNK = 64 * 1024
Address = tuple[str, int]


@dataclass(eq=False)
class Link:
    """One carried connection: where it goes, and the first line that the client said."""

    backend: Address
    opening: str


class Balancer:
    """Runs on the loop that called `start`. `hold` turns newcomers away until `release`, as a network cut does."""

    def __init__(self, backends: Sequence[Address]) -> None:
        self.backends = tuple(backends)
        self.links: set[Link] = set()
        self.carried = dict.fromkeys(self.backends, 0)
        self._held = False
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._carry, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stop listening and cut what is carried."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def hold(self) -> None:
        """Turn every new connection away."""
        self._held = True

    def release(self) -> None:
        """Take connections again."""
        self._held = False

    def holders(self, path: str) -> list[Address]:
        """The servers that now carry connections opened by a request for `path`."""
        return [link.backend for link in list(self.links) if link.opening.split(" ")[1:2] == [path]]

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # The client speaks first in HTTP, so nothing waits for the server that is yet to be chosen.
            first = b"" if self._held else await reader.read(CHUNK)
            if first:
                await self._join(first, reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _join(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = await self._connect()
        if found is None:
            return
        backend, back_reader, back_writer = found
        link = Link(backend, first.split(b"\r\n", 1)[0].decode("latin-1"))
        self.links.add(link)
        self.carried[backend] += 1
        try:
            back_writer.write(first)
            ways = [
                asyncio.ensure_future(_pipe(reader, back_writer)), asyncio.ensure_future(_pipe(back_reader, writer))
            ]  # fmt: skip
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        finally:
            self.links.discard(link)
            back_writer.close()

    async def _connect(self) -> tuple[Address, asyncio.StreamReader, asyncio.StreamWriter] | None:
        load = {backend: sum(link.backend == backend for link in self.links) for backend in self.backends}
        for backend in sorted(self.backends, key=lambda one: (load[one], self.carried[one])):
            with contextlib.suppress(OSError):
                return backend, *await asyncio.open_connection(*backend)
        return None


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


@contextlib.contextmanager
def balancing(backends: Sequence[Address], port: int = 0) -> Iterator[tuple[Balancer, int]]:
    """A balancer on a thread of its own, and its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="balancer", daemon=True)
    thread.start()
    balancer = Balancer(backends)
    try:
        yield balancer, asyncio.run_coroutine_threadsafe(balancer.start(port=port), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(balancer.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
