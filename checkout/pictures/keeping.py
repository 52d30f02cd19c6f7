"""Pictures at rest: AES-256-GCM under a key of the tenant's own, which is derived from the server's secret.

A picture moved under another name, or to another tenant, does not open: its name is part of what is authenticated.
"""

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from checkout.pictures.errors import PictureRefused

_HEAD: Final = b"SCP1"
_NONCE: Final = 12


def picture_seal(picture: bytes, *, name: str, tenant: int, secret: str) -> bytes:
    """Encrypted, for storage under `name`."""
    nonce = secrets.token_bytes(_NONCE)
    return _HEAD + nonce + AESGCM(_key(tenant, secret)).encrypt(nonce, picture, name.encode())


def picture_unseal(sealed: bytes, *, name: str, tenant: int, secret: str) -> bytes:
    """The picture again. Raises PictureRefused when it, its name, its tenant or the secret is another."""
    if not sealed.startswith(_HEAD):
        raise PictureRefused("picture_broken", "it is not one of ours")
    nonce = sealed[len(_HEAD) : len(_HEAD) + _NONCE]
    try:
        return AESGCM(_key(tenant, secret)).decrypt(nonce, sealed[len(_HEAD) + _NONCE :], name.encode())
    except (InvalidTag, ValueError) as error:
        raise PictureRefused("picture_broken", "it was changed, or the server's secret is another by now") from error


def _key(tenant: int, secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"checkout picture {tenant}".encode()).derive(secret.encode())
