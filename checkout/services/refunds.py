"""Giving money back: by lines and pieces, never over what was paid, by whom the store lets.

A refund is written first, with the pieces and sums that it takes off the sale, and then asked of the providers of its
tenders (`checkout.services.refunding`). Lines carry their share of discounts, deposit and rounding, so all pieces of
all lines, given back in any steps, are exactly what was paid.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Sum

from checkout.errors import (
    NotPaid,
    RefundDecided,
    RefundNotAutomatic,
    RefundOver,
    RefundOverLimit,
    RefundOwn,
    RefundTooLate,
)
from checkout.models import Checkout, CheckoutState, Refund, RefundState, SaleLine
from checkout.services.announcing import announce_refund
from checkout.services.moves import refund_move
from checkout.services.refunding import parts_write
from checkout.services.selling import sale_lines_take, sale_lines_untake
from checkout.services.spending import refund_limit
from checkout.services.tenders import OVER
from checkout.tendering import refund_rules
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.services.audit import audit_record

NO_REFUND = "There is no such refund."  # also for a foreign one
NO_SALE = "There is no such sale."  # also for a foreign one


def refund_line(
    *,
    checkout_id: uuid.UUID,
    line: int,
    pieces: int | None = None,
    reason: str = "dispute",
    reference: str,
    staff: User | None = None,
    note: str = "",
    now: datetime,
) -> Refund:
    """Gives one line back: all that is left of it, or so many pieces. For accepted disputes.

    Without `staff` it is automatic, up to the store's limits (RefundNotAutomatic above them). `reference` is the cause
    ("dispute:<id>"): asked again with it, the refund that there is is the answer. Raises as `refund_request`.
    """
    left = SaleLine.objects.filter(checkout_id=checkout_id, line=line).first()
    count = pieces if pieces is not None else (left.pieces - left.refunded_pieces if left else 0)
    return refund_request(
        checkout_id=checkout_id, lines={line: count}, reason=reason, note=note, staff=staff,
        key=f"{reference}:{line}", reference=reference, now=now,
    )  # fmt: skip


def refund_request(
    *,
    checkout_id: uuid.UUID,
    lines: Mapping[int, int] | None,
    reason: str,
    key: str,
    staff: User | None,
    note: str = "",
    reference: str = "",
    now: datetime,
) -> Refund:
    """A refund of pieces by line, or of all that is left (`lines` None); the one of this key if there is one.

    It is `pending`, to be advanced at once, or `waiting` for a second person. Raises NotFound (no such checkout, or not
    this person's), NotPaid, RefundOver, RefundOverLimit, RefundTooLate or RefundNotAutomatic; then nothing is written.
    """
    hashed = hashlib.sha256(f"{checkout_id}\n{key}".encode()).hexdigest()
    existing: Refund | None = Refund.objects.filter(key=hashed).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            return _write(checkout_id, lines, hashed, staff, now, reason=reason, note=note, reference=reference)
    except IntegrityError as error:
        # Two with the same key or cause, or more than is left: the database let only one through.
        found: Refund | None = Refund.objects.filter(key=hashed).first()
        if found is None:
            raise RefundOver from error
        return found


@transaction.atomic
def refund_unsold(*, checkout_id: uuid.UUID, now: datetime) -> Refund | None:
    """A checkout ended unpaid with some of its money taken: all of that goes back. None when it is on its way already.

    No person is asked: nothing was sold.
    """
    checkout = Checkout.objects.select_for_update().get(id=checkout_id)
    taken = checkout.captured_minor
    if checkout.state not in OVER or taken <= 0 or checkout.refunds.exists():
        return None
    key = hashlib.sha256(f"{checkout_id}\nunsold".encode()).hexdigest()
    refund = Refund.objects.create(
        store_id=checkout.store_id, checkout=checkout, key=key, amount_minor=taken, state=RefundState.PENDING,
        automatic=True, reason="not_sold", created_at=now,
    )  # fmt: skip
    parts_write(refund, now=now)
    announce_refund(refund, "refund.started", now=now)
    return refund


@transaction.atomic
def refund_decide(*, refund_id: uuid.UUID, staff: User, agree: bool, note: str = "", now: datetime) -> Refund:
    """The second person's word. Raises NotFound, RefundDecided, RefundOwn or RefundOverLimit."""
    refund: Refund | None = Refund.objects.select_related("checkout__store").filter(id=refund_id).first()
    if refund is None:
        raise NotFound(NO_REFUND)
    store = require(staff, Action.REFUND, refund.store_id, told=NO_REFUND)
    if refund.state != RefundState.WAITING:
        raise RefundDecided
    if refund.requested_by_id == staff.pk:
        raise RefundOwn
    if agree and refund.amount_minor > refund_limit(staff, store):
        raise RefundOverLimit
    to = RefundState.PENDING if agree else RefundState.REFUSED
    fields: dict[str, Any] = {"decided_by": staff, "decided_at": now} | ({} if agree else {"ended_at": now})
    if not refund_move(refund.id, to, **fields):
        raise RefundDecided
    if agree:
        parts_write(refund, now=now)
    else:
        sale_lines_untake(refund)
    word = "refund.agree" if agree else "refund.refuse"
    audit_record(action=word, subject=f"refund:{refund.id}", actor=staff, store=store, detail={"note": note}, now=now)
    refund.refresh_from_db()
    return refund


def _write(
    checkout_id: uuid.UUID, lines: Mapping[int, int] | None, key: str, staff: User | None, now: datetime, **words: str
) -> Refund:
    checkout: Checkout | None = (
        Checkout.objects.select_for_update().select_related("store").filter(id=checkout_id).first()
    )
    if checkout is None:
        raise NotFound(NO_SALE)
    store = require(staff, Action.REFUND, checkout.store_id, told=NO_SALE) if staff is not None else checkout.store
    if checkout.state != CheckoutState.PAID or checkout.settled_at is None:
        raise NotPaid
    rules = refund_rules(store.policy)
    if now - checkout.settled_at > timedelta(days=rules.days):
        raise RefundTooLate
    taken = sale_lines_take(checkout=checkout, pieces=lines)
    amount = sum(line.amount_minor for line in taken)
    if amount <= 0:
        raise RefundOver
    if staff is None:
        _check_automatic(checkout, amount, rules.automatic_minor, rules.automatic_trip_minor)
    elif amount > refund_limit(staff, store):
        raise RefundOverLimit
    waits = staff is not None and amount > rules.four_eyes_minor
    whole = amount == checkout.captured_minor
    refund = Refund.objects.create(
        store_id=checkout.store_id, checkout=checkout, key=key, amount_minor=amount, void=whole,
        state=RefundState.WAITING if waits else RefundState.PENDING, automatic=staff is None, requested_by=staff,
        tax_minor=sum(line.tax_minor for line in taken), lines=[line.record() for line in taken], created_at=now,
        **words,
    )  # fmt: skip
    if not waits:
        parts_write(refund, now=now)
    announce_refund(refund, "refund.requested" if waits else "refund.started", now=now)
    detail = {"checkout": str(checkout.id), "amount_minor": amount, "lines": refund.lines, "reason": refund.reason}
    audit_record(
        action="refund.request", subject=f"refund:{refund.id}", actor=staff, store=store, detail=detail, now=now
    )
    return refund


def _check_automatic(checkout: Checkout, amount: int, most: int, most_of_trip: int) -> None:
    before = Refund.objects.filter(checkout=checkout, automatic=True).exclude(
        state__in=[RefundState.FAILED, RefundState.REFUSED]
    )
    given = int(before.aggregate(sum=Sum("amount_minor"))["sum"] or 0)
    if amount > most or given + amount > most_of_trip:
        raise RefundNotAutomatic
