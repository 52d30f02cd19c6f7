"""Settlement lists: taken once, held against our books, and every difference a piece of work until it is explained."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.contrib.auth.models import User
from django.db import transaction

from checkout.models import BusinessDay, DayDifference, DifferenceState, PaymentAttempt, RefundPart, SettlementList
from checkout.providers import provider_named
from checkout.reconciling import Difference, Entry, ListUnreadable, compare, entries_from_csv
from checkout.selectors.cashing_up import booked
from checkout.tendering import payment_rules
from inventory.errors import DomainError, NotFound
from inventory.services.audit import audit_record

MARGIN = timedelta(days=1)


class ListInvalid(DomainError):
    code = "settlement_list_invalid"
    status = 422
    detail = "This is no settlement list that we can read."


class NoteMissing(DomainError):
    code = "note_missing"
    status = 422
    detail = "Write what explains the difference."


class NoList(DomainError):
    code = "settlement_list_not_offered"
    status = 422
    detail = "This provider offers no list to ask for: upload its file."


def list_take(*, business_day: BusinessDay, provider: str, data: bytes, name: str, now: datetime) -> SettlementList:
    """A provider's file (CSV, as `checkout.reconciling` reads it) for a day; the same content again changes nothing.
    Raises ListInvalid."""
    try:
        rows = entries_from_csv(data.decode("utf-8-sig"), exponent=business_day.store.currency_exponent)
    except UnicodeDecodeError as error:
        raise ListInvalid("The file is not UTF-8 text.") from error
    except ListUnreadable as error:
        raise ListInvalid(str(error)) from error
    return _keep(business_day, provider, rows, name, now)


def list_ask(*, business_day: BusinessDay, provider: str, now: datetime) -> SettlementList:
    """Asks the provider for its list of the day; raises NoList, or what the provider's port raises.

    A provider may have one account for many stores, and days that end at another hour: what our books have for another
    store or day is left out, what they don't have at all is kept if it is of this day by the provider's clock.
    """
    try:
        movements = getattr(provider_named(provider), "movements", None)
    except LookupError as error:
        raise NoList from error
    if movements is None:
        raise NoList
    begins, ends, rows = business_day.begins_at, business_day.ends_at, []
    account = payment_rules(business_day.store.policy).stripe_account if provider == "stripe" else ""
    own = {"account": account} if account else {}
    for row in movements((begins - MARGIN).timestamp(), (ends + MARGIN).timestamp(), **own):
        store_id, moment = _booked_for(row.kind, row.key)
        at = moment or datetime.fromtimestamp(row.at, UTC)
        if begins <= at < ends and store_id in (None, business_day.store_id):
            rows.append(Entry(row.kind, row.reference, row.amount_minor, row.currency))
    return _keep(business_day, provider, rows, "asked of the provider", now)


def difference_explain(*, difference_id: uuid.UUID, staff: User, note: str, now: datetime) -> DayDifference:
    """A person says why it is so. The caller checks the store. Raises NotFound, NoteMissing."""
    note = note.strip()[:500]
    if not note:
        raise NoteMissing
    row: DayDifference | None = (
        DayDifference.objects.select_related("business_day__store").filter(id=difference_id).first()
    )
    if row is None:
        raise NotFound
    rows = DayDifference.objects.filter(id=row.id).exclude(state=DifferenceState.GONE)
    rows.update(state=DifferenceState.EXPLAINED, note=note, resolved_at=now, resolved_by=staff)
    detail = {"reference": row.reference, "kind": row.kind, "note": note}
    audit_record(
        action="day.explain", subject=f"difference:{row.id}", actor=staff, store=row.business_day.store, detail=detail,
        now=now,
    )  # fmt: skip
    row.refresh_from_db()
    return row


@transaction.atomic
def _keep(day: BusinessDay, provider: str, rows: Sequence[Entry], name: str, now: datetime) -> SettlementList:
    plain = msgspec.to_builtins(sorted(rows))
    digest = hashlib.sha256(msgspec.json.encode(plain, order="sorted")).hexdigest()
    # The day's row keeps two lists at once from being compared at once.
    BusinessDay.objects.select_for_update().get(id=day.id)
    kept: SettlementList
    kept, _ = SettlementList.objects.update_or_create(
        business_day=day, provider=provider, digest=digest,
        defaults={"name": name[:120], "rows": plain, "received_at": now},
    )  # fmt: skip
    found = compare(booked(day.store, provider, day.begins_at, day.ends_at), rows)
    _write(day, provider, found, now)
    return kept


def _write(day: BusinessDay, provider: str, found: Sequence[Difference], now: datetime) -> None:
    for row in found:
        if _is_of_another_day(day, provider, row):
            continue
        fields: dict[str, Any] = {"kind": row.kind, "ours_minor": row.ours_minor, "theirs_minor": row.theirs_minor}
        key: dict[str, Any] = {
            "business_day": day,
            "provider": provider,
            "entry": row.entry,
            "reference": row.reference[:120],
        }
        same = DayDifference.objects.filter(**key, **fields).exclude(state=DifferenceState.GONE)
        if not same.exists():
            # Another difference than before is work again, whatever was said about the earlier one.
            fresh: dict[str, Any] = {
                "state": DifferenceState.OPEN,
                "found_at": now,
                "resolved_at": None,
                "resolved_by": None,
            }
            DayDifference.objects.update_or_create(**key, defaults={**fields, **fresh})
    standing = {(row.entry, row.reference[:120]) for row in found}
    for old in day.differences.filter(provider=provider, state=DifferenceState.OPEN):
        if (old.entry, old.reference) not in standing:
            DayDifference.objects.filter(id=old.id).update(state=DifferenceState.GONE, resolved_at=now)


def _booked_for(kind: str, key: str) -> tuple[int | None, datetime | None]:
    """The store and moment under which our books have this movement; None for what they don't have."""
    if kind == "charge":
        row = PaymentAttempt.objects.filter(key=key).values_list("checkout__store_id", "ended_at").first()
    else:
        row = RefundPart.objects.filter(key=key).values_list("refund__store_id", "ended_at").first()
    return (row[0], row[1]) if row is not None else (None, None)


def _is_of_another_day(day: BusinessDay, provider: str, row: Difference) -> bool:
    """The provider's day may end at another hour than ours: what we booked beside the day is no difference."""
    if row.kind != "missing_here":
        return False
    rows = PaymentAttempt.objects.filter(provider=provider, reference=row.reference, state="captured")
    near = rows.filter(checkout__store_id=day.store_id).exclude(ended_at__gte=day.begins_at, ended_at__lt=day.ends_at)
    return any(attempt.amount_minor + attempt.tip_minor == row.theirs_minor for attempt in near)
