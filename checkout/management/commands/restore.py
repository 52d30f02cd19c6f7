"""manage.py restore FOLDER [--check] [--replace]"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.backups import BackupError, backup_check, backup_put
from checkout.services.restoring import restored_settle


class Command(BaseCommand):
    """Puts a backup back, migrates it, and ends what the lost hours made untrue."""

    help = "Put a backup back. Stop servers, workers and beat first."
    requires_system_checks: list[str] = []  # the database may be empty

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--check", action="store_true", help="only say whether it is whole and fits")
        parser.add_argument(
            "--replace", action="store_true", help="put it in the place of what is there, which is lost"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        data = Path(settings.DATA_DIR)
        try:
            found = backup_check(options["folder"])
            if options["check"]:
                self.stdout.write(f"whole: {len(found.files)} files, as of {found.taken_at}")
                return
            self.stdout.write(f"putting back what was there at {found.taken_at} …")
            backup_put(folder=options["folder"], data=data, replace=options["replace"])
        except BackupError as error:
            raise CommandError(str(error)) from None
        call_command("migrate", verbosity=0)
        ended = restored_settle(taken_at=found.taken_at, now=timezone.now())
        self.stdout.write(
            f"done: {ended.trips} live trips cancelled, {ended.passes} exit passes spent, "
            f"{ended.pictures} pictures forgotten.\n"
            "Credentials that were revoked since then are valid again: look through devices and people. Charges made "
            "since then have no row: compare the provider's list on the end-of-day page."
        )
