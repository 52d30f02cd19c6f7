"""Exit passes as a gate reads them: signed, so that it can tell a genuine one without asking the server.

    P1.base64url( key id, 8 bytes | pass, 16 | trip, 16 | store, 8 | expiry, 4 | Ed25519 signature, 64 )

Numbers are big-endian, the expiry is in seconds since 1970. The signature is over `smartcart exit pass v1`, a newline
and everything before it. Nothing else that this system hands out (a till's code, a receipt's link) begins with `P1.`.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .errors import CartClientError

PREFIX = "P1."
DOMAIN = b"smartcart exit pass v1\n"
BODY, SIGNATURE = 52, 64


class PassRefusedError(CartClientError):
    """`code` is `pass_unknown`, `pass_expired`, `pass_used` or `gate_offline_too_long`, as the server has them."""


class SignedPass(msgspec.Struct, frozen=True):
    """What a token says; `expires_at` in seconds since 1970. `body` is what was signed."""

    kid: str
    id: uuid.UUID
    trip: uuid.UUID
    store: int
    expires_at: int
    body: bytes
    signature: bytes


def pass_body(*, kid: str, id: uuid.UUID, trip: uuid.UUID, store: int, expires_at: int) -> bytes:
    """The bytes that are signed, after `DOMAIN`."""
    return bytes.fromhex(kid) + id.bytes + trip.bytes + store.to_bytes(8, "big") + expires_at.to_bytes(4, "big")


def pass_text(body: bytes, signature: bytes) -> str:
    """The token."""
    return PREFIX + base64.urlsafe_b64encode(body + signature).decode().rstrip("=")


def pass_parse(token: str) -> SignedPass:
    """What the token says, not yet believed; raises PassRefusedError `pass_unknown` for anything else."""
    text = token.strip()
    try:
        data = base64.b64decode(text[3:] + "=" * (-len(text[3:]) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unknown() from error
    if not text.startswith(PREFIX) or len(data) != BODY + SIGNATURE or pass_text(data[:BODY], data[BODY:]) != text:
        raise _unknown()
    return SignedPass(
        kid=data[:8].hex(),
        id=uuid.UUID(bytes=data[8:24]),
        trip=uuid.UUID(bytes=data[24:40]),
        store=int.from_bytes(data[40:48], "big"),
        expires_at=int.from_bytes(data[48:52], "big"),
        body=data[:BODY],
        signature=data[BODY:],
    )


def pass_verify(token: str, keys: Mapping[str, bytes]) -> SignedPass:
    """What the token says, signed with one of these public keys (32 bytes, by key id). Raises as `pass_parse`."""
    found = pass_parse(token)
    public = keys.get(found.kid)
    if public is None:
        raise _unknown()
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(found.signature, DOMAIN + found.body)
    except (InvalidSignature, ValueError) as error:
        raise _unknown() from error
    return found


def _unknown() -> PassRefusedError:
    return PassRefusedError("pass_unknown", "This is no exit pass of this store.")
