"""`manage.py shopper_export`: what is kept of one shopper, as one JSON file."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from inventory.management.commands._shopper import add_handles, subject_of
from inventory.privacy.subject import subject_export


class Command(BaseCommand):
    help = "Writes what is kept of one shopper at one retailer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_handles(parser)
        parser.add_argument("--out", type=Path, help="the file to write; standard output if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        found = subject_export(subject_of(options), now=timezone.now())
        text = json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
        if options["out"] is None:
            self.stdout.write(text)
            return
        options["out"].write_text(text, encoding="utf-8")
        rows = sum(len(rows) for rows in found["tables"].values())
        self.stdout.write(f"{rows} rows of {len(found['tables'])} tables in {options['out']}")
