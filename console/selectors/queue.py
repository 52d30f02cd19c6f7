"""The review queue of a store: open escalations, the longest-waiting first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inventory.models import Store


@dataclass(frozen=True)
class QueueRow:
    """An open escalation. `state` is looking, waiting or claimed; money in minor units."""

    id: str
    state: str
    trip_id: str
    cart: str
    lane_id: str
    lane: str
    due_minor: int
    items: int
    risk: float | None
    reason: str
    more_reasons: int
    claimed_by: str
    opened_at: datetime
    paged_at: datetime | None = None
    paged_to: int = 0


def queue_of(store: Store) -> list[QueueRow]:
    """Open escalations of one store; the claimed ones come after those that nobody has."""
    found = store.escalations.exclude(state="resolved").select_related("checkout__trip__cart", "lane", "claimed_by")
    rows = []
    for escalation in found:
        trip, owner = escalation.checkout.trip, escalation.claimed_by
        reasons = [str(reason.get("text", reason.get("code", ""))) for reason in escalation.reasons]
        rows.append(
            QueueRow(
                id=str(escalation.pk),
                state=escalation.state,
                trip_id=str(trip.pk),
                cart=trip.cart.label,
                lane_id=str(escalation.lane_id or ""),
                lane=escalation.lane.name if escalation.lane else "",
                due_minor=escalation.checkout.amount_minor,
                items=trip.items,
                risk=trip.risk,
                reason=reasons[0] if reasons else "",
                more_reasons=max(0, len(reasons) - 1),
                claimed_by=(owner.get_full_name() or owner.get_username()) if owner else "",
                opened_at=escalation.opened_at,
                paged_at=escalation.paged_at,
                paged_to=escalation.paged_to,
            )
        )
    return sorted(rows, key=lambda row: (row.state == "claimed", row.opened_at))
