"""The server's end of a cart's WebSocket, without the detours.

uvicorn's protocol takes each frame through a chain of generators, a queue, a transport that is paused and resumed, and
a task's turn: more than all else that a frame of readings costs. An application that finds DIRECT among its scope's
extensions may attach itself: from then on it is called with each whole text frame where the bytes come in, and writes
to the transport itself. Handshakes, pings, closes, fragments and whatever is wrong stay with the library. It is handed
whole frames only, so that its parser always stands between two of them. Used by `uvicorn --ws carts.live.wire:Wire`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.utils import apply_mask as slow_mask

from carts.live.lean import Gate, Mailbox

try:
    from websockets.speedups import apply_mask
except ImportError:  # pragma: no cover  a platform without the library's compiled part
    apply_mask = slow_mask

DIRECT = "carts.direct"
TEXT, CLOSE, PING, PONG = 0x81, 0x88, 0x89, 0x8A  # with FIN set
MASKED = 0x80
FRAMES_A_TURN = 64  # of one cart before the others have theirs: a flood of one must not stop the server
FAREWELL_S = 4.0  # that a cart has to answer the close of a restart; the server waits five for all
Take = Callable[[str], None]


class Wire(WebSocketsSansIOProtocol):
    """One socket. `attach` asks for frames; `write` sends text; `hold` and `release` stop and start reading."""

    # The library's attributes, too: so many in a dict of each socket cost 1.5 KB a cart. New ones go to a dict again.
    __slots__ = ("_due", "_held", "_others", "_rest", "_take", "app", "app_state", "asgi_version", "client",
                 "close_sent", "close_timeout", "close_timer", "config", "conn", "connections", "curr_msg_data_type",
                 "default_headers", "disconnected", "frames", "handshake_complete", "handshake_initiated",
                 "initial_response", "last_ping_rtt", "logger", "loop", "pending_ping_payload", "ping_interval",
                 "ping_sent_at", "ping_timeout", "ping_timer", "pong_timer", "queue", "read_paused", "request",
                 "response", "root_path", "scheme", "scope", "server", "tasks", "transport", "writable")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue, self.writable = Mailbox(), Gate()  # type: ignore[assignment]
        self._take: Take | None = None
        self._others = False  # bytes after the handshake that the library has seen: its parser may be within a frame
        self._rest = b""
        self._held = False  # by whoever takes the frames
        self._due = False  # a turn is called for what has been read already

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):
            self.scope["extensions"][DIRECT] = self  # type: ignore[assignment]

    def attach(self, take: Take) -> bool:
        """Call `take` with each text frame from now on. False if frames are on their way through the library."""
        if self._others or self.conn.reader.buffer or not self.queue.empty():
            return False
        self._take = take
        self._forget_handshake()
        return True

    def write(self, texts: Sequence[bytes]) -> bool:
        """Send each as a frame. False, and nothing is sent, while the reader is behind."""
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return True  # nobody is there
        if not self.writable.is_set():
            return False
        self.transport.write(b"".join([part for text in texts for part in (head_of(len(text)), text)]))
        return True

    def hold(self) -> None:
        """Read no more until `release`."""
        self._held = True
        self.transport.pause_reading()

    def release(self) -> None:
        """Read on."""
        self._held = False
        self._read_on()

    async def send(self, message: Any) -> None:
        """As the library; but a close does not wait behind what nobody reads."""
        if message["type"] == "websocket.close" and self.handshake_complete and not self.writable.is_set():
            self.queue.put_nowait({"type": "websocket.disconnect", "code": message.get("code", 1000), "reason": ""})
            self.close_sent = True
            self.transport.abort()
            return
        await super().send(message)

    # -- what uvicorn calls --------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._take is None:
            started = self.handshake_initiated
            super().data_received(data)
            self._others = started or (self.handshake_initiated and not data.endswith(b"\r\n\r\n"))
            return
        self._rest = self._rest + data if self._rest else data
        if not self._due:
            self._turn()

    def connection_lost(self, exc: Exception | None) -> None:
        self._take = None  # the inbox holds the connection, and that this wire
        super().connection_lost(exc)

    def keepalive_timeout(self) -> None:
        # Asked of all, also of who sends: a cart that sends and no longer reads would never be found.
        super().keepalive_timeout()
        self.transport.abort()  # what waits to be sent would else keep a socket open that nobody reads

    def shutdown(self) -> None:
        """Say 1012 and hear the cart out: a socket closed with frames unread is reset, and the reset overtakes what
        was said."""
        if not self.handshake_complete or self.close_sent or not self.writable.is_set():
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": 1012, "reason": ""})
        self.conn.send_close(1012)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self._take is not None:
            self._take = _deaf
        self._held = self.read_paused = False
        self._read_on()
        self.close_timer = self.loop.call_later(FAREWELL_S, self.transport.close)

    # -- inside --------------------------------------------------------------------------------------------------

    def _forget_handshake(self) -> None:
        """Its headers, three times over, would be 5 KB a cart for as long as it shops."""
        self.request.headers.clear()
        self.response.headers.clear()
        self.scope["headers"] = []

    def _turn(self) -> None:
        """Do the whole frames that have been read, as many as the others can wait for; the rest in the next turn."""
        due, self._due = self._due, False
        if self._take is None:
            return
        self._rest, more = self._frames(self._rest, self._take)
        if more:
            self._due = True
            if not due and not self.transport.is_closing():
                self.transport.pause_reading()
            self.loop.call_soon(self._turn)
        elif due:
            self._read_on()

    def _read_on(self) -> None:
        if not (self._held or self._due or self.read_paused or self.transport.is_closing()):
            self.transport.resume_reading()

    def _frames(self, data: bytes, take: Take) -> tuple[bytes, bool]:
        """Do whole frames; returns what is left, and whether there may be whole ones in it."""
        at, end, count = 0, len(data), 0
        while end - at >= 2:
            if count == FRAMES_A_TURN:
                return data[at:], True
            count += 1
            head, size, start = data[at], data[at + 1] - MASKED, at + 2
            if size == 126 and head == TEXT:
                if end - at < 4:
                    break
                size, start = data[start] << 8 | data[start + 1], at + 4
            elif not 0 <= size < 126 or head not in (TEXT, PING, PONG):
                return self._leave_to_library(data[at:]), False
            stop = start + 4 + size
            if stop > end:
                break
            if head != TEXT:
                super().data_received(data[at:stop])
            else:
                try:
                    text = apply_mask(data[start + 4 : stop], data[start : start + 4]).decode()
                except UnicodeDecodeError:
                    return self._leave_to_library(data[at:]), False
                take(text)
            at = stop
        return data[at:], False

    def _leave_to_library(self, data: bytes) -> bytes:
        """Nothing that a cart usually sends: from here on the library parses, and the queue delivers."""
        self._take = None
        super().data_received(data)
        return b""


def _deaf(text: str) -> None:
    """The server is going: what comes now is not taken, and so not acknowledged."""


def head_of(size: int) -> bytes:
    """The head of an unmasked text frame of so many bytes (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((TEXT, size))
    if size < 65_536:
        return bytes((TEXT, 126, size >> 8, size & 0xFF))
    return bytes((TEXT, 127)) + size.to_bytes(8, "big")
