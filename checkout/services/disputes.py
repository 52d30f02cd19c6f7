"""Disputes: one tap on a line of the receipt, an answer, and the money back.

    open -> accepted -> refunded       open -> refused, withdrawn

Every step is a conditional UPDATE. The refund is made after the commit, from the outbox, under a key of the dispute's
own: however often it is tried, the money goes back once.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from carts.nudges import nudge_store
from checkout.dispute_errors import DisputeDecided, DisputeInvalid, DisputeLate
from checkout.dispute_rules import Claim, cost_of, dispute_rules, is_believed
from checkout.models import Dispute, DisputeKind, DisputeState, Receipt, Refund, RefundState
from checkout.models.below import Discrepancy, TripLine
from checkout.services.announcing import announce
from checkout.services.outbox import outbox_put
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_line
from checkout.tendering import refund_rules
from inventory.access import Action
from inventory.errors import DomainError, NotFound
from inventory.selectors.access import require
from inventory.services.audit import audit_record

STATES: Mapping[DisputeState, frozenset[DisputeState]] = {
    DisputeState.OPEN: frozenset({DisputeState.ACCEPTED, DisputeState.REFUSED, DisputeState.WITHDRAWN}),
    DisputeState.ACCEPTED: frozenset({DisputeState.REFUNDED}),
    DisputeState.REFUNDED: frozenset(),
    DisputeState.REFUSED: frozenset(),
    DisputeState.WITHDRAWN: frozenset({DisputeState.OPEN}),
}


TROUBLES: Mapping[str, str] = {
    RefundState.WAITING: "The refund waits for a second person.",
    RefundState.FAILED: "The refund failed at its provider: see to it by hand.",
    RefundState.REFUSED: "The second person did not agree to the refund.",
}


class RefundWaits(Exception):
    """The provider has not answered yet: the outbox asks again."""


def dispute_open(*, receipt: Receipt, line: int, now: datetime) -> Dispute:
    """The shopper says that a line is wrong; asked again, the same dispute. Raises NotFound, DisputeLate.

    Where the store's rules believe the shopper, it is accepted at once.
    """
    row = line_of(receipt, line)
    rules = dispute_rules(receipt.store.policy)
    if now > receipt.issued_at + timedelta(days=rules.days):
        raise DisputeLate
    amount = paid_for(row, tax_inclusive=receipt.body["tax_inclusive"])
    if amount <= 0:
        raise DisputeInvalid("Nothing was charged for this line.")
    with transaction.atomic():
        dispute, new = _found(receipt, line, amount, now)
        if not new:
            return dispute
        believed = receipt.disputes.filter(automatic=True).count()
        limit = refund_rules(receipt.store.policy).automatic_minor
        if is_believed(Claim(amount, row["checked"], believed), rules, limit):
            _accept(dispute, row, staff=None, answer="", now=now)
        _tell(dispute, "dispute.opened", now)
    dispute.refresh_from_db()
    return dispute


def dispute_say(*, dispute: Dispute, kind: str, note: str) -> None:
    """What is wrong, and in the shopper's words; while nobody has decided. Raises DisputeInvalid, DisputeDecided."""
    if kind not in DisputeKind.values:
        raise DisputeInvalid
    rows = Dispute.objects.filter(id=dispute.id, state__in=[DisputeState.OPEN, DisputeState.ACCEPTED])
    if rows.update(kind=kind, note=note.strip()[:300]) != 1:
        raise DisputeDecided
    nudge_store(store_id=dispute.store_id, what="dispute", id=str(dispute.id))


def dispute_withdraw(*, dispute: Dispute, now: datetime) -> None:
    """The shopper takes it back; raises DisputeDecided once it was answered."""
    with transaction.atomic():
        _move(dispute.id, DisputeState.WITHDRAWN, decided_at=now)
        _tell(dispute, "dispute.withdrawn", now)


def dispute_decide(*, dispute_id: uuid.UUID, staff: User, accept: bool, answer: str, now: datetime) -> Dispute:
    """Staff answer. Up to the store's limit whoever reviews may accept, above it who may refund. Raises NotFound,
    DisputeDecided."""
    rows = Dispute.objects.select_related("receipt", "store__retailer")
    dispute: Dispute | None = rows.filter(id=dispute_id).first()
    if dispute is None:
        raise NotFound
    limit = refund_rules(dispute.store.policy).automatic_minor
    dear = accept and dispute.amount_minor > limit
    require(staff, Action.REFUND if dear else Action.REVIEW, dispute.store_id, told=NotFound.detail)
    with transaction.atomic():
        if accept:
            _accept(dispute, line_of(dispute.receipt, dispute.line), staff=staff, answer=answer, now=now)
        else:
            _move(dispute.id, DisputeState.REFUSED, answer=answer[:300], decided_by=staff, decided_at=now)
        _tell(dispute, "dispute.decided", now)
        audit_record(
            action="dispute.accept" if accept else "dispute.refuse",
            subject=f"dispute:{dispute.id}",
            actor=staff,
            store=dispute.store,
            detail={"line": dispute.line, "amount": dispute.amount_minor},
            now=now,
        )
    dispute.refresh_from_db()
    return dispute


def dispute_refund(*, dispute_id: uuid.UUID, now: datetime) -> None:
    """Gives an accepted dispute's money back, or finds out how far that is; raises RefundWaits until it is through.

    Up to the store's limit it goes without a person, above it in the name of who accepted. What the refund's rules
    refuse stays with the dispute as its trouble, for a person.
    """
    dispute = Dispute.objects.select_related("receipt", "decided_by").get(id=dispute_id)
    if dispute.state != DisputeState.ACCEPTED:
        return
    limit = refund_rules(dispute.store.policy).automatic_minor
    staff = dispute.decided_by if dispute.amount_minor > limit else None
    try:
        refund = refund_line(
            checkout_id=dispute.receipt.checkout_id,
            line=dispute.line,
            reference=dispute_key(dispute.id),
            staff=staff,
            now=now,
        )
    except DomainError as error:
        Dispute.objects.filter(id=dispute.id).update(trouble=f"{error.code}: {error.detail}"[:200])
        nudge_store(store_id=dispute.store_id, what="dispute", id=str(dispute.id))
        return
    refund = refund_advance(refund_id=refund.id, now=now)
    _follow(dispute, refund, now)
    if refund.state == RefundState.PENDING:
        raise RefundWaits(f"refund {refund.id} is on its way")


def disputes_follow(*, now: datetime) -> int:
    """Accepted disputes whose refund has ended meanwhile, also after a second person's word; says how many."""
    count = 0
    for dispute in Dispute.objects.filter(state=DisputeState.ACCEPTED)[:200]:
        refund = Refund.objects.filter(store_id=dispute.store_id, reference=dispute_key(dispute.id)).first()
        count += _follow(dispute, refund, now) if refund is not None else 0
    return count


def _follow(dispute: Dispute, refund: Refund, now: datetime) -> bool:
    rows = Dispute.objects.filter(id=dispute.id, state=DisputeState.ACCEPTED)
    if refund.state == RefundState.DONE:
        with transaction.atomic():
            fields = {"refunded_minor": refund.amount_minor, "settled_at": now, "trouble": ""}
            if rows.update(state=DisputeState.REFUNDED, **fields) != 1:
                return False
            _tell(dispute, "dispute.refunded", now)
        return True
    rows.update(trouble=TROUBLES.get(refund.state, ""))
    return False


def line_of(receipt: Receipt, line: int) -> dict[str, Any]:
    """The line's body; raises NotFound."""
    for row in receipt.body["lines"]:
        if row["line"] == line:
            return dict(row)
    raise NotFound("This receipt has no such line.")


def paid_for(row: Mapping[str, Any], *, tax_inclusive: bool) -> int:
    """What the shopper paid for a line, in minor units: after discounts, with deposit and tax."""
    return int(row["amount"] + row["deposit"] + (0 if tax_inclusive else row["tax"]))


def dispute_body(dispute: Dispute) -> dict[str, Any]:
    """What the retailer's systems are told of a dispute."""
    checkout = dispute.receipt.checkout
    return {
        "checkout": str(checkout.id),
        "trip": str(checkout.trip_id),
        "store": dispute.store.code,
        "currency": checkout.currency,
        "dispute": str(dispute.id),
        "receipt": dispute.receipt.number,
        "line": dispute.line,
        "kind": str(dispute.kind),
        "state": str(dispute.state),
        "amount": dispute.amount_minor,
        "automatic": dispute.automatic,
        "cost": dispute.cost,
    }


def dispute_key(dispute_id: uuid.UUID) -> str:
    """The refund's reference: the same for every try."""
    return f"dispute:{dispute_id}"


def _found(receipt: Receipt, line: int, amount: int, now: datetime) -> tuple[Dispute, bool]:
    """The line's dispute, and whether it is to be looked at: a new one, or one that was withdrawn."""
    try:
        with transaction.atomic():
            made: Dispute = Dispute.objects.create(
                store_id=receipt.store_id, receipt=receipt, line=line, amount_minor=amount, opened_at=now
            )
            return made, True
    except IntegrityError:
        again = Dispute.objects.filter(receipt=receipt, line=line, state=DisputeState.WITHDRAWN)
        reopened = again.update(state=DisputeState.OPEN, opened_at=now, decided_at=None) == 1
        return Dispute.objects.get(receipt=receipt, line=line), reopened


def _accept(dispute: Dispute, row: dict[str, Any], *, staff: User | None, answer: str, now: datetime) -> None:
    trip_id = dispute.receipt.checkout.trip_id
    found = TripLine.objects.filter(trip_id=trip_id, line=dispute.line).values_list("source", flat=True).first()
    doubted = Discrepancy.objects.filter(trip_id=trip_id, line=dispute.line).exclude(disputed="").exists()
    _move(
        dispute.id,
        DisputeState.ACCEPTED,
        automatic=staff is None,
        answer=answer[:300],
        cost=cost_of(row["checked"], found or "", doubted),
        refund_key=dispute_key(dispute.id),
        decided_by=staff,
        decided_at=now,
    )
    outbox_put(
        store_id=dispute.store_id,
        topic="dispute.refund",
        group=f"dispute:{dispute.id}",
        payload={"dispute": str(dispute.id)},
        now=now,
    )


def _move(dispute_id: uuid.UUID, to: DisputeState, **fields: Any) -> None:
    froms = [str(state) for state, targets in STATES.items() if to in targets]
    if Dispute.objects.filter(id=dispute_id, state__in=froms).update(state=to, **fields) != 1:
        raise DisputeDecided


def _tell(dispute: Dispute, event: str, now: datetime) -> None:
    """The console at once, the retailer's systems through the outbox."""
    nudge_store(store_id=dispute.store_id, what="dispute", id=str(dispute.id))
    told = Dispute.objects.select_related("receipt__checkout", "store").get(id=dispute.id)
    announce(
        store=told.store,
        checkout_id=told.receipt.checkout_id,
        event=event,
        data=dispute_body(told),
        now=now,
    )
