"""What both commands about one shopper are told."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from inventory.models import Retailer
from inventory.privacy.subject import Subject, subject_find

KINDS = {
    "shopper": "a token that the shopper paired with",
    "receipt": "a receipt's id, the last part of its address",
    "card": "a member card's number",
}


def add_handles(parser: ArgumentParser) -> None:
    parser.add_argument("--retailer", required=True, help="its slug")
    for kind, words in KINDS.items():
        parser.add_argument(f"--{kind}", action="append", default=[], metavar="TEXT", help=f"{words}; may be repeated")


def subject_of(options: dict[str, Any]) -> Subject:
    """Raises CommandError when nothing is named or nothing is found."""
    retailer = Retailer.objects.filter(slug=options["retailer"]).first()
    if retailer is None:
        raise CommandError(f"There is no retailer {options['retailer']!r}.")
    handles = {kind: options[kind] for kind in KINDS}
    if not any(handles.values()):
        raise CommandError("Say who it is: --shopper, --receipt or --card.")
    subject = subject_find(retailer=retailer, handles=handles)
    if not subject.trips and not subject.cards:
        raise CommandError("Nothing is kept under this at this retailer.")
    return subject
