"""Whether a day's random checks were those that the disclosed seeds ask for, and evenly spread over stores."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkout.models import DrawDay
from checkout.selectors.draws import DayDrawn, day_drawn


class Command(BaseCommand):
    """One row a store; ends with status 1 when a seed, a draw or a check is not as it was bound."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("retailer", help="the retailer's slug")
        parser.add_argument("day", type=date.fromisoformat, help="as YYYY-MM-DD, in UTC")

    def handle(self, *args: Any, retailer: str, day: date, **options: Any) -> None:
        rows = DrawDay.objects.filter(store__retailer__slug=retailer, day=day).exclude(seed="").select_related("store")
        days = [day_drawn(row) for row in rows.order_by("store__code")]
        if not days:
            raise CommandError("Nothing of this day is disclosed: seeds follow two days after the day has begun.")
        self.stdout.write(
            f"{'store':16}{'bound before':>14}{'trips':>8}{'expected':>10}{'drawn':>7}{'checked':>9}{'sigma':>7}"
        )
        for found in days:
            self.stdout.write(_line(found))
        faults = [f"{found.row.store.code}: {fault}" for found in days for fault in found.faults]
        for fault in faults:
            self.stdout.write(f"NOT AS BOUND  {fault}")
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("holds: every check was drawn, by the seed that was bound")


def _line(found: DayDrawn) -> str:
    checked = sum(trip.checked for trip in found.trips)
    sigma = (found.drawn - found.expected) / found.spread if found.spread else 0.0
    early = "yes" if found.row.made_at.date() < found.row.day else "no"
    return (
        f"{found.row.store.code[:15]:16}{early:>14}{len(found.trips):>8}{found.expected:>10.1f}{found.drawn:>7}"
        f"{checked:>9}{sigma:>+7.1f}"
    )
