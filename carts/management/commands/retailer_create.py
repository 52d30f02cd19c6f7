"""`manage.py retailer_create`: a retailer with a store of a kind of venue, a manager and carts to enrol."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from carts.services.fleet import LIFETIME, carts_create
from carts.services.policies import policy_in_force
from inventory.models import Venue
from inventory.services.retailers import SignedUp, SignUpRefused, retailer_create

FIELDS = ("country", "currency", "language", "timezone")
NEXT = """
What to do next:
  1. Sign in at {url}/console/ as {manager}{password}
  2. Bring the catalogue:  python manage.py import_catalogue --store {retailer}/{code} FILE.csv
     (what a file looks like: docs/catalogue.md; the console's admin takes one too)
  3. Open {url}/tablet/ on each cart and enter its code, good for {days} days:
{codes}
  4. Set up payment (docs/checkout.md), cameras and staff in the console.
  5. A token for the retailer's own systems:  python manage.py export_token --retailer {retailer} --name ERP
"""


class Command(BaseCommand):
    help = "Signs a retailer up from a venue's profile, and says what to do next."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the retailer's, such as 'Hill & Vale'")
        parser.add_argument("--venue", choices=list(Venue.values), default=Venue.SUPERMARKET.value)
        parser.add_argument("--manager", required=True, help="an e-mail address; gets the role of all its stores")
        parser.add_argument("--store", help="the first store's name; the retailer's if absent")
        parser.add_argument("--lanes", type=int, default=1)
        parser.add_argument("--carts", type=int, default=1)
        for field in FIELDS:
            parser.add_argument(f"--{field}", help="as the store has it; AT, EUR, en, Europe/Vienna if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        told = options["store"] or options["name"]
        store = {"code": slugify(told), "name": told, "venue": options["venue"]}
        store |= {field: options[field] for field in FIELDS if options[field]}
        try:
            with transaction.atomic():
                made = retailer_create(
                    name=options["name"], store=store, lanes=options["lanes"], manager=options["manager"],
                    by="operator", now=now,
                )  # fmt: skip
                codes = carts_create(store_id=made.store.pk, count=options["carts"], now=now)
                policy_in_force(store_id=made.store.pk, now=now)
        except SignUpRefused as error:
            raise CommandError(f"Nothing was made. {error.detail}") from None
        self.stdout.write(f"{made.store.retailer} has a store, {made.store}: {made.store.get_venue_display()}.")
        self.stdout.write(_next(made, codes))


def _next(made: SignedUp, codes: dict[str, str]) -> str:
    return NEXT.format(
        url=settings.PUBLIC_URL.rstrip("/"),
        manager=made.manager.get_username(),
        password=f", password {made.password} (shown this once)" if made.password else ", with the password they have",
        retailer=made.store.retailer.slug,
        code=made.store.code,
        days=LIFETIME.days,
        codes="\n".join(f"       {label}  {code}" for label, code in codes.items()),
    )
