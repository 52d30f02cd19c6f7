"""Names of shoppers as nobody can read them: HMAC-SHA-256 under a key of the tenant's own.

The key is derived from the server's secret, so the same card is two strangers at two retailers, and a copy of the
database alone tells no number. With `SECRET_KEY_FALLBACKS` set, what was kept under an earlier secret is still found.
"""

import hmac
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from inventory.models import MemberCard, Retailer

SIGNS = 40  # hexadecimal digits: 160 bits, far from any two meeting by chance


def pseudonym(retailer_id: int, text: str) -> str:
    """What stands for this token or number at this retailer; empty for an empty text."""
    return _hashed(settings.SECRET_KEY, retailer_id, text) if text else ""


def pseudonyms(retailer_id: int, text: str) -> list[str]:
    """The same, and what earlier secrets made of it."""
    secrets = (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ()))
    return [_hashed(secret, retailer_id, text) for secret in secrets] if text else []


def member_card_add(*, retailer: Retailer, number: str) -> MemberCard:
    """Takes a card in; one that is known already is active again."""
    card, _ = MemberCard.objects.update_or_create(
        retailer=retailer, code=pseudonym(retailer.pk, number), defaults={"active": True, "ending": ending(number)}
    )
    return card


def ending(number: str) -> str:
    """What people tell a card by: its last four signs, of a number that is long enough to keep the rest unsaid."""
    return number[-4:] if len(number) >= 8 else ""


def _hashed(secret: str, retailer_id: int, text: str) -> str:
    return hmac.new(_key(secret, retailer_id), text.encode(), sha256).hexdigest()[:SIGNS]


@lru_cache(maxsize=1024)
def _key(secret: str, retailer_id: int) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"shoppers of retailer {retailer_id}".encode()).derive(secret.encode())
