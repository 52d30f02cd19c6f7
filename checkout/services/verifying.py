"""Is this receipt, or this copy of one, genuine? By its link, the code on paper, the PDF or the JSON file.

A file is believed for its signature, never for what it says of itself; and our own row is checked as well, so that a
signature over a receipt that we do not have is none of ours.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from checkout.models import KeyPurpose, KeyState, Receipt, SigningKey
from checkout.services.receipts import receipt_document
from checkout.signatures import DOCUMENT, RECEIPT, canonical, from_text, holds
from inventory.imaging import ImagingError, codes_in

MARK = b"%smartcart-receipt "
LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Verdict:
    """`code`: genuine, altered, unknown, foreign, revoked, unsigned or unreadable. `receipt` is our own row of it."""

    code: str
    receipt: Receipt | None = None
    kid: str = ""


def receipt_verify(receipt: Receipt) -> Verdict:
    """Whether our own row is what was signed at settlement."""
    if receipt.key is None or not receipt.signature:
        return Verdict("unsigned", receipt)
    code = _judged(receipt.key.kid, receipt.signature, RECEIPT, canonical(receipt_document(receipt)))
    return Verdict(code, receipt, receipt.key.kid)


def link_verify(text: str) -> Verdict:
    """A receipt's link, or the unguessable id in it."""
    public_id = _public_id(text.strip())
    if public_id is None:
        return Verdict("foreign")
    receipt = _receipt(public_id)
    return receipt_verify(receipt) if receipt is not None else Verdict("unknown")


def file_verify(data: bytes) -> Verdict:
    """A copy as it was saved (PDF, JSON), or a picture of the code on paper."""
    if not data or len(data) > LARGEST:
        return Verdict("unreadable")
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.lstrip()[:1] == b"{":
        return _json(data)
    return _picture(data)


def _pdf(data: bytes) -> Verdict:
    body, mark, tail = data.rpartition(MARK)
    parts = tail.decode("ascii", "replace").rstrip("\n").split(" ")
    if not mark or len(parts) != 4 or parts[0] != "v1":
        # Saved anew by some program, or none of ours: its signature is gone.
        return Verdict("altered" if mark else "unreadable")
    _, public_id, kid, signature = parts
    receipt = _receipt(public_id)
    if receipt is None:
        return Verdict("unknown")
    code = _judged(kid, signature, DOCUMENT, public_id.encode() + b"\n" + body)
    if code == "genuine" and not _is_of(kid, receipt):
        code = "altered"
    return _with_original(code, receipt, kid)


def _json(data: bytes) -> Verdict:
    try:
        copy = json.loads(data, object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)
        spelled = canonical(copy.get("receipt")) if isinstance(copy, dict) else b""
    except (ValueError, RecursionError):
        return Verdict("unreadable")
    if not isinstance(copy, dict) or not isinstance(copy.get("receipt"), dict):
        return Verdict("unreadable")
    document, signature = copy["receipt"], copy.get("signature")
    receipt = _receipt(str(document.get("id", "")))
    if receipt is None:
        return Verdict("unknown")
    if not isinstance(signature, dict) or set(copy) != {"receipt", "signature"}:
        return Verdict("altered", receipt)
    kid = str(signature.get("key", ""))
    code = _judged(kid, str(signature.get("value", "")), RECEIPT, spelled)
    if code == "genuine" and not _is_of(kid, receipt):
        code = "altered"
    return _with_original(code, receipt, kid)


def _picture(data: bytes) -> Verdict:
    try:
        texts = [found.text for found in codes_in(data)]
    except ImagingError:
        return Verdict("unreadable")
    links = [text for text in texts if "/r/" in text]
    return link_verify(links[0]) if links else Verdict("unreadable")


def _with_original(code: str, receipt: Receipt, kid: str) -> Verdict:
    """A copy is no better than the original: a row that was tampered with is not shown as genuine either."""
    if code == "genuine":
        original = receipt_verify(receipt)
        code = "altered" if original.code == "altered" else code
    return Verdict(code, receipt, kid)


def _judged(kid: str, signature: str, purpose: bytes, body: bytes) -> str:
    key: SigningKey | None = SigningKey.objects.filter(kid=kid, purpose=KeyPurpose.RECEIPT).first()
    try:
        raw = from_text(signature)
    except ValueError:
        return "altered"
    if key is None or not holds(bytes(key.public), raw, purpose, body):
        return "altered"
    return "revoked" if key.state == KeyState.REVOKED else "genuine"


def _is_of(kid: str, receipt: Receipt) -> bool:
    """Another retailer's key signs nothing of this one."""
    return SigningKey.objects.filter(kid=kid, retailer_id=receipt.store.retailer_id).exists()


def _receipt(public_id: str) -> Receipt | None:
    found: Receipt | None = Receipt.objects.select_related("key", "store").filter(public_id=public_id).first()
    return found


def _public_id(text: str) -> str | None:
    """The id in a link of ours, or the text itself; None for a link to somewhere else."""
    if "/" not in text:
        return text
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.netloc.lower() != urlsplit(settings.PUBLIC_URL).netloc.lower():
        return None
    steps = [step for step in parts.path.split("/") if step]
    return steps[steps.index("r") + 1] if "r" in steps[:-1] else ""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON that says a name twice says two things."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(text: str) -> Any:
    raise ValueError(f"no receipt of ours has {text}")
