"""Copies of a receipt to keep: PDF and JSON, each with a signature that fails for the smallest change."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from checkout.models import KeyPurpose, Receipt
from checkout.pdf import receipt_bytes
from checkout.presenting import shown
from checkout.services.receipts import receipt_document
from checkout.services.signing import key_active, key_sign
from checkout.services.verifying import MARK
from checkout.signatures import DOCUMENT, to_text


def receipt_url(public_id: str) -> str:
    """The receipt's address, as it stands behind its QR."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("receipt", args=[public_id])


def receipt_pdf(receipt: Receipt, language: str = "", sheet: str = "a4") -> bytes:
    """The document, and after its end a comment with the signature over every byte before it."""
    body = receipt_bytes(shown(receipt, language), receipt_url(receipt.public_id), sheet)
    key = key_active(retailer_id=receipt.store.retailer_id, purpose=KeyPurpose.RECEIPT, now=timezone.now())
    signature = to_text(key_sign(key, DOCUMENT, receipt.public_id.encode() + b"\n" + body))
    return body + MARK + f"v1 {receipt.public_id} {key.kid} {signature}\n".encode()


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """The signed document itself, with its signature beside it."""
    kid = receipt.key.kid if receipt.key else ""
    signature = {"algorithm": "Ed25519", "key": kid, "value": receipt.signature}
    return {"receipt": receipt_document(receipt), "signature": signature}
