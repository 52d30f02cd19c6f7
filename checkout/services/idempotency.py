"""POSTs that may be repeated: the same key and body get the same bytes again, and nothing happens twice.

A key is claimed with a lease before the call runs. A caller that died leaves the lease to expire; whoever repeats the
call then runs it again, and finds what it had begun, since payments are keyed by the same key.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from checkout.errors import KeyInvalid, KeyMissing, KeyReused, KeyRunning
from checkout.models import IdempotencyKey
from inventory.privacy.classes import REPEAT

LEASE = timedelta(seconds=60)
KEPT = REPEAT.period
Answer = tuple[int, bytes]


def fingerprint(method: str, path: str, body: bytes) -> str:
    """SHA-256 over what a call says."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def key_checked(key: str | None) -> str:
    """The header's value; raises KeyMissing or KeyInvalid."""
    if not key:
        raise KeyMissing
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        raise KeyInvalid
    return key


def run_once(
    *, principal: str, key: str, store_id: int, print_: str, now: datetime, call: Callable[[], Answer]
) -> tuple[Answer, bool]:
    """The answer to this key (status and bytes), and whether it is a repetition. Raises KeyReused or KeyRunning.

    A call that raises gives the key back: its refusal may be another one the next time.
    """
    row, mine = _claim(principal, key, store_id, print_, now)
    if row.fingerprint != print_:
        raise KeyReused
    if row.status is not None:
        return (row.status, bytes(row.body or b"")), True
    if not mine:
        raise KeyRunning(headers={"Retry-After": "1"})
    try:
        status, body = call()
    except Exception:
        IdempotencyKey.objects.filter(id=row.id, status=None).delete()
        raise
    # Who lost the lease to a repeat may end after it: the first bytes that were kept are the answer for good.
    if IdempotencyKey.objects.filter(id=row.id, status=None).update(status=status, body=body) != 1:
        kept = IdempotencyKey.objects.get(id=row.id)
        return (int(kept.status or status), bytes(kept.body or b"")), True
    return (status, body), False


def keys_expire(*, now: datetime) -> int:
    """Forget keys older than 30 days; says how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()[0]


def _claim(principal: str, key: str, store_id: int, print_: str, now: datetime) -> tuple[IdempotencyKey, bool]:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                principal=principal,
                key=key,
                store_id=store_id,
                fingerprint=print_,
                lease_until=now + LEASE,
                created_at=now,
            ), True
    except IntegrityError:
        rows = IdempotencyKey.objects.filter(principal=principal, key=key)
        expired = rows.filter(status=None, fingerprint=print_, lease_until__lt=now)
        mine = expired.update(lease_until=now + LEASE) == 1
        found = rows.first()
        if found is None:  # its call was refused and gave the key back in between
            raise KeyRunning(headers={"Retry-After": "1"}) from None
        return found, mine
