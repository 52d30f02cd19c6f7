"""Signed heads of the audit chains, to be kept where the database's owner can't reach.

A chain proves that nothing inside it was changed, but whoever can write every row can compute a whole new one. A head
says, under a signature, "at this moment chain C had N entries and digest D". Exported daily and kept elsewhere, it
makes any rewriting of what was before it visible: the entry at position N no longer has digest D, or isn't there.

Ed25519 (RFC 8032); the key is derived from the server's secret by HKDF (RFC 5869), its public half is printed by
`manage.py audit key`, so that an auditor verifies without the server.
"""

import base64
import json
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from inventory.models import AuditChain, AuditEntry


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One chain's end at a moment; `signature` is Ed25519 over the other fields as JSON with sorted keys."""

    chain: str
    position: int
    digest: str
    at: str
    signature: str = ""


class HeadReport(NamedTuple):
    """A head, and what is wrong with it or with the chain that it speaks of ("" if nothing is)."""

    head: Head
    fault: str


def heads_export(*, now: datetime) -> list[Head]:
    """The signed heads of all chains as of `now`."""
    return [
        _sign(Head(chain.name, chain.position, chain.digest, now.astimezone(UTC).isoformat()))
        for chain in AuditChain.objects.order_by("name")
    ]


def heads_verify(heads: list[Head]) -> list[HeadReport]:
    """Holds the chains of this database against heads exported before."""
    return [HeadReport(head, _fault(head)) for head in heads]


def head_read(line: str) -> Head:
    """A head from its JSON line; raises ValueError when it is none."""
    try:
        return msgspec.json.decode(line, type=Head)
    except msgspec.DecodeError as error:
        raise ValueError(f"this is no head of an audit chain: {error}") from None


def head_line(head: Head) -> str:
    return msgspec.json.encode(head).decode()


def public_key() -> str:
    """The public half of the signing key, raw, in base64."""
    return base64.b64encode(_key().public_key().public_bytes_raw()).decode()


def signature_holds(head: Head, key: Ed25519PublicKey) -> bool:
    """Whether the head was signed by the server that has this key."""
    try:
        key.verify(base64.b64decode(head.signature, validate=True), _content(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def _fault(head: Head) -> str:
    if not signature_holds(head, _key().public_key()):
        return "the signature does not hold"
    if head.position == 0:
        return ""
    found = AuditEntry.objects.filter(chain=head.chain, position=head.position).values_list("digest", flat=True).first()
    if found is None:
        return f"entry {head.position} is gone"
    return "" if found == head.digest else f"entry {head.position} is another than when the head was exported"


def _sign(head: Head) -> Head:
    return msgspec.structs.replace(head, signature=base64.b64encode(_key().sign(_content(head))).decode())


def _content(head: Head) -> bytes:
    fields: dict[str, Any] = msgspec.structs.asdict(head)
    del fields["signature"]
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


def _key() -> Ed25519PrivateKey:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"audit heads").derive(settings.SECRET_KEY.encode())
    return Ed25519PrivateKey.from_private_bytes(derived)
