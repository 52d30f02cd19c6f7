"""Past days are counted once and kept, and what was lost is estimated month by month."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from checkout.selectors.losses import losses_of
from console.figures import VERSION
from console.selectors.reports import days_to_keep, figures_of_day, midnight, months_to_keep

if TYPE_CHECKING:
    from inventory.models import Store


def days_keep(*, store: Store, now: datetime) -> int:
    """Counts and keeps the store's past days, the last ones anew; says how many. Run twice, it is the same."""
    days = days_to_keep(store, now)
    for day in days:
        figures = msgspec.to_builtins(figures_of_day(store, day))
        store.report_days.update_or_create(
            day=day, defaults={"figures": figures, "version": VERSION, "counted_at": now}
        )
    return len(days)


def months_keep(*, store: Store, now: datetime) -> int:
    """Estimates what each month lost that is not estimated yet, and the current one up to today; says how many."""
    months = months_to_keep(store, now)
    for month, until in months:
        found = losses_of(store, since=midnight(store, month), until=midnight(store, until))
        losses = [{**row._asdict(), "loss": row.loss and row.loss._asdict()} for row in found]
        store.report_months.update_or_create(
            month=month, defaults={"until": until, "losses": losses, "counted_at": now}
        )
    return len(months)
