"""manage.py backup FOLDER"""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.backups import BackupError, backup_take


class Command(BaseCommand):
    """Takes a backup while the store runs."""

    help = "Write a backup (database in one snapshot, pictures of products, archived journal) into a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("writing …")
        try:
            taken = backup_take(folder=options["folder"], data=Path(settings.DATA_DIR), now=timezone.now())
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{options['folder']}: {len(taken.files)} files, as of {taken.taken_at}")
