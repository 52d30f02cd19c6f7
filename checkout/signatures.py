"""The bytes that are signed, and the check of a signature. Pure.

Every signature is Ed25519 (RFC 8032) over a purpose, a newline and the message, so that what was signed for one purpose
is never taken for another. A receipt's message is its canonical JSON: keys in order, no blanks, UTF-8, no fractions
(which is what RFC 8785 gives for such documents).
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

RECEIPT = b"smartcart receipt v1"
DOCUMENT = b"smartcart receipt document v1"


def canonical(document: Any) -> bytes:
    """The document's one spelling; raises TypeError for what has several (fractions, keys that are no text)."""
    _check(document)
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def message(purpose: bytes, body: bytes) -> bytes:
    """What is handed to Ed25519."""
    return purpose + b"\n" + body


def key_id(public: bytes) -> str:
    """A key's name: the first eight bytes of its SHA-256, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()[:16]


def holds(public: bytes, signature: bytes, purpose: bytes, body: bytes) -> bool:
    """Whether the holder of this key (32 bytes) signed this body for this purpose."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message(purpose, body))
    except (InvalidSignature, ValueError):
        return False
    return True


def to_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes again; raises ValueError for what is no base64url, or not the one spelling of it."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url") from error
    if to_text(data) != text:
        raise ValueError("not the canonical base64url")
    return data


def jwk(kid: str, public: bytes) -> dict[str, str]:
    """The public key as a JSON Web Key (RFC 8037)."""
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": to_text(public)}


def _check(node: Any) -> None:
    if isinstance(node, Mapping):
        if not all(isinstance(key, str) for key in node):
            raise TypeError("keys of a signed document are text")
        for value in node.values():
            _check(value)
    elif isinstance(node, list | tuple):
        for value in node:
            _check(value)
    elif isinstance(node, float):
        raise TypeError("a signed document has no fractions: they have more than one spelling")
