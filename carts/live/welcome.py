"""The server's first word: where the stream stands and what the basket holds."""

from datetime import datetime
from typing import Any

from carts.basket import Basket, line_body
from carts.live.decisions import discrepancy_body
from carts.live.trip import LiveTrip
from carts.protocol import Session, outbound


def welcome(
    session: Session, *, epoch: int, trip: LiveTrip | None, seen: int | None, now: datetime
) -> outbound.Welcome:
    """With a revision that the cart has seen of this trip, only what changed since; else the whole basket."""
    revision = trip.basket.revision if trip else 0
    delta = trip is not None and seen is not None and 0 < seen <= revision
    return outbound.Welcome(
        epoch=epoch,
        acked=session.acked,
        credits=session.credits,
        revision=revision,
        trip={"id": str(trip.id), "state": str(trip.state), "mode": trip.mode} if trip else None,
        basket=basket_body(trip.basket, since=seen if delta else None) if trip else None,
        discrepancies=[discrepancy_body(row) for row in trip.decisions.standing] if trip else [],
        mode="delta" if delta else "snapshot",
        server_time=now.isoformat(),
    )


def basket_body(basket: Basket, *, since: int | None = None) -> dict[str, Any]:
    """The basket whole, or what changed after a revision, with removed lines at quantity 0."""
    body: dict[str, Any] = {"revision": basket.revision, "totals": basket.totals}
    if since is None:
        return body | {"lines": [line_body(line) for line in basket.standing]}
    return body | {"from": since, "lines": [line_body(line) for line in basket.lines.values() if line.revision > since]}


def basket_message(basket: Basket) -> outbound.Basket:
    """The whole basket as a message."""
    return outbound.Basket(
        revision=basket.revision, lines=[line_body(line) for line in basket.standing], totals=basket.totals
    )
