"""The wire contract `cart.v1+json`: frames to typed messages, and the session's rules. Pure; see docs/protocol.md.

`inbound`, `events` and `outbound` hold the messages, `decode` reads frames, `session` keeps order, `actions` is what it
asks of the connection, `closes` are the close codes.
"""

from carts.protocol.actions import Action, Apply, ApplySkip, Open, Recall, Refuse, Repeat, Report, Shut, Weigh
from carts.protocol.closes import Close
from carts.protocol.decode import LARGEST, Malformed, decode
from carts.protocol.session import CREDITS, Session, State

SUBPROTOCOL = "cart.v1+json"

__all__ = [
    "CREDITS",
    "LARGEST",
    "SUBPROTOCOL",
    "Action",
    "Apply",
    "ApplySkip",
    "Close",
    "Malformed",
    "Open",
    "Recall",
    "Refuse",
    "Repeat",
    "Report",
    "Session",
    "Shut",
    "State",
    "Weigh",
    "decode",
]
