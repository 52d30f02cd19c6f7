"""Keeps a connection open: connects, serves, and follows the close code's behaviour until told to stop."""

import asyncio
import datetime
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from .closing import BEHAVIOURS, HANDSHAKE, RECONNECT, Behaviour, after_close, delay_s
from .errors import BadServerMessage, EnrolmentNeeded, Stopped
from .incoming import Incoming
from .outgoing import SUBPROTOCOL, Hello, Scale
from .session import Session
from .state import CartState, ResyncNeeded
from .storage import Storage
from .weighing import Weighing

LARGEST_FRAME = 1 << 20
PING_S = 5.0


@dataclass(frozen=True)
class Link:
    """Where and how to connect. `proxy` is a URL or None; `sleep` is replaced in tests."""

    url: str
    token: str
    scale: Scale
    firmware: str
    proxy: str | None = None
    random: Random = field(default_factory=Random)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


class Runner:
    """One cart's connection over its many reconnects. `notice` hears of each break and what follows it."""

    def __init__(
        self,
        link: Link,
        storage: Storage,
        state: CartState,
        weighing: Weighing,
        hear: Callable[[Incoming], None],
        notice: Callable[[Behaviour], None],
    ) -> None:
        self._link = link
        self._storage = storage
        self._state = state
        self._weighing = weighing
        self._hear_message = hear
        self._notice = notice
        self._attempt = 0
        self.session: Session | None = None

    async def run(self) -> None:
        """Serves until cancelled; raises Stopped or EnrolmentNeeded when reconnecting would be wrong."""
        if self._storage.quarantined:
            raise Stopped("quarantined", f"{self._storage.quarantined} Renew the storage after staff have looked.")
        while True:
            behaviour, close = await self._connect_once()
            self._notice(behaviour)
            self._follow(behaviour, close)
            await self._link.sleep(delay_s(behaviour, self._attempt, self._link.random))
            self._attempt += 1

    async def _connect_once(self) -> tuple[Behaviour, int | None]:
        try:
            await self._serve()
        except ConnectionClosed as error:
            close = error.rcvd.code if error.rcvd is not None else None
            return after_close(close), close
        except InvalidStatus as error:
            close = HANDSHAKE.get(error.response.status_code)
            return after_close(close), close
        except ResyncNeeded:
            self._state.forget_basket()
        except (BadServerMessage, OSError, TimeoutError, WebSocketException):
            pass
        return RECONNECT, None

    async def _serve(self) -> None:
        link = self._link
        async with connect(
            link.url,
            subprotocols=[Subprotocol(SUBPROTOCOL)],
            additional_headers={"Authorization": f"Device {link.token}"},
            user_agent_header=link.firmware,
            compression=None,
            max_size=LARGEST_FRAME,
            ping_interval=PING_S,
            ping_timeout=PING_S,
            close_timeout=2,
            proxy=link.proxy,
        ) as socket:
            if socket.subprotocol != SUBPROTOCOL:
                raise Stopped("no_common_subprotocol", BEHAVIOURS[4406].detail, 4406)
            self._weighing.drop()
            self.session = Session(socket, self._storage, self._state, self._weighing, self._hear)
            try:
                await self.session.run(self._hello())
            finally:
                self.session = None

    def _hear(self, message: Incoming) -> None:
        # Only a server that says something sensible ends the backing off, not one that accepts and closes.
        self._attempt = 0
        self._hear_message(message)

    def _hello(self) -> Hello:
        first, last = self._storage.held()
        return Hello(
            stream=self._storage.stream,
            first=first,
            last=last,
            seen=self._state.seen,
            clock=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            firmware=self._link.firmware,
            scale=self._link.scale,
        )

    def _follow(self, behaviour: Behaviour, close: int | None) -> None:
        match behaviour.then:
            case "reconnect":
                return
            case "enrol":
                raise EnrolmentNeeded(behaviour.code, behaviour.detail, close)
            case "quarantine":
                self._storage.quarantine(behaviour.detail)
        raise Stopped(behaviour.code, behaviour.detail, close)
