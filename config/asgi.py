"""The ASGI application: HTTP goes to Django, WebSockets to the consumers."""

import os
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# WhiteNoise hands out files as sync iterators; they are small, and a proxy serves them where it matters.
warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators")
http = get_asgi_application()

from carts.consumers import cart_socket  # noqa: E402  needs the apps to be loaded
from carts.journal import journal  # noqa: E402
from config.collecting import collect_seldom  # noqa: E402
from config.structs import resolve_structs  # noqa: E402
from console.routing import websocket_urlpatterns  # noqa: E402

resolve_structs()
console_sockets = URLRouter(websocket_urlpatterns)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def websocket(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The cart's socket skips Channels' middleware: it needs no session, and its frames are the hot path."""
    if scope["path"] == "/ws/cart/":
        await cart_socket(scope, receive, send)
    else:
        await console_sockets(scope, receive, send)


async def lifespan(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """At shutdown the sockets have been closed with 1012; what they handed to the journal is written before the end."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            collect_seldom()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            journal.close()
            await send({"type": "lifespan.shutdown.complete"})
            return


application = ProtocolTypeRouter({"http": http, "websocket": websocket, "lifespan": lifespan})
