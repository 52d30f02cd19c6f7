"""The receipt by e-mail: for who asks, once, and the address is gone afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client

from checkout.models import OutboxMessage, Receipt, ReceiptMail
from checkout.services.outbox import outbox_deliver
from checkout.services.receipt_mail import GIVE_UP, MailOften, mail_ask, mails_expire
from checkout.services.verifying import file_verify
from config.mail import mail_config
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop

ANA = "ana@example.org"


@pytest.fixture
def receipt(shop: Shop) -> Receipt:
    return receipt_for(shop, "de")


def everything() -> str:
    rows = [repr(row) for model in (ReceiptMail, OutboxMessage) for row in model.objects.values_list()]
    return "\n".join(rows)


def test_the_receipt_comes_with_its_link_and_a_genuine_pdf_in_the_shoppers_language(
    receipt: Receipt, client: Client
) -> None:
    answer = client.post(f"/r/{receipt.public_id}/mail/", {"address": ANA, "lang": "de"})
    outbox_deliver(now=NOW + timedelta(days=900))

    assert answer.status_code == 302
    [message] = mail.outbox
    name, document, kind = message.attachments[0]
    assert (message.to, message.subject) == ([ANA], "Ihr Bon 1 von Hill Foods")
    assert f"/r/{receipt.public_id}/" in message.body
    assert (name, kind) == ("receipt-1.pdf", "application/pdf")
    assert file_verify(document).code == "genuine"


def test_the_address_is_nowhere_in_the_clear_and_gone_after_delivery(receipt: Receipt) -> None:
    row = mail_ask(receipt=receipt, address=ANA, now=NOW)
    assert ANA not in everything()
    assert bytes(row.address_sealed)

    outbox_deliver(now=NOW)
    outbox_deliver(now=NOW)

    row.refresh_from_db()
    assert (bytes(row.address_sealed), row.sent_at) == (b"", NOW)
    assert len(mail.outbox) == 1


def test_the_database_refuses_to_keep_an_address_after_its_mail(receipt: Receipt) -> None:
    row = mail_ask(receipt=receipt, address=ANA, now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReceiptMail.objects.filter(pk=row.pk).update(sent_at=NOW)


def test_a_mail_server_that_is_away_is_tried_again_and_given_up_after_a_day(receipt: Receipt, settings: Any) -> None:
    row = mail_ask(receipt=receipt, address=ANA, now=NOW)
    settings.EMAIL_BACKEND = "tests.checkout.test_receipt_mail.Away"
    outbox_deliver(now=NOW)
    row.refresh_from_db()
    assert bytes(row.address_sealed)
    assert OutboxMessage.objects.get(topic="mail.receipt").delivered_at is None

    assert mails_expire(now=NOW + GIVE_UP) == 0
    assert mails_expire(now=NOW + GIVE_UP + timedelta(seconds=1)) == 1

    row.refresh_from_db()
    assert (bytes(row.address_sealed), row.given_up_at is not None) == (b"", True)


class Away:
    """A mail server that nobody reaches."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("down")


@pytest.mark.parametrize("address", ["", "ana", "ana@", "ana@example.org\nBcc: all@example.org", "a@b.c, d@e.f"])
def test_what_is_no_address_is_refused_on_the_page(receipt: Receipt, client: Client, address: str) -> None:
    answer = client.post(f"/r/{receipt.public_id}/mail/", {"address": address, "lang": "en"})

    assert answer.status_code == 422
    assert "This is no e-mail address." in answer.content.decode()
    assert ReceiptMail.objects.count() == 0


def test_whoever_finds_a_receipt_can_not_fill_mailboxes_with_it(receipt: Receipt) -> None:
    for number in range(3):
        mail_ask(receipt=receipt, address=f"a{number}@example.org", now=NOW)

    with pytest.raises(MailOften):
        mail_ask(receipt=receipt, address=ANA, now=NOW)


@pytest.mark.parametrize(
    ("url", "host", "port", "ssl", "tls"),
    [
        ("smtp://u:p%40ss@mail.example", "mail.example", 587, False, True),
        ("smtps://u:p@mail.example:4465", "mail.example", 4465, True, False),
        ("smtp+plain://127.0.0.1", "127.0.0.1", 25, False, False),
    ],
)
def test_mail_goes_where_one_url_says(url: str, host: str, port: int, ssl: bool, tls: bool) -> None:
    found = mail_config(url)

    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == (host, port)
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (ssl, tls)
    assert mail_config("")["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize("url", ["smtp://", "smtp://host:port"])
def test_a_mail_url_that_can_not_be_read_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        mail_config(url)
