"""Makes, lists and revokes tokens with which a retailer's systems read orders and days."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.models import ExportToken
from checkout.models.below import Retailer
from checkout.services.order_feed import token_create, token_revoke
from inventory.access import Scope


class Command(BaseCommand):
    help = "Make a token (--name), revoke one (--revoke), or list a retailer's tokens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retailer", required=True, help="its slug")
        parser.add_argument("--name", help="what reads with it, such as ERP")
        parser.add_argument(
            "--scope", action="append", choices=list(Scope), help="what it may do; may be repeated; all if absent"
        )
        parser.add_argument("--revoke", type=int, metavar="NUMBER", help="a token's number in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        retailer = Retailer.objects.filter(slug=options["retailer"]).first()
        if retailer is None:
            raise CommandError(f"There is no retailer {options['retailer']!r}.")
        rows = ExportToken.objects.filter(retailer=retailer)
        if options["name"]:
            scopes = [Scope(name) for name in options["scope"] or Scope]
            row, text = token_create(
                retailer=retailer, name=options["name"], staff=None, now=timezone.now(), scopes=scopes
            )
            self.stdout.write(f"{row.pk} {row.name} ({row.scopes})\n{text}\nKeep it: it is not shown again.")
        elif options["revoke"]:
            found = rows.filter(pk=options["revoke"]).first()
            if found is None:
                raise CommandError("This retailer has no such token.")
            token_revoke(token=found, now=timezone.now())
            self.stdout.write(f"{found.pk} {found.name} is revoked.")
        else:
            for row in rows.order_by("pk"):
                used = f"last used {row.last_used_at:%Y-%m-%d %H:%M}" if row.last_used_at else "never used"
                self.stdout.write(f"{row.pk} {row.name} ({row.scopes}): {'revoked' if row.revoked_at else used}")
