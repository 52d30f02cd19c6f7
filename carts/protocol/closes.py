"""Close codes, and what a client does on each."""

from enum import IntEnum


class Close(IntEnum):
    """The contract's table of close codes."""

    RESTART = 1012
    MALFORMED = 4400
    UNAUTHENTICATED = 4401
    NOT_THIS_CART = 4403
    NO_SUBPROTOCOL = 4406
    TIMED_OUT = 4408
    SUPERSEDED = 4409
    CONFLICT = 4422
    FLOOD = 4429


CLIENT_DOES: dict[Close, str] = {
    Close.RESTART: "reconnects with jitter",
    Close.MALFORMED: "stops and reports",
    Close.UNAUTHENTICATED: "enrols again",
    Close.NOT_THIS_CART: "stops",
    Close.NO_SUBPROTOCOL: "stops and updates",
    Close.TIMED_OUT: "backs off",
    Close.SUPERSEDED: "does not reconnect",
    Close.CONFLICT: "is quarantined",
    Close.FLOOD: "backs off 30 s or more",
}
