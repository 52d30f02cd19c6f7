"""After a restore: what the lost hours may have made untrue is ended, so that nothing is charged again or opens twice.

The database knows nothing of what happened after its backup. A trip that was live then may have been paid since; a
picture that was there then has had its date; a pass may be spent. An attempt whose end is not known stays: it is asked
after with the key it always had, and so is never made twice.
"""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from carts.errors import IllegalTransition
from carts.services.settlement import trip_transition
from checkout.models import ExitPass, Frame
from checkout.models.below import Retailer, Trip, TripState
from checkout.services.checkouts import checkout_leave
from inventory.services.audit import audit_record

REASON = "The store's data was put back from a backup; please start again."
UNDECIDED = [TripState.SHOPPING, TripState.SEALED, TripState.IN_REVIEW, TripState.CLEARED]


class Ended(NamedTuple):
    """How many of each were ended."""

    trips: int
    pictures: int
    passes: int


@transaction.atomic
def restored_settle(*, taken_at: str, now: datetime) -> Ended:
    """Ends live trips and passes and forgets pictures, in one transaction, with a note in every tenant's audit log."""
    trips = 0
    for trip_id in Trip.objects.filter(state__in=UNDECIDED).values_list("id", flat=True):
        checkout_leave(trip_id=trip_id, now=now)
        try:
            trip_transition(trip_id=trip_id, to=TripState.CANCELLED, reason=REASON, now=now)
        except IllegalTransition:
            continue
        trips += 1
    pictures = Frame.objects.filter(deleted_at=None).update(deleted_at=now, image="")
    passes = ExitPass.objects.filter(used_at=None).update(used_at=now)
    ended = Ended(trips, pictures, passes)
    for retailer in Retailer.objects.all():
        audit_record(
            action="backup.restore",
            subject=f"retailer:{retailer.pk}",
            retailer=retailer,
            actor_name="operator",
            detail={"taken_at": taken_at, **ended._asdict()},
            now=now,
        )
    return ended
