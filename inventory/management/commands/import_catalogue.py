"""`manage.py import_catalogue FILE --store CODE`: products and prices from a CSV or XLSX."""

from argparse import ArgumentParser
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from inventory.errors import DomainError
from inventory.imports import FIELDS, mapping_from_text
from inventory.models import CatalogueImport, ImportState
from inventory.selectors.stores import store_by_code
from inventory.services.catalogue_import import catalogue_import


class Command(BaseCommand):
    help = "Imports products and the prices of one store, all or nothing. Fields: " + ", ".join(f.name for f in FIELDS)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--store", required=True, help="the store's code, or retailer/code where it is not unique")
        parser.add_argument("--map", default="", help="field=column pairs with commas; guessed if absent")
        parser.add_argument(
            "--skip-bad-rows", action="store_true", help="leave out rows with problems, apply the others"
        )
        parser.add_argument("--dry-run", action="store_true", help="check and tell, but write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        begun = monotonic()
        try:
            store = store_by_code(options["store"])
            data = options["file"].read_bytes()
            record = catalogue_import(
                store_id=store.pk, data=data, filename=options["file"].name, now=timezone.now(),
                mapping=mapping_from_text(options["map"]), dry_run=options["dry_run"],
                skip_problems=options["skip_bad_rows"], say=lambda step: self.stdout.write(str(step)),
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        except DomainError as error:
            raise CommandError(f"{error.detail} ({error.code})") from error
        self._tell(record, monotonic() - begun)

    def _tell(self, record: CatalogueImport, seconds: float) -> None:
        columns = ", ".join(f"{field}={column}" for field, column in record.mapping.items())
        self.stdout.write(f"columns: {columns}")
        self.stdout.write(
            f"{record.rows} rows: {record.created} new, {record.changed} changed, {record.unchanged} unchanged, "
            f"{record.prices} prices, {record.problem_count} problems; {seconds:.1f} s"
        )
        for problem in record.problems[:20]:
            self.stdout.write(f"  line {problem['line']}, {problem['field']} {problem['value']!r}: {problem['reason']}")
        if record.state == ImportState.REFUSED:
            raise CommandError("Nothing was written: mend the rows above, or leave them out with --skip-bad-rows.")
        self.stdout.write(record.get_state_display())
