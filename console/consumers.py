"""`/ws/console/?store=3`: tells a console of a store to look again. It carries nothing else, and takes no orders."""

import asyncio
import contextlib
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.auth import get_user
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.conf import settings

from carts.nudges import store_group
from console.second_factor import is_open
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
# A session that ended, or a role that was taken away, loses its socket within this time.
RECHECK_S = 30.0


class ConsoleConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One staff browser that looks at one store."""

    group = ""

    async def connect(self) -> None:
        """Accept staff of the store; others learn from the close code whether a login would help."""
        if not same_origin(self.scope):
            await self.close()
            return
        await self.accept()
        refused = await self._refused()
        if refused is not None:
            await self.close(refused)
            return
        self.group = store_group(self._store_id())
        await self.channel_layer.group_add(self.group, self.channel_name)
        self._watch = asyncio.create_task(self._recheck())

    async def disconnect(self, code: int) -> None:
        if self.group:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """A console says nothing: what it does goes through pages, with their checks."""

    async def look(self, event: dict[str, Any]) -> None:
        """A nudge of the store's group, passed on as it is."""
        await self.send_json({"type": "look", "what": event["what"], "id": event["id"]})

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            refused = await self._refused()
            if refused is not None:
                await self.close(refused)
                return

    async def _refused(self) -> int | None:
        # Read anew each time: the session may have ended since the socket opened.
        sessions = import_module(settings.SESSION_ENGINE)
        session = sessions.SessionStore(self.scope.get("cookies", {}).get(settings.SESSION_COOKIE_NAME))
        user = await get_user({"session": session})
        if not user.is_authenticated or not await database_sync_to_async(is_open)(session):
            return NOT_SIGNED_IN
        try:
            await database_sync_to_async(require)(user, Action.SEE_BOARD, self._store_id())
        except NotFound:
            return NOT_ALLOWED
        return None

    def _store_id(self) -> int:
        asked = parse_qs(self.scope["query_string"].decode("ascii", "replace")).get("store", [""])[0]
        return int(asked) if asked.isdecimal() and len(asked) < 10 else 0


def same_origin(scope: dict[str, Any]) -> bool:
    """Whether the browser's page is ours: the Origin names the host that was asked, or a trusted one."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1").lower()
    host = headers.get(b"host", b"").decode("latin-1").lower()
    return bool(origin) and (urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS)
