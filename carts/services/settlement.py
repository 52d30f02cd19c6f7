"""What checkout and staff do to a trip: move it on, correct its lines, settle its discrepancies, call its cart."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from carts.basket import Basket, Line
from carts.errors import CorrectionInvalid, IllegalTransition
from carts.models import Cart, Discrepancy, DiscrepancyState, JournalEntry, Origin, Trip, TripState
from carts.nudges import nudge_cart, nudge_store
from carts.services.projection import basket_of_trip, line_rows, lines_save
from carts.services.retention import ENDED, snapshot_forget
from carts.transitions import sources
from inventory.errors import NotFound, UnknownCode
from inventory.selectors.catalogue import article_for, store_catalogue

COMMANDS = frozenset({"locate", "lock", "recalibrate", "update"})
CORRECTABLE = [TripState.SEALED, TripState.IN_REVIEW]


@dataclass(frozen=True)
class Correction:
    """A line shall have this quantity (0 takes it out), or a product by its code shall be added."""

    quantity: int
    line: int | None = None
    code: str | None = None


def trip_transition(*, trip_id: uuid.UUID, to: TripState, reason: str = "", now: datetime) -> None:
    """Move a trip on, if it is where the table allows it from; raises IllegalTransition, and then changes nothing."""
    fields: dict[str, Any] = {"state": to, "reason": reason}
    if to in ENDED:
        fields["ended_at"] = now
    if Trip.objects.filter(id=trip_id, state__in=sources(to)).update(**fields) != 1:
        raise IllegalTransition
    if to == TripState.CANCELLED:  # a paid one is still to teach
        snapshot_forget(trip_id=trip_id)
    _tell(trip_id, "trip")


def trip_correct(*, trip_id: uuid.UUID, corrections: Sequence[Correction], staff_name: str, now: datetime) -> int:
    """Staff put the sealed basket right: lines change, prices follow, and the new revision is the sealed one.

    Returns that revision. Raises CorrectionInvalid, or IllegalTransition when the trip is not under judgement.
    """
    with transaction.atomic():
        trip = Trip.objects.select_for_update().filter(id=trip_id, state__in=CORRECTABLE).first()
        if trip is None:
            raise IllegalTransition
        basket = basket_of_trip(trip, store_catalogue(trip.store_id))
        corrected = [_correct(basket, correction, at_ms=trip.last_ms) for correction in corrections]
        changed = basket.reprice(now.astimezone(ZoneInfo(basket.catalogue.timezone)))
        lines_save(line_rows(trip.id, changed))
        trip.revision = trip.sealed_revision = basket.revision
        trip.totals, trip.due_minor, trip.items = basket.totals, basket.totals["due"], basket.totals["items"]
        trip.save(update_fields=["revision", "sealed_revision", "totals", "due_minor", "items"])
        # By these a rebuilt engine learns what staff saw in the cart.
        seen = [{"line": line.line, "product": line.article.code, "quantity": line.quantity} for line in corrected]
        _journal(trip, "correct", {"by": staff_name, "lines": [line.line for line in changed], "seen": seen}, now)
        _tell(trip.id, "trip")
    return basket.revision


def discrepancies_settle(*, trip_id: uuid.UUID, state: DiscrepancyState, now: datetime) -> int:
    """What still stands becomes `escalated` or `resolved`; returns how many."""
    standing = [DiscrepancyState.OPEN, DiscrepancyState.ESCALATED]
    rows = Discrepancy.objects.filter(trip_id=trip_id, state__in=standing).exclude(state=state)
    count: int = rows.update(state=state)
    if state == DiscrepancyState.RESOLVED:
        Trip.objects.filter(id=trip_id).update(open_discrepancies=0)
    if count:
        _tell(trip_id, "trip")
    return count


def discrepancies_reopen(*, trip_id: uuid.UUID) -> int:
    """What a review settled stands again, because the review was taken back; returns how many.

    What an earlier review of the trip settled stands again too: who reviews looks at the whole cart.
    """
    rows = Discrepancy.objects.filter(trip_id=trip_id, state=DiscrepancyState.RESOLVED)
    count: int = rows.update(state=DiscrepancyState.ESCALATED, found_true=None)
    Trip.objects.filter(id=trip_id).update(open_discrepancies=count)
    if count:
        _tell(trip_id, "trip")
    return count


def cart_command(*, cart_id: uuid.UUID, name: str, data: dict[str, Any], staff_name: str, now: datetime) -> None:
    """Ask a cart to do something, now, if it is connected; the journal of its trip notes it. Raises NotFound."""
    cart = Cart.objects.filter(id=cart_id, active=True).first()
    if cart is None or name not in COMMANDS:
        raise NotFound("There is no such cart, or no such command.")
    trip = Trip.objects.filter(cart=cart).exclude(state__in=[TripState.PAID, TripState.CANCELLED]).first()
    with transaction.atomic():
        if trip is not None:
            _journal(trip, "command", {"by": staff_name, "name": name, "data": data}, now)
        nudge_cart(cart_id=cart_id, what="command", data={"name": name, "data": data})


def assist_done(*, trip_id: uuid.UUID, now: datetime) -> None:
    """Staff came: the call is over."""
    Trip.objects.filter(id=trip_id).update(assist_reason="", assist_at=None)
    _tell(trip_id, "trip")


def _correct(basket: Basket, correction: Correction, *, at_ms: int) -> Line:
    if not 0 <= correction.quantity <= 999:
        raise CorrectionInvalid("A quantity is between 0 and 999.")
    if correction.line is not None:
        line = basket.lines.get(correction.line)
        if line is None:
            raise CorrectionInvalid(f"The basket has no line {correction.line}.")
        line.quantity = correction.quantity
        line.status = "verified" if correction.quantity else "removed"
        return line
    try:
        article = article_for(basket.catalogue, correction.code or "")
    except UnknownCode as error:
        raise CorrectionInvalid(f"This store sells nothing under {correction.code}.") from error
    added = basket.add(article, quantity=correction.quantity, source="staff", at_ms=at_ms)
    added.status = "verified"
    return added


def _journal(trip: Trip, kind: str, data: dict[str, Any], now: datetime) -> None:
    JournalEntry.objects.create(
        cart_id=trip.cart_id,
        trip=trip,
        origin=Origin.STAFF,
        epoch=0,
        kind=kind,
        at_ms=trip.last_ms,
        arrived_at=now,
        data=data,
    )


def _tell(trip_id: uuid.UUID, what: str) -> None:
    trip = Trip.objects.only("store_id", "cart_id").get(id=trip_id)
    nudge_store(store_id=trip.store_id, what=what, id=str(trip_id))
    nudge_cart(cart_id=trip.cart_id, what=what)
