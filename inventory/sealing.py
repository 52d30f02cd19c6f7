"""Secrets at rest, encrypted with a key of the server's secret (HKDF-SHA-256, then Fernet), a key for each purpose.

With `SECRET_KEY_FALLBACKS` set, what an earlier secret closed is still opened. A purpose is for one kind of secret and
never changes: what was sealed for one is opened for no other.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretLost(Exception):
    """The server's own secret is another by now: the sealed one must be entered again."""


def seal(text: str, purpose: str) -> bytes:
    """Encrypted, or empty for an empty text."""
    return seal_bytes(text.encode(), purpose) if text else b""


def unseal(sealed: bytes, purpose: str) -> str:
    """The text again; raises SecretLost."""
    return unseal_bytes(sealed, purpose).decode() if sealed else ""


def seal_bytes(data: bytes, purpose: str) -> bytes:
    """Encrypted."""
    return _box(settings.SECRET_KEY, purpose).encrypt(data)


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """The data again; raises SecretLost when no secret of ours opens it."""
    secrets = (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ()))
    try:
        return MultiFernet([_box(secret, purpose) for secret in secrets]).decrypt(bytes(sealed))
    except InvalidToken as error:
        raise SecretLost from error


@lru_cache(maxsize=32)
def _box(secret: str, purpose: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
