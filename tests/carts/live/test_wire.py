"""The wire reads and writes what the library would, whatever pieces the network cuts it into."""

import asyncio
import contextlib
import json
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosedError

from carts.live.wire import DIRECT, Wire, head_of
from tests.benchmarks.stream.wire import framed

Story = Callable[[int], Awaitable[None]]


class Echo:
    """Sends back what it is given at once; says how it was given it."""

    def __init__(self) -> None:
        self.direct: list[str] = []
        self.queued: list[str] = []
        self.wire: Wire | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        wire: Wire = scope["extensions"][DIRECT]
        self.wire = wire

        def take(text: str) -> None:
            self.direct.append(text)
            wire.write([text.encode()])

        assert wire.attach(take)
        while (message := await receive())["type"] == "websocket.receive":
            self.queued.append(message.get("text") or repr(message.get("bytes")))
            await send({"type": "websocket.send", "text": self.queued[-1]})


def served(story: Callable[[int, Echo], Awaitable[None]]) -> Echo:
    """Run a story against uvicorn with our wire."""
    echo = Echo()

    async def whole() -> None:
        config = uvicorn.Config(
            echo, port=0, ws=Wire, lifespan="off", log_level="critical", ws_per_message_deflate=False, interface="asgi3"
        )
        server = uvicorn.Server(config)
        with contextlib.suppress(asyncio.CancelledError):
            running = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
                await asyncio.sleep(0.01)
            try:
                async with asyncio.timeout(30):
                    await story(server.servers[0].sockets[0].getsockname()[1], echo)
            finally:
                server.should_exit = True
                await running

    asyncio.run(whole())
    return echo


@contextlib.asynccontextmanager
async def raw(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A socket past its handshake, for bytes of our own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await reader.readuntil(b"\r\n\r\n")
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def heard(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One frame of the server's: its first byte and its payload."""
    head, size = await reader.readexactly(2)
    if size == 126:
        (size,) = struct.unpack("!H", await reader.readexactly(2))
    elif size == 127:
        (size,) = struct.unpack("!Q", await reader.readexactly(8))
    return head, await reader.readexactly(size)


def masked(payload: bytes, mask: bytes, head: int = 0x81) -> bytes:
    size = len(payload)
    lead = bytes((head, 0x80 | size)) if size < 126 else bytes((head, 0xFE)) + struct.pack("!H", size)
    return lead + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535])
def test_frames_of_every_length_come_and_go_whole(size: int) -> None:
    text = ("ä" + "x" * size)[:size]

    async def story(port: int, echo: Echo) -> None:
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            await socket.send(text)
            assert await socket.recv() == text

    assert len(served(story).direct) == (1 if len(text.encode()) <= 65_535 else 0)


def test_frames_cut_anywhere_come_in_order() -> None:
    chance = Random(11)
    texts = [json.dumps({"n": n, "x": "é" * chance.randrange(90)}) for n in range(60)]
    stream = b"".join(masked(text.encode(), chance.randbytes(4)) for text in texts)

    async def story(port: int, echo: Echo) -> None:
        async with raw(port) as (reader, writer):
            at = 0
            while at < len(stream):
                step = chance.randrange(1, 40)
                writer.write(stream[at : at + step])
                await writer.drain()
                await asyncio.sleep(0)
                at += step
            for text in texts:
                assert (await heard(reader))[1].decode() == text

    assert served(story).direct == texts


def test_a_ping_between_frames_is_answered() -> None:
    async def story(port: int, echo: Echo) -> None:
        async with raw(port) as (reader, writer):
            writer.write(framed(b"one") + masked(b"are you there", b"abcd", 0x89) + framed(b"two"))

            assert [(await heard(reader)) for _ in range(3)] == [
                (0x81, b"one"),
                (0x8A, b"are you there"),
                (0x81, b"two"),
            ]

    assert served(story).direct == ["one", "two"]


def test_fragments_and_what_follows_them_go_through_the_library() -> None:
    async def story(port: int, echo: Echo) -> None:
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            await socket.send("whole")
            await socket.send(["in ", "pieces"])
            await socket.send("after")

            assert [await socket.recv() for _ in range(3)] == ["whole", "in pieces", "after"]

    echo = served(story)
    assert (echo.direct, echo.queued) == (["whole"], ["in pieces", "after"])


@pytest.mark.parametrize(
    ("bad", "code"),
    [(b"\x81\x83\0\0\0\0\xff\xfe\xfd", 1007), (b"\x81\x01x", 1002), (b"\xf1\x81\0\0\0\0x", 1002)],
    ids=["not UTF-8", "not masked", "reserved bits"],
)
def test_a_broken_frame_is_closed_as_the_library_does(bad: bytes, code: int) -> None:
    async def story(port: int, echo: Echo) -> None:
        async with raw(port) as (reader, writer):
            writer.write(framed(b"good") + bad)

            assert await heard(reader) == (0x81, b"good")
            head, payload = await heard(reader)
            assert (head, struct.unpack("!H", payload[:2])[0]) == (0x88, code)

    served(story)


def test_a_close_is_answered_and_ends_the_receive_loop() -> None:
    async def story(port: int, echo: Echo) -> None:
        socket: ClientConnection = await connect(f"ws://127.0.0.1:{port}", compression=None)
        await socket.send("last word")
        assert await socket.recv() == "last word"
        await socket.close(4000, "bye")

        with pytest.raises(ConnectionClosedError):
            await socket.recv()
        assert socket.close_code == 4000

    served(story)


def test_while_the_reader_is_behind_nothing_is_written() -> None:
    async def story(port: int, echo: Echo) -> None:
        async with raw(port) as (reader, writer):
            writer.write(framed(b"hello"))
            await heard(reader)
            assert echo.wire is not None
            echo.wire.pause_writing()

            assert not echo.wire.write([b"too much"])
            echo.wire.resume_writing()
            assert echo.wire.write([b"a", b"b"])
            assert [(await heard(reader))[1] for _ in range(2)] == [b"a", b"b"]

    served(story)


@pytest.mark.parametrize(
    ("size", "head"),
    [(5, b"\x81\x05"), (300, b"\x81\x7e\x01\x2c"), (70_000, b"\x81\x7f" + (70_000).to_bytes(8, "big"))],
)
def test_heads_are_those_of_the_standard(size: int, head: bytes) -> None:
    assert head_of(size) == head
