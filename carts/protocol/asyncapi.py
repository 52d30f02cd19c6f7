"""The AsyncAPI document of the stream, made from the message types themselves, so that it can't disagree with them."""

from typing import Any

import msgspec

from carts.protocol import events, inbound, outbound
from carts.protocol.closes import CLIENT_DOES

INBOUND: tuple[type, ...] = (inbound.Hello, inbound.Event, inbound.Weight, inbound.Skip, inbound.Health)
OUTBOUND: tuple[type, ...] = (
    outbound.Welcome,
    outbound.Ack,
    outbound.Basket,
    outbound.DiscrepancyMessage,
    outbound.TripMessage,
    outbound.Command,
    outbound.Error,
)


def document() -> dict[str, Any]:
    """AsyncAPI 3.0: one channel, what a cart sends and what it receives."""
    kinds = tuple(events.KINDS.values())
    types = (*(t for t in INBOUND if t is not inbound.Event), *OUTBOUND, *kinds)
    references, schemas = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    schemas["Event"] = _event(dict(zip(types, references, strict=True)))
    names = [type_.__name__ for type_ in (*INBOUND, *OUTBOUND)]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The cart stream",
            "version": "1.0.0",
            "description": "Contract cart.v1+json: one JSON message a text frame, at most 64 KiB.",
        },
        "channels": {
            "cart": {
                "address": "/ws/cart/",
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
                "bindings": {
                    "ws": {"headers": {"type": "object", "properties": {"Authorization": {"type": "string"}}}}
                },
            }
        },
        "operations": {
            "receiveFromCart": _operation("receive", INBOUND),
            "sendToCart": _operation("send", OUTBOUND),
        },
        "components": {
            "messages": {name: {"name": name, "payload": {"$ref": f"#/components/schemas/{name}"}} for name in names},
            "schemas": schemas,
        },
        "x-close-codes": {str(int(close)): {"name": close.name, "client": does} for close, does in CLIENT_DOES.items()},
    }


def _operation(action: str, types: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/cart"},
        "messages": [{"$ref": f"#/channels/cart/messages/{type_.__name__}"} for type_ in types],
    }


def _event(references: dict[type, Any]) -> dict[str, Any]:
    """An event: its envelope, with the data that each kind has."""
    return {
        "type": "object",
        "title": "Event",
        "description": "Something the shopper did; durable.",
        "required": ["type", "seq", "at", "kind", "data"],
        "properties": {
            "type": {"const": "event"},
            "seq": {"type": "integer", "minimum": 1},
            "at": {"type": "integer", "minimum": 0},
        },
        "oneOf": [
            {"properties": {"kind": {"const": kind}, "data": references[type_]}} for kind, type_ in events.KINDS.items()
        ],
    }
