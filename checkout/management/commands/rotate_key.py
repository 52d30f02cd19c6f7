"""Makes a new signing key of a retailer, or revokes one that was lost."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from checkout.models import KeyPurpose, SigningKey
from checkout.models.below import Retailer
from checkout.services.signing import key_revoke, key_rotate


class Command(BaseCommand):
    help = "Rotate the key for receipts or passes; what the old one signed stays valid. Or revoke one (--revoke)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--retailer", required=True, help="its slug")
        parser.add_argument("--purpose", choices=KeyPurpose.values, default=KeyPurpose.RECEIPT.value)
        parser.add_argument("--revoke", metavar="KEY", help="the key's id")

    def handle(self, *args: Any, **options: Any) -> None:
        retailer = Retailer.objects.filter(slug=options["retailer"]).first()
        if retailer is None:
            raise CommandError(f"There is no retailer {options['retailer']!r}.")
        now = timezone.now()
        if options["revoke"]:
            if not SigningKey.objects.filter(retailer=retailer, kid=options["revoke"]).exists():
                raise CommandError("This retailer has no such key.")
            key = key_revoke(kid=options["revoke"], now=now)
            self.stdout.write(f"{key.kid} is revoked.")
            return
        key = key_rotate(retailer_id=retailer.pk, purpose=KeyPurpose(options["purpose"]), now=now)
        self.stdout.write(f"{key.kid} signs {key.get_purpose_display().lower()} from now on.")
