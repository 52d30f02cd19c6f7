"""What the cart does when the connection ends: one table, close code -> behaviour."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Then = Literal["reconnect", "enrol", "stop", "quarantine"]


@dataclass(frozen=True)
class Behaviour:
    """`then` is what follows the close; a reconnect waits between `floor_s` and a growing ceiling."""

    code: str
    then: Then
    detail: str
    floor_s: float = 0.0


RECONNECT = Behaviour("connection_lost", "reconnect", "The connection was lost; trying again.")

BEHAVIOURS: dict[int, Behaviour] = {
    1012: Behaviour("restart", "reconnect", "The server restarts; trying again in a moment."),
    4400: Behaviour("malformed", "stop", "The server could not read this cart's messages; report it to the maker."),
    4401: Behaviour("unauthorised", "enrol", "The device token is not valid any more; enrol the cart again."),
    4403: Behaviour("forbidden", "stop", "The token belongs to another cart; check which cart this is."),
    4406: Behaviour("no_common_subprotocol", "stop", "The server speaks another version; update the cart's software."),
    4408: Behaviour("timed_out", "reconnect", "The server did not hear or could not write in time.", floor_s=2.0),
    4409: Behaviour("superseded", "stop", "A newer connection of this cart took over."),
    4422: Behaviour("conflict", "quarantine", "An event was sent twice with different content; staff must look."),
    4429: Behaviour("flood", "reconnect", "The cart sent too much; it waits before it tries again.", floor_s=30.0),
}

# A server that refuses in the HTTP handshake has no close code to send; these statuses mean the same.
HANDSHAKE: dict[int, int] = {401: 4401, 403: 4403, 408: 4408, 429: 4429, 503: 1012}


def after_close(code: int | None) -> Behaviour:
    """The behaviour for a close code; None is a connection that broke without one."""
    return BEHAVIOURS.get(code, RECONNECT) if code is not None else RECONNECT


def delay_s(
    behaviour: Behaviour, attempt: int, random: Random, *, base_s: float = 0.5, ceiling_s: float = 30.0
) -> float:
    """Seconds to wait before reconnect number `attempt` (from 0).

    Full jitter (Brooker, "Exponential Backoff and Jitter", AWS 2015) above the behaviour's floor, so that
    a store's carts do not come back all at once after a restart.
    """
    spread = min(ceiling_s, base_s * 2.0 ** min(attempt, 16))
    return behaviour.floor_s + random.uniform(0.1 * spread, spread)
