"""The live board: every cart of a store, what needs someone first, the review queue, lanes and people."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from carts.selectors.trips import board as carts_of
from console.presenting.words import ESCALATION_STATES, KINDS, TRIP_STATES, Mark, told
from console.selectors.floor import LaneRow, PersonRow, lanes, people_on_duty
from console.selectors.queue import QueueRow, queue_of

if TYPE_CHECKING:
    from carts.selectors.trips import BoardCart
    from inventory.models import Store

# A connected cart says something at least this often.
AWAY_AFTER = timedelta(seconds=20)
REVIEW_TARGET_S = 60
CALM = 3
LOW_BATTERY = 0.15
# A longer list of carts that need nobody is shown as tiles: a glance is enough for them.
MOST_CALM_ROWS = 24


@dataclass(frozen=True)
class CartRow:
    """A cart with a trip. `rank` orders: 0 needs a person now, 1 soon, 2 pays, 3 shops."""

    rank: int
    cart: str
    cart_id: str
    trip_id: str
    state: Mark
    due_minor: int
    items: int
    started_at: datetime
    battery: float | None
    charging: bool
    away: bool
    last_seen_at: datetime | None
    standing: int
    trouble: str
    detail: str
    attention_at: datetime | None
    risk: float | None
    review_id: str


@dataclass(frozen=True)
class RestingCart:
    """A cart without a trip."""

    cart: str
    cart_id: str
    battery: float | None
    charging: bool
    state: str


@dataclass(frozen=True)
class BoardView:
    """All that the board shows; `digest` tells whether there is anything new to show."""

    rows: Sequence[CartRow]
    tiles: Sequence[CartRow]
    resting: Sequence[RestingCart]
    queue: Sequence[QueueRow]
    lanes: Sequence[tuple[LaneRow, Sequence[QueueRow]]]
    people: Sequence[PersonRow]
    target_s: int
    counts: dict[str, int]
    digest: str


def board_view(store: Store, now: datetime) -> BoardView:
    """The board of a store; `now` only decides which carts are away."""
    carts = carts_of(store.pk)
    queue = queue_of(store)
    reviews = {row.trip_id: row for row in queue}
    rows = sorted((_row(entry, reviews, now) for entry in carts if entry.trip is not None), key=_order)
    calm = [row for row in rows if row.rank == CALM]
    tiles = sorted(calm, key=lambda row: by_number(row.cart)) if len(calm) > MOST_CALM_ROWS else []
    resting = [_resting(entry, now) for entry in carts if entry.trip is None]
    people, floor = people_on_duty(store), lanes(store, now)
    by_lane = [(lane, tuple(row for row in queue if row.lane_id == lane.id)) for lane in floor]
    content = repr((rows, resting, queue, by_lane, people))
    return BoardView(
        rows=[row for row in rows if row.rank < CALM] if tiles else rows,
        tiles=tiles,
        resting=resting,
        queue=queue,
        lanes=by_lane,
        people=people,
        target_s=REVIEW_TARGET_S,
        counts=_counts(rows, resting, queue),
        digest=hashlib.sha1(content.encode(), usedforsecurity=False).hexdigest()[:16],
    )


def by_number(label: str) -> list[tuple[int, str]]:
    """Orders labels as people count: Cart 9 before Cart 10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", label)]


def _order(row: CartRow) -> tuple[int, datetime]:
    return row.rank, row.attention_at or row.started_at


def _counts(rows: Sequence[CartRow], resting: Sequence[RestingCart], queue: Sequence[QueueRow]) -> dict[str, int]:
    return {
        "carts": len(rows),
        "attention": sum(row.rank == 0 for row in rows),
        "soon": sum(row.rank == 1 for row in rows),
        "paying": sum(row.rank == 2 for row in rows),
        "standing": sum(row.standing for row in rows),
        "value_minor": sum(row.due_minor for row in rows),
        "away": sum(row.away for row in rows),
        "resting": len(resting),
        "queue": len(queue),
        "waiting": sum(row.state in {"looking", "waiting"} for row in queue),
    }


def _row(entry: BoardCart, reviews: dict[str, QueueRow], now: datetime) -> CartRow:
    cart, trip = entry.cart, entry.trip
    assert trip is not None  # noqa: S101 - the caller filters, this tells the type checker
    review = reviews.get(str(trip.pk))
    rank, trouble, detail, since = _trouble(trip, entry.standing, review)
    return CartRow(
        rank=rank,
        cart=cart.label,
        cart_id=str(cart.pk),
        trip_id=str(trip.pk),
        state=TRIP_STATES[trip.state],
        due_minor=trip.due_minor,
        items=trip.items,
        started_at=trip.started_at,
        battery=cart.battery,
        charging=cart.charging,
        away=_is_away(cart, now),
        last_seen_at=cart.last_seen_at if _is_away(cart, now) else None,
        standing=len(entry.standing),
        trouble=trouble,
        detail=detail,
        attention_at=since,
        risk=trip.risk,
        review_id=str(review.id) if review else "",
    )


def _trouble(trip: Any, standing: Iterable[Any], review: QueueRow | None) -> tuple[int, str, str, datetime | None]:
    """What is wrong with a trip, the worst first: rank, words, detail, since when."""
    found = sorted(standing, key=lambda row: -row.probability)
    detail = ""
    if found:
        detail = told(found[0])
    if trip.state == "in_review":
        words = ESCALATION_STATES[review.state].word if review else TRIP_STATES["in_review"].word
        name = f" {review.claimed_by}" if review and review.claimed_by else ""
        text = f"{words.removesuffix(' staff')}{name}" if name else words
        rank = 0 if review is None or review.state == "waiting" else 1
        return rank, text, detail or (review.reason if review else ""), review.opened_at if review else None
    if trip.assist_at:
        return 0, "Called for help", trip.assist_reason or detail, trip.assist_at
    if any(row.disputed for row in found):
        return 1, "Shopper disagrees", detail, None
    if found:
        return 1, KINDS.get(found[0].kind, found[0].kind), detail, None
    if trip.state in {"sealed", "cleared", "paying"}:
        return 2, "", "", None
    return CALM, "", "", None


def _is_away(cart: Any, now: datetime) -> bool:
    if cart.last_seen_at is None:
        return True
    return cart.connected_at is None or now - cart.last_seen_at > AWAY_AFTER


def _resting(entry: BoardCart, now: datetime) -> RestingCart:
    cart = entry.cart
    if cart.quarantined_at:
        state = "quarantined"
    elif cart.last_seen_at is None:
        state = "new"
    else:
        state = "away" if _is_away(cart, now) else "ready"
    if state == "ready" and cart.battery is not None and cart.battery < LOW_BATTERY and not cart.charging:
        state = "low"
    return RestingCart(cart.label, str(cart.pk), cart.battery, cart.charging, state)
