"""The receipt by e-mail, for who asks for it: the address is encrypted, used once, and gone.

The outbox holds only the wish's id. After the mail was sent, and after a day of trying at the latest, the address is
deleted; the database refuses to keep it.
"""

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction

from checkout.copies import receipt_pdf, receipt_url
from checkout.models import Receipt, ReceiptMail
from checkout.presenting import shown
from checkout.services.outbox import outbox_put
from checkout.trust_words import trust_words
from checkout.wording import language_of
from inventory.errors import DomainError
from inventory.privacy.classes import MAIL
from inventory.sealing import SecretLost, seal, unseal

MOST = 3
GIVE_UP = MAIL.period
SECRET = "checkout receipt mail"  # noqa: S105  the name of the box


class AddressInvalid(DomainError):
    code = "mail_address_invalid"
    status = 422
    detail = "This is no e-mail address."


class MailOften(DomainError):
    code = "mail_sent_often"
    status = 429
    detail = "This receipt has been sent often enough. Save it as PDF instead."


def mail_ask(*, receipt: Receipt, address: str, language: str = "", now: datetime) -> ReceiptMail:
    """Sends the receipt to this address soon. Raises AddressInvalid, or MailOften after the third time: whoever finds
    a receipt must not use us to fill mailboxes."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise AddressInvalid from error
    with transaction.atomic():
        # The receipt's row in this transaction: two wishes at once are counted one after the other.
        Receipt.objects.select_for_update().get(id=receipt.id)
        if receipt.mails.count() >= MOST:
            raise MailOften
        mail = ReceiptMail.objects.create(
            receipt=receipt,
            address_sealed=seal(address, SECRET),
            language=language_of(language or receipt.body["language"]),
            asked_at=now,
        )
        outbox_put(
            store_id=receipt.store_id,
            topic="mail.receipt",
            group=f"mail:{mail.id}",
            payload={"mail": str(mail.id)},
            now=now,
        )
    return mail


def mail_send(*, mail_id: uuid.UUID, now: datetime) -> None:
    """Sends it and forgets the address; may run twice, and raises what the mail server says."""
    mail = ReceiptMail.objects.select_related("receipt__store").filter(id=mail_id).first()
    if mail is None or not mail.address_sealed:
        return
    try:
        address = unseal(bytes(mail.address_sealed), SECRET)
    except SecretLost:
        ReceiptMail.objects.filter(id=mail.id).update(given_up_at=now, address_sealed=b"")
        return
    _message(mail.receipt, address, mail.language).send()
    ReceiptMail.objects.filter(id=mail.id).update(sent_at=now, address_sealed=b"")


def mails_expire(*, now: datetime) -> int:
    """Forgets addresses that could not be reached for a day; says how many."""
    waiting = ReceiptMail.objects.filter(sent_at=None, given_up_at=None, asked_at__lt=now - GIVE_UP)
    return int(waiting.update(given_up_at=now, address_sealed=b""))


def _message(receipt: Receipt, address: str, language: str) -> EmailMessage:
    view, told = shown(receipt, language), trust_words(language)
    subject = told["mail_subject"].format(number=receipt.number, retailer=view.retailer)
    lines = [view.retailer, view.store, view.issued, "", *[f"{line.name}: {line.amount}" for line in view.lines], ""]
    lines += [f"{view.words['total']}: {view.total}", *[f"{how}: {amount}" for how, _, amount in view.payments]]
    lines += ["", told["mail_text"], receipt_url(receipt.public_id)]
    # A header is one line, whatever a retailer is called.
    message = EmailMessage(subject=" ".join(subject.split()), body="\n".join(lines), to=[address])
    message.attach(f"receipt-{receipt.number}.pdf", receipt_pdf(receipt, language), "application/pdf")
    return message
