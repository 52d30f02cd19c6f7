"""The cart's socket: negotiates, then hands every frame to the connection. An ASGI application of its own:
Channels' stock dispatch would cost a thread hop and two tasks a message. On a server with our own Wire frames skip the
receive loop, too; on any other it does the same work a little slower."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

from carts.authentication import token_of
from carts.live.connection import CartConnection
from carts.live.hub import Hub
from carts.live.inbox import Inbox
from carts.live.wire import DIRECT
from carts.protocol import SUBPROTOCOL, Close

HELLO_S = 5.0
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    """The hub of the running event loop, made at first use."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None:
        hub = _hubs[loop] = Hub()
    return hub


async def cart_socket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """One connection from handshake to close."""
    await receive()  # websocket.connect
    if SUBPROTOCOL not in scope.get("subprotocols", ()):
        # Accepted first, since a refused handshake could not carry the close code.
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": int(Close.NO_SUBPROTOCOL), "reason": f"offer {SUBPROTOCOL}"})
        return
    await send({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
    token = _token(scope)

    async def send_text(text: str) -> None:
        await send({"type": "websocket.send", "text": text})

    async def close(code: int, reason: str) -> None:
        await send({"type": "websocket.close", "code": code, "reason": reason[:120]})

    wire = scope.get("extensions", {}).get(DIRECT)
    connection = CartConnection(
        hub_of_this_loop(), send_text, close, token=token, send_now=wire.write if wire is not None else None
    )
    inbox = Inbox(connection, *((wire.hold, wire.release) if wire is not None else (_nothing, _nothing)))
    if wire is not None:
        wire.attach(inbox.put)
    await _serve(connection, inbox, receive)


async def _serve(connection: CartConnection, inbox: Inbox, receive: Receive) -> None:
    """To the end of the socket. Where the wire calls the inbox itself, only that end comes through `receive`."""
    patience = asyncio.get_running_loop().call_later(HELLO_S, connection.hurry)
    try:
        while (message := await receive())["type"] == "websocket.receive":
            text = message.get("text")
            await inbox.idle()
            await connection.frame(text if text is not None else message.get("bytes") or b"")
        await inbox.idle()
    finally:
        patience.cancel()
        await asyncio.shield(asyncio.ensure_future(connection.leave()))


def _token(scope: dict[str, Any]) -> str:
    headers = dict(scope.get("headers", ()))
    return token_of(headers.get(b"authorization", b"").decode("latin-1"))


def _nothing() -> None:
    """A server that is no Wire stops reading by itself."""
