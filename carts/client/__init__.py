"""The client of the wire contract `cart.v1+json`: what a cart maker embeds.

Read the files in this order:

    outgoing, incoming   the messages, one file a direction
    storage              an event is on the cart's disk before it is sent
    window               what goes out next: cursor, credits, gaps, holes
    state                what the cart shows, kept current from the server's messages
    session, runner      one connection; and what follows when it ends (the table is in `closing`)
    cart                 the front: record, weigh, wait
    rest, answers        enrolment, catalogue, checkout, payment, gate
    token                where the device token lives

It needs msgspec, websockets and httpx, and nothing of the server.
"""

from .answers import Checkout, Device, Enrolled, ExitPass, Payment, Product, Receipt
from .cart import CartClient, stream_url
from .closing import BEHAVIOURS, Behaviour
from .errors import (
    BadServerMessage,
    CartClientError,
    EnrolmentNeeded,
    Problem,
    Stopped,
    StorageInUse,
    Unreachable,
)
from .incoming import (
    Ack,
    Basket,
    Candidate,
    Command,
    Discrepancy,
    Error,
    Incoming,
    Line,
    Result,
    Totals,
    Trip,
    Unknown,
    Welcome,
)
from .outgoing import SUBPROTOCOL, Event, Health, Hello, Scale, ScanSource, Skip, Weight
from .rest import RestClient
from .state import CartState
from .storage import Storage
from .token import TokenFile

__all__ = [
    "BEHAVIOURS",
    "SUBPROTOCOL",
    "Ack",
    "BadServerMessage",
    "Basket",
    "Behaviour",
    "Candidate",
    "CartClient",
    "CartClientError",
    "CartState",
    "Checkout",
    "Command",
    "Device",
    "Discrepancy",
    "Enrolled",
    "EnrolmentNeeded",
    "Error",
    "Event",
    "ExitPass",
    "Health",
    "Hello",
    "Incoming",
    "Line",
    "Payment",
    "Problem",
    "Product",
    "Receipt",
    "RestClient",
    "Result",
    "Scale",
    "ScanSource",
    "Skip",
    "Stopped",
    "Storage",
    "StorageInUse",
    "TokenFile",
    "Totals",
    "Trip",
    "Unknown",
    "Unreachable",
    "Weight",
    "Welcome",
    "stream_url",
]
