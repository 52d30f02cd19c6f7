"""Whether random checks were those that the disclosed seeds ask for, and evenly spread over stores and people."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from checkout.audits import Group, evenness, together
from checkout.models import DrawDay
from checkout.models.below import Retailer
from checkout.selectors.draws import DayDrawn, day_drawn, reviewers_drawn

IMPROBABLE = 0.0001


class Command(BaseCommand):
    """One row a store and day, one a person; ends with status 1 when a seed, a draw or a check is not as it was bound,
    or when stores were drawn so unevenly as fair draws are once in 10,000 times."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("retailer", help="the retailer's slug")
        parser.add_argument("day", type=date.fromisoformat, help="the first day, as YYYY-MM-DD, in UTC")
        parser.add_argument("--days", type=int, default=1, help="how many days from it (default 1)")

    def handle(self, *args: Any, retailer: str, day: date, days: int, **options: Any) -> None:
        end = day + timedelta(days=days)
        rows = DrawDay.objects.filter(store__retailer__slug=retailer, day__gte=day, day__lt=end).exclude(seed="")
        found = [day_drawn(row) for row in rows.select_related("store").order_by("store__code", "day")]
        if not found:
            raise CommandError("Nothing of this day is disclosed: seeds follow two days after the day has begun.")
        self.stdout.write(
            f"{'store':16}{'day':>12}{'bound before':>14}{'trips':>8}{'expected':>10}{'drawn':>7}"
            f"{'checked':>9}{'sigma':>7}"
        )
        for one in found:
            self.stdout.write(_line(one))
        even = evenness(_by_store(found))
        self.stdout.write(f"stores: fair draws are spread as unevenly as this with a chance of {even:.3f}")
        self._people(Retailer.objects.get(slug=retailer), day, days)
        faults = [f"{one.row.store.code} {one.row.day}: {fault}" for one in found for fault in one.faults]
        if even < IMPROBABLE:
            faults.append("the draws are not evenly spread over the stores")
        for fault in faults:
            self.stdout.write(f"NOT AS BOUND  {fault}")
        if faults:
            raise CommandError(f"{len(faults)} faults")
        self.stdout.write("holds: every check was drawn, by the seed that was bound")

    def _people(self, retailer: Retailer, day: date, days: int) -> None:
        """Who settled random checks. People choose what they take, so this is told and no fault of the draws."""
        people = reviewers_drawn(retailer, first=day, days=days)
        if not people:
            return
        self.stdout.write(f"{'person':28}{'reviews':>9}{'expected':>10}{'random':>8}{'sigma':>7}")
        for name, (reviews, group) in people.items():
            self.stdout.write(
                f"{name[:27]:28}{reviews:>9}{group.expected:>10.1f}{group.drawn:>8}{_sigma(group):>+7.1f}"
            )
        even = evenness([group for _, group in people.values()], given=1)
        self.stdout.write(f"people: by chance they share random checks as unevenly as this with {even:.3f}")


def _by_store(found: Iterable[DayDrawn]) -> list[Group]:
    stores: dict[int, Group] = {}
    for one in found:
        stores[one.row.store_id] = together([stores.get(one.row.store_id, Group(0, 0.0, 0.0)), one.group])
    return list(stores.values())


def _line(found: DayDrawn) -> str:
    checked = sum(trip.checked for trip in found.trips)
    early = "yes" if found.row.made_at.date() < found.row.day else "no"
    return (
        f"{found.row.store.code[:15]:16}{found.row.day.isoformat():>12}{early:>14}{len(found.trips):>8}"
        f"{found.expected:>10.1f}{found.drawn:>7}{checked:>9}{_sigma(found.group):>+7.1f}"
    )


def _sigma(group: Group) -> float:
    return float((group.drawn - group.expected) / group.variance**0.5) if group.variance else 0.0
