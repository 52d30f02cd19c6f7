"""What ours is held against: a bare echo, and a cart consumer as Channels' and DRF's documentation would have it.

Run by uvicorn as `tests.benchmarks.stream.peers:echo` and `…:stock`.
"""

import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from django.utils import timezone  # noqa: E402
from rest_framework import serializers  # noqa: E402

from carts.live.context import load_context  # noqa: E402
from carts.live.trip import new_engine  # noqa: E402
from carts.models import Cart, JournalEntry  # noqa: E402
from carts.reconciliation import Engine, Scale  # noqa: E402


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Sends back what comes, and does nothing else."""
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept", "subprotocol": "cart.v1+json"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})


class WeightSerializer(serializers.Serializer[Any]):
    at = serializers.IntegerField(min_value=0)
    step = serializers.IntegerField(min_value=1)
    grams = serializers.ListField(child=serializers.FloatField(), min_length=1, max_length=100)


class EventSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=1)
    at = serializers.IntegerField(min_value=0)
    kind = serializers.CharField(max_length=40)
    data = serializers.DictField()  # type: ignore[assignment]  # the name is the wire's


class StockConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """One insert a scan through the ORM's shared thread, a serializer a message, the same engine."""

    async def connect(self) -> None:
        token = dict(self.scope["headers"])[b"authorization"].decode().removeprefix("Device ")
        self.cart, self.engine = await database_sync_to_async(self._load)(token)
        await self.accept("cart.v1+json")

    @staticmethod
    def _load(token: str) -> tuple[Cart, Engine]:
        from carts.selectors.devices import device_by_token

        device = device_by_token(token)
        assert device is not None
        assert device.cart is not None
        return device.cart, new_engine(load_context(device.store_id), Scale())

    async def receive_json(self, content: dict[str, Any], **kwargs: Any) -> None:
        if content["type"] == "hello":
            await self.send_json({"type": "welcome", "acked": 0})
        elif content["type"] == "weight":
            serializer = WeightSerializer(data=content)
            serializer.is_valid(raise_exception=True)
            data = serializer.validated_data
            self.engine.readings(data["at"], data["step"], data["grams"])
        else:
            event = EventSerializer(data=content)
            event.is_valid(raise_exception=True)
            data = event.validated_data
            await database_sync_to_async(self._store)(data)
            if data["kind"] == "start":
                self.engine.start(data["at"])
            elif data["kind"] == "scan":
                self.engine.scan(data["at"], data["data"]["code"])
            await self.send_json({"type": "ack", "upto": data["seq"], "results": [], "credits": 64})

    def _store(self, data: dict[str, Any]) -> None:
        JournalEntry.objects.create(
            cart=self.cart, epoch=1, kind=data["kind"], at_ms=data["at"], arrived_at=timezone.now(), data=data["data"]
        )


_ours: Any = None


async def blocked(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Ours, with a request that holds the thread which Django's async views share for their ORM calls: for a second."""
    global _ours
    if _ours is None:
        from config.asgi import application

        _ours = application
    if scope["type"] == "http" and scope["path"] == "/hold":
        await database_sync_to_async(time.sleep)(1)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})
    else:
        await _ours(scope, receive, send)


async def stock(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "websocket":
        await StockConsumer.as_asgi()(scope, receive, send)
