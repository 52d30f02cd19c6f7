"""`manage.py export_catalogue --store CODE`: what a store sells, as CSV that `import_catalogue` reads back."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.errors import NotFound
from inventory.selectors.catalogue import store_catalogue
from inventory.selectors.exporting import export_rows
from inventory.selectors.stores import store_by_code


class Command(BaseCommand):
    help = "Writes products and prices of one store as CSV in UTF-8."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", required=True, help="the store's code, or retailer/code where it is not unique")
        parser.add_argument("--out", type=Path, help="the file to write; standard output if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store = store_by_code(options["store"])
        except NotFound as error:
            raise CommandError(error.detail) from None
        rows = export_rows(store_catalogue(store.pk))
        if options["out"] is None:
            csv.writer(self.stdout).writerows(rows)
            return
        try:
            with options["out"].open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
