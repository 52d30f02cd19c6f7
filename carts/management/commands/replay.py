"""manage.py replay TRIPS.jsonl[.gz] [MORE ...] --catalog CATALOG.csv --out VERDICTS.jsonl [--plot TRIP]"""

from __future__ import annotations

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError

from carts.reconciliation import Policy, ProductFacts, WeightBook
from carts.replay import plot_trip, read_catalogue, recorded, replay_files, replay_trip, resolver
from carts.selectors.stored import find_trip
from carts.services.drawing import trip_drawing

EPILOG = """
examples:
  manage.py replay trips.jsonl.gz --catalog catalog.csv --out verdicts.jsonl
  manage.py replay trips.jsonl.gz --catalog catalog.csv --plot dev-score-0007 --out trip.svg
  manage.py replay --plot 3f2a9c1b --out trip.svg      a trip of the database, by its id or the id's first 8 letters
"""


@contextmanager
def readable_files() -> Iterator[None]:
    """What is wrong with a file as one sentence; also for the command `whatif`."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"{error.filename or 'A file'} can't be read or written: {error.strerror or error}."
        ) from error
    except KeyError as error:
        raise CommandError(f"The catalogue has no column {error}: see docs/reconciliation.md.") from error
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, EOFError) as error:
        raise CommandError(f"A line is not a recorded trip, or a number of the catalogue is none: {error}") from error


class Command(BaseCommand):
    help = (
        "Runs recorded trips through the live stream's engine, a verdict per trip; touches no database. With --plot a "
        "trip is drawn instead (weight, levels, scans, hypotheses, discrepancies), of the files or of the database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EPILOG
        parser.add_argument("trips", nargs="*", type=Path, help="files of recorded trips")
        parser.add_argument("--catalog", type=Path, help="the files' catalogue, as CSV")
        parser.add_argument("--out", required=True, type=Path, help="verdicts, or the SVG with --plot")
        parser.add_argument("--plot", metavar="TRIP", help="draw this trip instead")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["trips"]:
            if not options["plot"]:
                raise CommandError("Name files of recorded trips, or a trip of the database with --plot TRIP.")
            drawing = self.stored(options["plot"])
            with readable_files():
                options["out"].write_text(drawing, encoding="utf-8")
            return
        if options["catalog"] is None:
            raise CommandError("Recorded trips need their catalogue: --catalog CATALOG.csv.")
        with readable_files():
            self.replay(options)

    def replay(self, options: dict[str, Any]) -> None:
        products = read_catalogue(options["catalog"])
        if options["plot"]:
            options["out"].write_text(self.drawn(options["trips"], products, options["plot"]), encoding="utf-8")
            return
        with options["out"].open("wb") as handle:
            for verdict in replay_files(options["trips"], products):
                handle.write(msgspec.json.encode(verdict) + b"\n")

    def drawn(self, paths: list[Path], products: list[ProductFacts], name: str) -> str:
        book, resolve, policy = WeightBook(products), resolver(products), Policy()
        for trip in recorded(paths):
            if trip.trip == name:
                return plot_trip(trip, book, policy, resolve)
            engine, _, _ = replay_trip(trip, book, policy, resolve)
            book.learn(engine.lessons())
        raise CommandError(f"No trip {name} in these files.")

    def stored(self, name: str) -> str:
        trip = find_trip(name)
        if trip is None:
            raise CommandError(f"No trip, or more than one, begins with {name}: write the id, or its first 8 letters.")
        drawing = trip_drawing(trip)
        if drawing is None:
            raise CommandError("The weight of this trip is no longer kept (30 days): it can't be drawn.")
        return drawing
