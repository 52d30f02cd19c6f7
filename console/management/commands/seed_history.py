"""`manage.py seed_history --trips 1000000`: a store with a past, to see how reports bear it."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from console.demo.history import history_seed


class Command(BaseCommand):
    help = "Makes a store with many trips that are over, and the figures of its days. Only where DEMO=1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--trips", type=int, default=1_000_000)
        parser.add_argument("--days", type=int, default=365, help="spread over so many days, today the last")

    def handle(self, *args: Any, trips: int, days: int, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Made-up trips do not belong into a real database: set DEMO=1 if this one is not.")
        if trips < 1 or days < 1:
            raise CommandError("--trips and --days are at least 1")
        store = history_seed(trips=trips, days=days, now=timezone.now(), tell=self.stdout.write)
        self.stdout.write(f"store {store.pk}: /console/stores/{store.pk}/reports/")
