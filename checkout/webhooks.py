"""Standard Webhooks: what is sent is signed, what comes in is checked. Pure.

The signature is HMAC-SHA-256 over `id.timestamp.body`, in base64, after `v1,` (standardwebhooks.com, version
1.0.0). The official library is what the tests hold this against.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import NamedTuple

TOLERANCE_S = 300
LENGTH = 32  # bytes of a secret
SECRET_PREFIX = "whsec_"  # noqa: S105  the standard's mark, not a secret


class SignatureInvalid(Exception):
    """The message is not from who holds the secret, or is too old."""


class Secret(NamedTuple):
    """A secret of 32 bytes, and until when it signs (POSIX time; 0: for good)."""

    secret: bytes
    until: int


def secrets_of(kept: bytes, *, now: int) -> list[Secret]:
    """What signs at this POSIX time, the newest first, of what is kept: a secret, then each one before with its end."""
    found = [Secret(kept[:LENGTH], 0)]
    for start in range(LENGTH, len(kept), 8 + LENGTH):
        until = int.from_bytes(kept[start : start + 8])
        if until > now:
            found.append(Secret(kept[start + 8 : start + 8 + LENGTH], until))
    return found


def sign(*secrets: bytes, message_id: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers of a message, with a signature by each secret; `at` is its POSIX time."""
    macs = [base64.b64encode(_mac(secret, message_id, at, body)).decode() for secret in secrets]
    signatures = " ".join(f"v1,{mac}" for mac in macs)
    return {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": signatures}


def verify(secret: bytes, headers: Mapping[str, str], body: bytes, *, now: int) -> str:
    """The message's id; raises SignatureInvalid. Header names are in lower case."""
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not at.isascii() or not at.isdigit() or abs(now - int(at)) > TOLERANCE_S:
        raise SignatureInvalid
    wanted = _mac(secret, message_id, int(at), body)
    for part in headers.get("webhook-signature", "").split(" "):
        version, _, signature = part.partition(",")
        if version == "v1" and hmac.compare_digest(_decoded(signature), wanted):
            return message_id
    raise SignatureInvalid


def secret_text(secret: bytes) -> str:
    """A secret as people copy it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _mac(secret: bytes, message_id: str, at: int, body: bytes) -> bytes:
    return hmac.new(secret, f"{message_id}.{at}.".encode() + body, hashlib.sha256).digest()
