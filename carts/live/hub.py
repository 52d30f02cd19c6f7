"""All connections of this process: who is here, what they share, and what reaches them from outside.

A nudge says "look again" and may be lost; the poll every three seconds finds what a lost one left. The poll also ends
connections whose cart has a newer one elsewhere, or whose credential was revoked.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, TypeVar, cast

from channels.layers import get_channel_layer
from django.db import connection as database
from django.utils import timezone

from carts import metrics
from carts.journal import journal
from carts.live import opening, polling, reads
from carts.live.connection import CartConnection
from carts.live.context import StoreContext, load_context, newly_learned, refresh, take_learned
from carts.live.parking import Parking
from carts.live.shopping import Shopping
from carts.live.welcome import welcome
from carts.nudges import CARTS_GROUP, store_group
from carts.protocol import Close, outbound
from carts.protocol.inbound import Health, Hello, ScaleInfo
from carts.reconciliation import Scale

logger = logging.getLogger(__name__)
T = TypeVar("T")
NUDGE_S = 0.25
POLL_S = 3.0
NOTE_POLLS = 3  # polls between two notes that a cart was seen; the console calls one lost after 20 s


class Hub:
    """One for each event loop. `admit` opens a connection, `leave` lets it go."""

    def __init__(self) -> None:
        self.connections: dict[uuid.UUID, CartConnection] = {}
        self.contexts: dict[int, StoreContext] = {}
        self._parked = Parking()
        self._health: dict[uuid.UUID, Health] = {}
        self._touched: set[tuple[int, str, str]] = set()
        self._loading: dict[int, asyncio.Lock] = {}
        self._tasks: list[asyncio.Task[None]] = []

    # -- opening and leaving -------------------------------------------------------------------------------------

    async def admit(self, connection: CartConnection, hello: Hello, token: str) -> outbound.Welcome:
        """Open a connection as its cart's newest, and make its welcome; raises Turned.

        An older connection in this process ends its writes first, and hands over its engine; one elsewhere is fenced by
        the epoch, and this one starts from what is on disk.
        """
        self._start()
        now = timezone.now()
        device = await reads.run(opening.authenticate, token=token, ticket=hello.ticket, now=now)
        cart_id = cast(uuid.UUID, device.cart_id)  # `authenticate` lets only carts in
        await self._release(cart_id)
        opened = await _written(partial(opening.open_stream, device=device, hello=hello, now=now))
        context = await self._context(opened.store_id)
        scale = scale_of(hello.scale)
        shopping = await self._shopping(opened, context, scale)
        connection.shopping, connection.device_id = shopping, device.id
        connection.session.opened(opened.acked)
        self.connections[cart_id] = connection
        self.touched(opened.store_id, None)
        if shopping.trip is not None:
            connection.look()
        return welcome(connection.session, epoch=opened.epoch, trip=shopping.trip, seen=hello.seen, now=now)

    def leave(self, connection: CartConnection) -> None:
        """The connection has ended. Its engine stays for a while: carts come back, mostly to where they were."""
        shopping = connection.shopping
        if shopping is None:
            return
        if self.connections.get(shopping.cart_id) is connection:
            del self.connections[shopping.cart_id]
        if connection.clean and shopping.trip is not None:
            self._parked.put(shopping, connection.session.acked, time.monotonic())
        self.touched(shopping.context.store_id, None)

    # -- what connections tell -----------------------------------------------------------------------------------

    def report(self, cart_id: uuid.UUID, health: Health) -> None:
        """A cart's telemetry: the newest of each cart is written with the next poll."""
        self._health[cart_id] = health

    def touched(self, store_id: int, trip_id: uuid.UUID | None) -> None:
        """Something of a trip, or only the board, has changed: consoles are nudged within a quarter of a second."""
        self._touched.add((store_id, "trip" if trip_id else "board", str(trip_id or store_id)))

    async def quarantine(self, shopping: Shopping, reason: str) -> None:
        """The cart's word can't be trusted: keep it out until staff enrol it again, and write a security record."""
        await reads.run(
            opening.quarantine, cart_id=shopping.cart_id, stream=shopping.stream, reason=reason, now=timezone.now()
        )

    # -- what comes from outside ---------------------------------------------------------------------------------

    def look(self, what: str, cart_id: str, data: dict[str, Any]) -> None:
        """A nudge has come in."""
        connection = self.connections.get(uuid.UUID(cart_id))
        if connection is None:
            return
        if what == "command":
            connection.tell(outbound.Command(name=data["name"], data=data["data"]))
        elif what == "device":
            asyncio.ensure_future(self._poll([uuid.UUID(cart_id)]))  # noqa: RUF006  the poll repeats it if it is lost
        elif what == "trace":
            connection.trace()
        else:
            connection.look()

    # -- inside --------------------------------------------------------------------------------------------------

    async def _shopping(self, opened: opening.Opening, context: StoreContext, scale: Scale) -> Shopping:
        parked, acked = self._parked.take(opened.cart_id)
        same = parked is not None and parked.epoch == opened.epoch - 1 and parked.stream == opened.stream
        if parked is not None and same and acked == opened.acked:
            parked.epoch, parked.context = opened.epoch, context  # the next trip's catalogue and policy
            return parked
        found = await reads.run(opening.reload_trip, cart_id=opened.cart_id, context=context, scale=scale)
        live = found[1] if found else None
        shopping = Shopping(
            cart_id=opened.cart_id, epoch=opened.epoch, stream=opened.stream, context=context, scale=scale, trip=live
        )
        if found is not None:
            shopping.last_entry_id = found[2]
            if found[0].stream != opened.stream:  # new storage in mid-trip: its clock starts again, the trip's goes on
                shopping.offset_ms = found[0].last_ms + 1000
        return shopping

    async def _context(self, store_id: int) -> StoreContext:
        async with self._loading.setdefault(store_id, asyncio.Lock()):
            context = self.contexts.get(store_id)
            if context is None:
                context = self.contexts[store_id] = await reads.run(load_context, store_id)
            return context

    async def _release(self, cart_id: uuid.UUID) -> None:
        """End the cart's connection in this process, if there is one, with all its writes on disk."""
        older = self.connections.pop(cart_id, None)
        if older is not None:
            older.end(Close.SUPERSEDED, "a newer connection of this cart has opened")
            await older.settle()
            self.leave(older)
            older.shopping = None  # handed over; the older socket's own end must not touch it

    def _start(self) -> None:
        if not self._tasks:
            loop = asyncio.get_running_loop()
            self._tasks = [loop.create_task(work()) for work in (self._listen, self._beat, self._patrol)]

    def stop(self) -> None:
        """End the hub's own tasks (at shutdown)."""
        for task in self._tasks:
            task.cancel()
        self._tasks = []

    async def _listen(self) -> None:
        layer = get_channel_layer()
        while layer is not None:
            try:
                channel = await layer.new_channel()
                await layer.group_add(CARTS_GROUP, channel)
                while True:
                    message = await layer.receive(channel)
                    self.look(message["what"], message["id"], message["data"])
            except Exception:
                logger.warning("the channel layer is away; polling goes on", exc_info=True)
                await asyncio.sleep(1)

    async def _beat(self) -> None:
        """Nudge consoles four times a second, let connections look at the time once a second."""
        beats = 0
        while True:
            await asyncio.sleep(NUDGE_S)
            beats += 1
            touched, self._touched = self._touched, set()
            layer = get_channel_layer()
            try:
                for store_id, what, id_ in touched if layer else ():
                    await layer.group_send(store_group(store_id), {"type": "look", "what": what, "id": id_})
            except Exception:
                metrics.NUDGES_LOST.inc(len(touched))
                logger.warning("nudges lost", exc_info=True)
            metrics.CONNECTIONS.set(len(self.connections))
            if beats % 4 == 0:
                for connection in list(self.connections.values()):
                    connection.tick()

    async def _patrol(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(POLL_S)
            rounds += 1
            self._parked.expire(time.monotonic())
            try:
                await self._poll(self.connections)
                if rounds % NOTE_POLLS == 0:
                    await self._note()
                await self._refresh_contexts()
            except Exception:
                logger.warning("the poll failed; it is tried again", exc_info=True)

    async def _note(self) -> None:
        """Write down who is here, some carts at a time: between two of these the journal has its turn."""
        health, self._health = self._health, {}
        for part in polling.noted_together({*self.connections, *health}):
            await _written(partial(polling.note, part, health, timezone.now()))

    async def _poll(self, cart_ids: Iterable[uuid.UUID]) -> None:
        wanted = {cart_id: c for cart_id in list(cart_ids) if (c := self.connections.get(cart_id)) is not None}
        trips = {
            cart_id: c.shopping.trip.id if c.shopping and c.shopping.trip else None for cart_id, c in wanted.items()
        }
        facts = await reads.run(polling.look, trips)
        for cart_id, connection in wanted.items():
            if connection is self.connections.get(cart_id):
                polling.judge(connection, facts.get(cart_id))

    async def _refresh_contexts(self) -> None:
        for store_id, context in list(self.contexts.items()):
            fresh = await reads.run(refresh, context)
            take_learned(fresh, await reads.run(newly_learned, fresh))
            if fresh is not context:
                self.contexts[store_id] = fresh
                for connection in self.connections.values():
                    if connection.shopping is not None and connection.shopping.context.store_id == store_id:
                        connection.adopt(fresh)


async def _written(call: Callable[[], T]) -> T:
    """SQLite has one writer at a time: there others queue with the journal. Waiting for its lock they would starve,
    and it for theirs, which it looks for again after growing pauses only."""
    return await (journal.call(call) if database.vendor == "sqlite" else reads.run(call))


def scale_of(info: ScaleInfo | None) -> Scale:
    """The scale as the engine knows it; what a hello leaves out is the usual scale."""
    told = info or ScaleInfo()
    return Scale(told.division_g, told.capacity_g, told.rate_hz)
