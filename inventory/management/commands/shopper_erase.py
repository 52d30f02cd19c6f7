"""`manage.py shopper_erase`: what need not be kept of one shopper goes; the books stay."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventory.management.commands._shopper import add_handles, subject_of
from inventory.privacy.subject import TripUnderWay, subject_erase


class Command(BaseCommand):
    help = "Erases one shopper at one retailer; without --yes it only says what it is about."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_handles(parser)
        parser.add_argument("--yes", action="store_true", help="do it: there is no way back")
        parser.add_argument("--by", default="operator", help="who does it, for the audit log")

    def handle(self, *args: Any, **options: Any) -> None:
        subject = subject_of(options)
        self.stdout.write(f"{len(subject.trips)} trips and {len(subject.cards)} member cards.")
        if not options["yes"]:
            self.stdout.write("Nothing was changed. Say --yes to erase them.")
            return
        try:
            done = subject_erase(subject, by=options["by"], now=timezone.now())
        except TripUnderWay as error:
            raise CommandError(error.detail) from None
        for label, count in done.items():
            self.stdout.write(f"{label}: {count}")
        self.stdout.write("Erased. Books, receipts and the audit log stay as they were.")
