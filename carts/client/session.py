"""One open connection: hello, then stored events out within the credits and the server's messages in."""

import asyncio
from collections.abc import Callable

from websockets.asyncio.client import ClientConnection

from .errors import BadServerMessage
from .incoming import Ack, Error, Incoming, Welcome, decode
from .outgoing import Health, Hello, Outgoing, encode
from .state import CartState
from .storage import Storage
from .weighing import Weighing
from .window import Window

WELCOME_WITHIN_S = 10.0

Hear = Callable[[Incoming], None]


class Session:
    """Runs until the connection closes, and then raises websockets' ConnectionClosed.

    Raises BadServerMessage when there is no welcome, ResyncNeeded when a delta does not fit, Stopped when
    this storage cannot go on with the server's stream.
    """

    def __init__(
        self, socket: ClientConnection, storage: Storage, state: CartState, weighing: Weighing, hear: Hear
    ) -> None:
        self._socket = socket
        self._storage = storage
        self._state = state
        self._weighing = weighing
        self._hear = hear
        self._wake = asyncio.Event()
        self._health: Health | None = None

    def nudge(self) -> None:
        """Something new waits in the storage or among the weight frames."""
        self._wake.set()

    def report(self, health: Health) -> None:
        """Sends telemetry; the newest report wins."""
        self._health = health
        self._wake.set()

    async def run(self, hello: Hello) -> None:
        """Says hello and serves the connection to its end."""
        await self._send(hello)
        window = Window(self._storage, await self._welcome())
        sender = asyncio.create_task(self._pump_out(window))
        receiver = asyncio.create_task(self._pump_in(window))
        try:
            done, _ = await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            sender.cancel()
            receiver.cancel()
            await asyncio.gather(sender, receiver, return_exceptions=True)

    async def _welcome(self) -> Welcome:
        try:
            async with asyncio.timeout(WELCOME_WITHIN_S):
                while True:
                    message = decode(await self._receive())
                    self._take(message)
                    if isinstance(message, Welcome):
                        return message
        except TimeoutError as error:
            raise BadServerMessage("no_welcome", f"no welcome within {WELCOME_WITHIN_S:.0f} s of hello") from error

    async def _pump_out(self, window: Window) -> None:
        while True:
            self._wake.clear()
            for message in window.take():
                await self._send(message)
            while (frame := self._weighing.take()) is not None:
                await self._send(frame)
            if self._health is not None:
                health, self._health = self._health, None
                await self._send(health)
            await self._wake.wait()

    async def _pump_in(self, window: Window) -> None:
        while True:
            message = decode(await self._receive())
            match message:
                case Ack():
                    window.acknowledged(message)
                    self._wake.set()
                case Error():
                    window.refused(message)
                    self._wake.set()
                case _:
                    pass
            self._take(message)

    def _take(self, message: Incoming) -> None:
        self._state.apply(message)
        self._hear(message)

    async def _receive(self) -> str:
        frame = await self._socket.recv()
        if isinstance(frame, bytes):
            raise BadServerMessage("binary_frame", "the server sent a binary frame; the contract has text only")
        return frame

    async def _send(self, message: Outgoing) -> None:
        await self._socket.send(encode(message))
