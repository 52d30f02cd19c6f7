"""What a look into the cart found about a trip's discrepancies: said by checkout, used by budget and learning."""

import uuid
from collections.abc import Collection

from carts.models import Checked, Discrepancy, DiscrepancyState, Trip

# A product that staff added explains weight that had no scan, or came along with one.
ADDED = frozenset({"unscanned", "mismatch"})


def trip_found(
    *, trip_id: uuid.UUID, by_staff: bool, refused: bool = False, lines: Collection[int] = (), added: bool = False
) -> None:
    """Write down what a look found: nothing wrong, or wrong `lines`, something `added`, or all of it (`refused`).

    Discrepancies that the shopper had put right before the look stay without a finding. Called in the transaction
    that ends the look, before its discrepancies are settled.
    """
    Trip.objects.filter(id=trip_id).update(checked_by=Checked.STAFF if by_staff else Checked.CAMERA)
    standing = [DiscrepancyState.OPEN, DiscrepancyState.ESCALATED]
    for row in Discrepancy.objects.filter(trip_id=trip_id, state__in=standing):
        row.found_true = refused or row.line in lines or (added and row.kind in ADDED)
        row.save(update_fields=["found_true"])
