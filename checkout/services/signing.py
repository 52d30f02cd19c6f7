"""Keys of a retailer: made when first needed, encrypted at rest, rotated and revoked by name.

The private half is encrypted under a key derived from the server's secret. When the secret has changed and no fallback
opens the box, the key can only verify: a new one is made, and signing goes on.
"""

import logging
from datetime import datetime
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from checkout.models import KeyPurpose, KeyState, SigningKey
from checkout.models.below import Retailer
from checkout.signatures import key_id, message
from inventory.errors import NotFound
from inventory.sealing import SecretLost, seal_bytes, unseal_bytes
from inventory.services.audit import audit_record

logger = logging.getLogger(__name__)
SECRET = "checkout signing key"  # noqa: S105  the name of the box


def key_active(*, retailer_id: int, purpose: KeyPurpose, now: datetime) -> SigningKey:
    """The key that signs now; the first one is made here. May run in the settling transaction."""
    rows = SigningKey.objects.filter(retailer_id=retailer_id, purpose=purpose, state=KeyState.ACTIVE)
    key: SigningKey | None = rows.first()
    if key is not None and _opened(key) is None:
        logger.error("the secret of key %s can't be read: the server's secret has changed; a new key signs", key.kid)
        return key_rotate(retailer_id=retailer_id, purpose=purpose, now=now)
    if key is not None:
        return key
    try:
        with transaction.atomic():
            return _create(retailer_id, purpose, now)
    except IntegrityError:  # another settlement made the first key at the same moment
        found: SigningKey = rows.get()
        return found


def key_rotate(*, retailer_id: int, purpose: KeyPurpose, now: datetime, actor: User | None = None) -> SigningKey:
    """A new key signs from now on; the one before still verifies what it signed. Recorded in the audit log."""
    with transaction.atomic():
        rows = SigningKey.objects.filter(retailer_id=retailer_id, purpose=purpose, state=KeyState.ACTIVE)
        old = list(rows.select_for_update().values_list("kid", flat=True))
        rows.update(state=KeyState.RETIRED, ended_at=now)
        key = _create(retailer_id, purpose, now)
        _record("key.rotate", key, {"before": old}, actor, now)
    return key


def key_revoke(*, kid: str, now: datetime, actor: User | None = None) -> SigningKey:
    """Nothing that this key signed is believed any more; another one signs from now on. Raises NotFound."""
    with transaction.atomic():
        key: SigningKey | None = SigningKey.objects.select_for_update().filter(kid=kid).first()
        if key is None:
            raise NotFound("There is no such key.")
        was_active = key.state == KeyState.ACTIVE
        key.state, key.ended_at = KeyState.REVOKED, now
        key.save(update_fields=["state", "ended_at"])
        if was_active:
            _create(key.retailer_id, KeyPurpose(key.purpose), now)
        _record("key.revoke", key, {}, actor, now)
    return key


def key_sign(key: SigningKey, purpose: bytes, body: bytes) -> bytes:
    """The 64 bytes of the signature; raises ValueError when the private half can't be read."""
    private = _opened(key)
    if private is None:
        raise ValueError(f"the secret of key {key.kid} can't be read")
    return private.sign(message(purpose, body))


def _create(retailer_id: int, purpose: KeyPurpose, now: datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return SigningKey.objects.create(
        retailer_id=retailer_id,
        purpose=purpose,
        kid=key_id(public),
        public=public,
        private_sealed=seal_bytes(private.private_bytes_raw(), SECRET),
        created_at=now,
    )


def _record(action: str, key: SigningKey, detail: dict[str, object], actor: User | None, now: datetime) -> None:
    retailer: Retailer = key.retailer
    told = {"purpose": str(key.purpose), **detail}
    audit_record(action=action, subject=f"key:{key.kid}", actor=actor, retailer=retailer, detail=told, now=now)


def _opened(key: SigningKey) -> Ed25519PrivateKey | None:
    secrets = (settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", ()))
    return _unsealed(bytes(key.private_sealed), secrets)


@lru_cache(maxsize=256)
def _unsealed(sealed: bytes, secrets: tuple[str, ...]) -> Ed25519PrivateKey | None:
    """Kept in memory by what opened it, so that a changed secret is noticed."""
    try:
        return Ed25519PrivateKey.from_private_bytes(unseal_bytes(sealed, SECRET))
    except SecretLost:
        return None
