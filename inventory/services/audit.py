"""The audit log's writer and its proof.

Each tenant has a chain of its own. An entry's digest is the SHA-256 of its content and of the digest before it, so a
changed, removed or inserted entry breaks every digest after it; the chain's own row gives a cut-off tail away.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from inventory.models import AuditChain, AuditEntry, Retailer, Store

START = "0" * 64
PLATFORM = "platform"


class Note(NamedTuple):
    """What was done to what; `detail` must be JSON without NaN."""

    action: str
    subject: str
    detail: dict[str, Any]


class ChainReport(NamedTuple):
    """How many entries hold, and where the chain breaks first (None: nowhere) and why."""

    entries: int
    broken_at: int | None
    reason: str


def chain_name(retailer_id: int | None) -> str:
    """The name of a tenant's chain; what belongs to no tenant is in the platform's."""
    return PLATFORM if retailer_id is None else f"retailer:{retailer_id}"


def audit_record(
    *,
    action: str,
    subject: str,
    actor: User | None = None,
    actor_name: str = "",
    store: Store | None = None,
    retailer: Retailer | None = None,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEntry:
    """Appends one entry in the caller's transaction; raises ValueError when `detail` is no JSON.

    Appends to one chain wait for each other: call it last, so that the wait is short.
    """
    notes = [Note(action, subject, detail or {})]
    return audit_record_all(notes=notes, actor=actor, actor_name=actor_name, store=store, retailer=retailer, now=now)[0]


@transaction.atomic
def audit_record_all(
    *,
    notes: Iterable[Note],
    actor: User | None = None,
    actor_name: str = "",
    store: Store | None = None,
    retailer: Retailer | None = None,
    now: datetime,
) -> list[AuditEntry]:
    """Appends many entries at once, in order, as `audit_record` does one."""
    retailer_id = store.retailer_id if store is not None else (retailer.pk if retailer is not None else None)
    # SQLite's transactions take the write lock at their start; PostgreSQL needs the lock on the chain's row.
    AuditChain.objects.get_or_create(name=chain_name(retailer_id), defaults={"retailer_id": retailer_id})
    chain = AuditChain.objects.select_for_update().get(name=chain_name(retailer_id))
    name = actor_name or (actor.get_username() if actor is not None else "system")
    entries = []
    for note in notes:
        entry = AuditEntry(
            chain=chain.name, position=chain.position + 1, retailer_id=retailer_id, store=store, actor=actor,
            actor_name=name, action=note.action, subject=note.subject, detail=_plain(note.detail), at=now,
            previous=chain.digest,
        )  # fmt: skip
        entry.digest = entry_digest(entry)
        chain.position, chain.digest = entry.position, entry.digest
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=1000)
    chain.save(update_fields=["position", "digest"])
    return entries


def audit_chains() -> list[int | None]:
    """The tenants that have a chain, by retailer id (None: the platform's), also one whose own row was taken away."""
    ids = set(AuditChain.objects.values_list("retailer_id", flat=True))
    return sorted(ids | set(AuditEntry.objects.values_list("retailer_id", flat=True).distinct()), key=lambda i: i or 0)


def audit_verify(*, retailer_id: int | None) -> ChainReport:
    """Recomputes a tenant's whole chain."""
    name = chain_name(retailer_id)
    held, previous = 0, START
    for entry in AuditEntry.objects.filter(chain=name).order_by("position").iterator():
        if entry.position != held + 1:
            return ChainReport(held, held + 1, "An entry is missing.")
        if entry.previous != previous or entry.digest != entry_digest(entry):
            return ChainReport(held, entry.position, "The entry was changed.")
        held, previous = entry.position, entry.digest
    end = AuditChain.objects.filter(name=name).first()
    if (end.position, end.digest) != (held, previous) if end is not None else held:
        return ChainReport(held, held + 1, "The end of the chain is missing.")
    return ChainReport(held, None, "")


def entry_digest(entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, over the entry's content and the digest before it."""
    content = [
        entry.chain, entry.position, entry.previous, entry.retailer_id, entry.store_id, entry.actor_id,
        entry.actor_name, entry.action, entry.subject, _plain(entry.detail), entry.at.astimezone(UTC).isoformat(),
    ]  # fmt: skip
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """JSON as any database gives it back: text keys, and whole floats as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
