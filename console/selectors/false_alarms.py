"""Which goods cause alarms that turned out to be none."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from inventory.models import Store

DAYS: Final = 28
CLEARED: Final = ("cleared", "seen")


def false_alarms(store: Store, now: datetime) -> Counter[str]:
    """False alarms of four weeks by article number.

    An alarm was false when the trip was paid and its review found the basket right, by a person or the camera.
    """
    paid = store.trips.filter(state="paid", ended_at__gte=now - timedelta(days=DAYS))
    right = paid.filter(checkouts__escalations__conclusion__in=CLEARED)
    rows = right.filter(discrepancies__isnull=False).values_list("discrepancies__id", "discrepancies__products")
    found: Counter[str] = Counter()
    for products in dict(rows).values():
        found.update({str(code) for code in products or ()})
    return found
