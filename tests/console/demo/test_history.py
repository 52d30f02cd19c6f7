"""A store with a past, small."""

from datetime import datetime

import pytest
from django.core.management import CommandError, call_command

from console.demo.history import history_seed
from console.figures import added
from console.presenting.reports import estimates
from console.selectors.reports import first_day, losses_kept, span_of


@pytest.mark.django_db
def test_a_seeded_past_has_every_trip_in_the_reports(now: datetime) -> None:
    store = history_seed(trips=300, days=12, now=now, tell=lambda text: None)

    begun = first_day(store)
    assert begun is not None
    span = span_of(store, first=begun, now=now)

    whole = added(figures for _, figures in span.days)
    assert (whole.ended, whole.paid + whole.cancelled, span.missing) == (300, 300, 0)
    assert whole.settle_s
    months = estimates(losses_kept(store, begun))
    assert sum(row.trips for row in months) <= whole.paid
    assert {row.mode for row in months} == {"Carts", "Phones"}
    assert whole.groups["guest"][0] + whole.groups["known"][0] == whole.paid


def test_a_made_up_past_is_only_for_demo_databases() -> None:
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("seed_history")
