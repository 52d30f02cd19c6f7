"""Closes a store's business day, holds the provider's list against our books, and writes files for accounting."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.exports import day_csv, day_poslog
from checkout.models import BusinessDay, DifferenceState
from checkout.models.below import Store
from checkout.services.business_days import day_close, day_of, day_open
from checkout.services.settlement_lists import list_ask, list_take
from inventory.errors import DomainError


class Command(BaseCommand):
    help = "Close a business day (yesterday by default). Run again, it changes nothing that is closed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--store", required=True, help="code, or retailer/code")
        parser.add_argument("--day", help="such as 2026-03-02; yesterday by the store's clock without it")
        parser.add_argument("--ask", action="append", default=[], metavar="PROVIDER", help="ask it for its list")
        parser.add_argument(
            "--list", action="append", default=[], nargs=2, metavar=("PROVIDER", "FILE"), help="take its list"
        )
        parser.add_argument("--csv", type=Path, help="write the cash-up here")
        parser.add_argument("--poslog", type=Path, help="write sales and refunds here, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        store, now = _store(options["store"]), timezone.now()
        try:
            day = date.fromisoformat(options["day"]) if options["day"] else day_of(store, now) - timedelta(days=1)
            row = day_open(store=store, day=day, now=now)
            for provider in options["ask"]:
                list_ask(business_day=row, provider=provider, now=now)
            for provider, file in options["list"]:
                path = Path(file)
                list_take(business_day=row, provider=provider, data=path.read_bytes(), name=path.name, now=now)
            row = day_close(store=store, day=day, now=now)
        except DomainError as error:
            raise CommandError(f"{error.code}: {error.detail}") from error
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self._write(row, options)

    def _write(self, row: BusinessDay, options: dict[str, Any]) -> None:
        if options["csv"]:
            options["csv"].write_text(day_csv(row), encoding="utf-8", newline="")
        if options["poslog"]:
            options["poslog"].write_text(json.dumps(day_poslog(row), ensure_ascii=False, indent=1), encoding="utf-8")
        open_ = row.differences.filter(state=DifferenceState.OPEN).count()
        totals, currency = row.totals, row.store.currency
        self.stdout.write(
            f"{row.store.code} {row.day} closed: {totals['receipts']['count']} receipts, due {totals['sales']['due']}, "
            f"refunded {totals['refunds']['amount']} ({currency}, minor units); {open_} differences to explain"
        )


def _store(text: str) -> Store:
    retailer, slash, code = text.rpartition("/")
    stores = Store.objects.filter(code=code, **({"retailer__slug": retailer} if slash else {}))
    if len(stores) != 1:
        raise CommandError(f"{len(stores)} stores have the code {text!r}: write retailer/code.")
    store: Store = stores.get()
    return store
