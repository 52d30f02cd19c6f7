"""A WebSocket client as light as can be, so that the load's core is no bottleneck: frames are masked with zeros."""

import asyncio
import base64
import os
import struct
from collections.abc import Callable

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: cart.v1+json\r\n"
    "Authorization: Device {token}\r\n\r\n"
)


def framed(payload: bytes) -> bytes:
    """A masked text frame; the mask is zero, so the payload stands as it is."""
    size = len(payload)
    if size < 126:
        head = bytes((0x81, 0x80 | size))
    else:
        head = struct.pack("!BBH", 0x81, 0xFE, size) if size < 65_536 else struct.pack("!BBQ", 0x81, 0xFF, size)
    return head + b"\0\0\0\0" + payload


class Wire(asyncio.Protocol):
    """One socket. `heard` is called with each text that comes in, `ended` once with the close code."""

    def __init__(
        self, port: int, path: str, token: str, heard: Callable[[bytes], None], ended: Callable[[int], None]
    ) -> None:
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.heard, self.ended = heard, ended
        self._code = 1006
        self._buffer = bytearray()
        self._upgraded = False
        key = base64.b64encode(os.urandom(16)).decode()
        self._hello = HANDSHAKE.format(path=path, port=port, key=key, token=token).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.transport.write(self._hello)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("refused"))
        self.ended(self._code)

    def drop(self) -> None:
        """End the connection as a lost network does."""
        self.transport.abort()

    def send(self, payload: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(framed(payload))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._buffer[: end + 4]
            self._upgraded = True
            if not self.opened.done():  # whoever waited may have given up
                self.opened.set_result(None)
        while self._frame():
            pass

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        size, at = buffer[1] & 0x7F, 2
        if size == 126:
            size, at = struct.unpack_from("!H", buffer, 2)[0] if len(buffer) >= 4 else 1 << 30, 4
        elif size == 127:
            size, at = struct.unpack_from("!Q", buffer, 2)[0] if len(buffer) >= 10 else 1 << 30, 10
        if len(buffer) < at + size:
            return False
        code, payload = buffer[0] & 0x0F, bytes(buffer[at : at + size])
        del buffer[: at + size]
        if code == 9:  # ping
            self.transport.write(bytes((0x8A, 0x80 | len(payload))) + b"\0\0\0\0" + payload)
        elif code == 1:
            self.heard(payload)
        elif code == 8:
            self._code = struct.unpack("!H", payload[:2])[0] if size >= 2 else 1005
            self.transport.close()
        return True


async def connect(
    port: int, path: str, token: str, heard: Callable[[bytes], None], ended: Callable[[int], None]
) -> Wire:
    """Open a socket; raises ConnectionError when it is refused. `ended` is told the close code, 1006 without one."""
    loop = asyncio.get_running_loop()
    _, wire = await loop.create_connection(lambda: Wire(port, path, token, heard, ended), "127.0.0.1", port)
    await wire.opened
    return wire
