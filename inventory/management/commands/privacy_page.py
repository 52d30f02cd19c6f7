"""`manage.py privacy_page`: whether docs/privacy.md is what the register says, and writing it anew."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inventory.privacy.page import PATH, page
from inventory.privacy.register import faults


class Command(BaseCommand):
    help = "Checks the register of data and its page; --write makes the page anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if wrong := faults():
            raise CommandError("\n".join(wrong))
        path = Path(__file__).parents[3] / PATH
        if options["write"]:
            path.write_text(page(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != page():
            raise CommandError(f"{PATH} is not what the register says: run it with --write.")
        self.stdout.write(f"{PATH} is what the register says.")
