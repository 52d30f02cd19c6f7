"""What staff corrected is agreed to by the shopper: said on the screen, or by paying the corrected sum."""

from datetime import datetime
from typing import Literal

from checkout.models import Checkout
from inventory.services.audit import audit_record


def correction_agreed(checkout: Checkout, *, how: Literal["screen", "payment"], now: datetime) -> None:
    """Note it in the audit log, once. Call it in a transaction; nothing happens when nothing was to be agreed to."""
    # The revision once more in the UPDATE: a correction that came this very moment is not confirmed unseen.
    rows = Checkout.objects.filter(id=checkout.id, revision=checkout.revision, unconfirmed=True)
    if rows.update(unconfirmed=False) == 1:
        audit_record(
            action="correction.confirm",
            subject=f"checkout:{checkout.id}",
            actor_name="shopper",
            store=checkout.store,
            detail={"revision": checkout.revision, "changes": checkout.corrected, "how": how},
            now=now,
        )
