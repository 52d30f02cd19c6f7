"""Bringing a connection up to what checkout and staff did to its trip."""

from dataclasses import dataclass

from carts.basket import Basket
from carts.live import reads
from carts.live.context import StoreContext
from carts.live.decisions import discrepancy_message, trip_message
from carts.live.outbox import Outbox
from carts.live.shopping import Shopping
from carts.live.trip import LiveTrip
from carts.live.welcome import basket_message
from carts.models import Checked, Discrepancy, Trip, TripState
from carts.services.projection import basket_of_trip

ENDED = {TripState.PAID, TripState.CANCELLED}


@dataclass(frozen=True, slots=True)
class Seen:
    """The trip's rows; `basket` only where its revision is another than memory's."""

    trip: Trip
    basket: Basket | None
    discrepancies: list[Discrepancy]


async def refresh(shopping: Shopping, outbox: Outbox) -> None:
    """Read the trip's rows; tell the cart what is news, and let go of a trip that has ended."""
    live = shopping.trip
    if live is None:
        return
    seen = await reads.run(_read, live, shopping.context)
    if live.state == TripState.SHOPPING and seen.trip.state == TripState.SHOPPING:
        return  # while it shops, only this connection changes it
    if seen.basket is not None:
        _take_basket(live, seen.basket)
        outbox.put(basket_message(live.basket))
    for row in seen.discrepancies:
        known = live.decisions.rows.get(row.number)
        if known is None or known.state != row.state:
            live.decisions.rows[row.number] = row
            outbox.put(discrepancy_message(row))
    state = TripState(seen.trip.state)
    if live.state != state:
        live.state = state
        _take_state(live, seen.trip)
        outbox.put(trip_message(live.id, state, seen.trip.reason))
    if state in ENDED:
        shopping.leave_trip()


def _take_state(live: LiveTrip, trip: Trip) -> None:
    """Somebody else has moved the trip: the engine goes on, or what the watch compares with is what staff saw."""
    if live.state == TripState.SHOPPING:
        live.engine.reopen(live.last_ms)
        live.seal_watch = None
    elif live.state == TripState.CLEARED and trip.checked_by == Checked.STAFF and live.seal_watch is not None:
        live.seal_watch.begin_anew()


def _read(live: LiveTrip, context: StoreContext) -> Seen:
    trip = Trip.objects.get(id=live.id)
    changed = trip.revision != live.basket.revision and trip.state != TripState.SHOPPING
    return Seen(trip, basket_of_trip(trip, context.catalogue) if changed else None, list(trip.discrepancies.all()))


def _take_basket(live: LiveTrip, basket: Basket) -> None:
    """Staff corrected lines: the engine is told what really lies in the cart."""
    before, live.basket = live.basket, basket
    if not live.weighs:
        return
    for number, line in basket.lines.items():
        known = before.lines.get(number)
        if known is None or known.quantity != line.quantity:
            live.engine.correct(live.last_ms, line.article.code, line.quantity, number)
