"""A receipt shows every tender, on the page, in the PDF, in the mail and as data."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from checkout.models import Receipt
from checkout.pdf._fonts import fonts_ready
from checkout.pdf._sheets import SHEETS
from checkout.pdf._story import Story
from checkout.presenting import shown
from checkout.selectors.orders import order_body
from checkout.services.advancing import payment_advance
from checkout.services.outbox import outbox_deliver
from checkout.services.payments import payment_start
from checkout.services.receipt_mail import mail_ask
from checkout.services.verifying import receipt_verify
from tests.checkout.test_receipts import plain
from tests.checkout.test_tenders import DUE, policy
from tests.checkout.world import NOW, Shop, make_trip, open_checkout

TENDERS = [
    ("gift_card", "sandbox:gift:g200", 200),
    ("points", "sandbox:points:p100", 100),
    ("card", "sandbox:approve", None),
]
TOLD = [
    ("Paid by gift card", "€ 2,00"),
    ("Paid by loyalty points", "€ 1,00"),
    ("Tip", "€ 0,50"),
    ("Paid by card", "€ 3,47"),
]


@pytest.fixture
def receipt(shop: Shop) -> Receipt:
    """Paid by gift card, points and card, with a tip on the card."""
    policy(shop, tips=True)
    checkout = open_checkout(shop, make_trip(shop))
    for place, (method, source, amount) in enumerate(TENDERS):
        now = NOW + timedelta(milliseconds=place)
        attempt = payment_start(
            checkout_id=checkout.id, method=method, source=source, key=source, now=now, amount_minor=amount,
            tip_minor=50 if method == "card" else 0,
        )  # fmt: skip
        payment_advance(attempt_id=attempt.id, now=now)
    return Receipt.objects.get()


def printed(part: Any) -> Iterator[str]:
    """The words of a part of the PDF, and of what is in it."""
    if hasattr(part, "getPlainText"):
        yield part.getPlainText()
    inner = [cell for row in getattr(part, "_cellvalues", ()) for cell in row]
    for one in [*inner, *getattr(part, "_content", ())]:
        yield from printed(one)


@pytest.mark.parametrize("sheet", ["a4", "a6"])
def test_the_pdf_shows_each_tender_and_the_tip(receipt: Receipt, sheet: str) -> None:
    fonts_ready()
    story = Story(shown(receipt), "https://shop.test/r/1", SHEETS[sheet])

    words = [plain(text) for part in story.parts() for text in printed(part)]

    at = words.index("Paid by gift card · " + receipt.body["payments"][0]["reference"])
    assert [words[at + 1 : at + 8 : 2], words[at + 4]] == [["€ 2,00", "€ 1,00", "€ 0,50", "€ 3,47"], "Tip"]


def test_page_and_mail_show_each_tender_and_the_tip(receipt: Receipt, client: Client) -> None:
    mail_ask(receipt=receipt, address="ana@example.org", now=NOW)
    outbox_deliver(now=NOW)
    page = plain(client.get(f"/r/{receipt.public_id}/").content.decode())
    lines = plain(str(mail.outbox[0].body))

    for how, amount in TOLD:
        assert f"{how}: {amount}" in lines
        assert how in page
        assert f'"amount">{amount}' in page


def test_what_is_shown_as_paid_is_what_was_due_and_the_tip(receipt: Receipt) -> None:
    rows = receipt.body["payments"]

    assert sum(row["amount"] for row in rows) == DUE == receipt.body["totals"]["due"]
    assert [row.get("tip", 0) for row in rows] == [0, 0, 50]
    assert order_body(receipt)["tenders"] == rows
    assert receipt_verify(receipt).code == "genuine"


def test_a_forged_tender_is_noticed(receipt: Receipt) -> None:
    receipt.body["payments"][0]["amount"] += 1

    assert receipt_verify(receipt).code != "genuine"
