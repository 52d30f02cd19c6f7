"""manage.py whatif --store CODE [--last N] or TRIPS.jsonl[.gz] ... --catalog CATALOG.csv; --set FIELD=VALUE ..."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from carts.management.commands.replay import readable_files
from carts.reconciliation import Policy
from carts.replay import Comparison, changed_policy, compare, read_catalogue, recorded
from carts.services.policies import RANGES
from carts.services.whatif import Bench, bench_for, stored_compare
from inventory.errors import NotFound
from inventory.selectors.stores import store_by_code

EPILOG = """
what can be set (the least and the most that a store may set):
{ranges}

examples:
  manage.py whatif --store market --set alarm_probability=0.9
  manage.py whatif --store hill-foods/market --last 200 --set scan_grace_ms=8000 --set review_risk=0.9 --list
  manage.py whatif trips.jsonl.gz --catalog catalog.csv --set alarm_probability=0.9
"""
WORDS = {
    "trips": "trips judged",
    "alarmed": "trips with an alarm",
    "reviewed": "trips sent to review",
    "alarms": "alarms",
    "corrected": "  put right by the shopper",
    "caught": "  standing at the end",
    "caught_minor": "  worth of those",
    "true": "alarms that a look found true",
    "false": "alarms that a look found false",
}


class Command(BaseCommand):
    help = (
        "Judges trips that have happened under another policy, and says what would have changed: alarms, reviews, "
        "catches and their money. Changes nothing. A store's own last trips come from the database (--store), recorded "
        "ones from files."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        ranges = "\n".join(f"  {name:18s} {least:g} to {most:g}" for name, (least, most) in RANGES.items())
        parser.epilog = EPILOG.format(ranges=ranges)
        parser.add_argument("trips", nargs="*", type=Path, help="files of recorded trips, instead of --store")
        parser.add_argument("--catalog", type=Path, help="the files' catalogue, as CSV")
        parser.add_argument("--store", help="the store's code, or retailer/code where it is not unique")
        parser.add_argument("--last", type=int, default=500, metavar="N", help="its last N trips (500)")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", dest="settings_")
        parser.add_argument("--list", action="store_true", help="name every trip that would have gone another way")
        parser.add_argument("--json", action="store_true", help="the same as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["store"]) == bool(options["trips"]):
            raise CommandError("Name either a store (--store CODE) or files of recorded trips with --catalog.")
        if not options["settings_"]:
            raise CommandError("Say what to change, for example --set alarm_probability=0.9; --help lists the fields.")
        money = "minor units"
        if options["store"]:
            try:
                store = store_by_code(options["store"])
            except NotFound as error:
                raise CommandError(error.detail) from None
            money = f"{store.currency}, minor units"
            found = self.of_store(store.pk, options)
        else:
            found = self.of_files(options)
        if options["json"]:
            self.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode())
        else:
            self.report(found, money, options["list"])

    def of_store(self, store_id: int, options: dict[str, Any]) -> Comparison:
        if options["last"] < 1:
            raise CommandError("--last is the number of trips: 1 or more.")
        bench = bench_for(store_id, None, now=timezone.now())
        after = self.changed(bench.before, options["settings_"])
        found = stored_compare(Bench(bench.context, bench.before, after), most=options["last"], progress=self.progress)
        if not found.before.trips:
            raise CommandError(
                "This store has no sealed trips whose weight is still kept (30 days): there is nothing to replay."
            )
        return found

    def of_files(self, options: dict[str, Any]) -> Comparison:
        if options["catalog"] is None:
            raise CommandError("Recorded trips need their catalogue: --catalog CATALOG.csv.")
        after = self.changed(Policy(), options["settings_"])
        with readable_files():
            products = read_catalogue(options["catalog"])
            return compare(recorded(options["trips"]), products, Policy(), after, lambda done: self.progress(done, 0))

    def changed(self, policy: Policy, settings: list[str]) -> Policy:
        try:
            after = changed_policy(policy, settings)
        except (ValueError, msgspec.MsgspecError) as error:
            raise CommandError(str(error)) from error
        for name, (least, most) in RANGES.items():
            if not least <= getattr(after, name) <= most:
                self.stderr.write(f"{name}: a store may set {least:g} to {most:g} only; replayed all the same.")
        return after

    def progress(self, done: int, wanted: int) -> None:
        """A line that counts up, where somebody is watching."""
        if sys.stderr.isatty():
            of = f" of {wanted}" if wanted else ""
            self.stderr.write(f"\r{done}{of} trips", ending="" if done != wanted else "\n")

    def report(self, found: Comparison, money: str, every: bool) -> None:
        before, after = msgspec.to_builtins(found.before), msgspec.to_builtins(found.after)
        self.stdout.write(f"{'':32s} {'now':>9s} {'then':>9s} {'change':>9s}")
        for name, words in WORDS.items():
            unit = f" ({money})" if name.endswith("_minor") else ""
            change = after[name] - before[name]
            self.stdout.write(f"{words:32s} {before[name]:9d} {after[name]:9d} {change:+9d}{unit}")
        one = len(found.changes) == 1
        self.stdout.write(f"{len(found.changes)} {'trip' if one else 'trips'} would have gone another way.")
        for change in found.changes if every else ():
            self.stdout.write(
                f"  {change.trip}: {' -> '.join(change.outcome)}, alarms {change.alarms[0]} -> {change.alarms[1]}"
            )
