"""`manage.py usage_statement`: what retailers used in a month, to read or as CSV."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from checkout.selectors.usage import Usage, usage_csv, usage_of_all, usage_sum

LINE = "{0:24} {1:>8} {2:>8} {3:>8} {4:>8}"


class Command(BaseCommand):
    help = "Carts, trips and glances of a month, by store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retailer", help="its slug; all retailers if absent")
        parser.add_argument("--month", help="such as 2026-10; the month before this one if absent")
        parser.add_argument("--csv", type=Path, help="a file to write instead")

    def handle(self, *args: Any, **options: Any) -> None:
        month, today = _month(options["month"]), timezone.now().date()
        found = usage_of_all(month, slug=options["retailer"])
        if not found:
            raise CommandError("There is no such retailer.")
        if options["csv"]:
            options["csv"].write_text(usage_csv(row for rows in found.values() for row in rows), encoding="utf-8")
            self.stdout.write(f"{sum(map(len, found.values()))} stores in {options['csv']}")
            return
        for retailer, rows in found.items():
            so_far = ", so far" if (month.year, month.month) >= (today.year, today.month) else ""
            self.stdout.write(f"\n{retailer}: {month:%Y-%m}{so_far}")
            self.stdout.write(LINE.format("store", "carts", "trips", "paid", "glances"))
            for row in [*rows, usage_sum(retailer, rows)]:
                self.stdout.write(_line(row))


def _line(row: Usage) -> str:
    return LINE.format(row.store, row.carts, row.trips, row.paid, row.glances)


def _month(text: str | None) -> date:
    if text is None:
        today = timezone.now().date()
        return date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError("A month is such as 2026-10.") from None
