"""Reading trips: for the checkout, for the staff's board, and one whole for its page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from carts.models import LIVE_STATES, Cart, Discrepancy, DiscrepancyState, JournalEntry, TraceBlock, Trip, TripLine
from inventory.errors import NotFound


@dataclass(frozen=True)
class SealedTrip:
    """A trip with its lines (quantity above 0, in order) and all its discrepancies."""

    trip: Trip
    lines: Sequence[TripLine]
    discrepancies: Sequence[Discrepancy]

    @property
    def standing(self) -> list[Discrepancy]:
        """The discrepancies that nobody has cleared or settled yet."""
        return [row for row in self.discrepancies if row.state in {DiscrepancyState.OPEN, DiscrepancyState.ESCALATED}]


@dataclass(frozen=True)
class BoardCart:
    """A cart on the board, with its live trip or None; `standing` are its open discrepancies."""

    cart: Cart
    trip: Trip | None
    standing: Sequence[Discrepancy]


@dataclass(frozen=True)
class TripDetail:
    """All that is known of a trip but its trace."""

    trip: Trip
    lines: Sequence[TripLine]
    discrepancies: Sequence[Discrepancy]
    journal: Sequence[JournalEntry]


def sealed_trip(trip_id: uuid.UUID, *, cart_id: uuid.UUID | None = None) -> SealedTrip:
    """The trip as it stands, sealed or not; raises NotFound if it is absent or not of this cart."""
    rows = Trip.objects.select_related("store", "cart").filter(id=trip_id)
    if cart_id is not None:
        rows = rows.filter(cart_id=cart_id)
    trip = rows.first()
    if trip is None:
        raise NotFound("There is no such trip of this cart.")
    lines = list(TripLine.objects.select_related("product").filter(trip=trip, quantity__gt=0).order_by("line"))
    return SealedTrip(trip=trip, lines=lines, discrepancies=list(trip.discrepancies.all()))


def board(store_id: int) -> list[BoardCart]:
    """Every active cart of a store, those with a live trip first, the longest-running at the top."""
    standing = Discrepancy.objects.filter(state__in=[DiscrepancyState.OPEN, DiscrepancyState.ESCALATED])
    live = Trip.objects.filter(store_id=store_id, state__in=LIVE_STATES).prefetch_related(
        Prefetch("discrepancies", queryset=standing, to_attr="standing")
    )
    trips: dict[uuid.UUID, Trip] = {trip.cart_id: trip for trip in live}
    rows = []
    for cart in Cart.objects.filter(store_id=store_id, active=True):
        trip = trips.get(cart.id)
        found: Sequence[Discrepancy] = getattr(trip, "standing", ()) if trip else ()
        rows.append(BoardCart(cart=cart, trip=trip, standing=found))
    return sorted(rows, key=lambda row: (row.trip is None, row.trip.started_at if row.trip else 0, row.cart.label))


def trip_detail(trip_id: uuid.UUID) -> TripDetail:
    """A trip with lines (removed ones too), discrepancies and journal; raises NotFound. The caller checks the store."""
    trip = Trip.objects.select_related("store", "cart").filter(id=trip_id).first()
    if trip is None:
        raise NotFound
    return TripDetail(
        trip=trip,
        lines=list(trip.lines.select_related("product")),
        discrepancies=list(trip.discrepancies.all()),
        journal=list(trip.journal.order_by("id")),
    )


def trace(trip_id: uuid.UUID) -> list[tuple[int, float]]:
    """The thinned weight of a trip: (cart's ms, grams) in order; empty once it has expired."""
    blocks = TraceBlock.objects.filter(trip_id=trip_id).order_by("from_ms")
    return [point for block in blocks for point in block.readings]


def live_trip(cart_id: uuid.UUID) -> Trip | None:
    """The trip that a cart is on, or None."""
    trip: Trip | None = Trip.objects.filter(cart_id=cart_id, state__in=LIVE_STATES).first()
    return trip
