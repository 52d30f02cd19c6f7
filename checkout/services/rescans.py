"""Lines that are scanned again, with the store's handheld or a phone: asked for, scanned, held against the basket."""

import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from carts.nudges import nudge_store
from carts.selectors.trips import sealed_trip
from checkout.errors import EscalationResolved, RescanEnded, RescanRunning
from checkout.models import Conclusion, Escalation, EscalationState, Rescan
from checkout.services.escalations import escalation_claim, escalation_decide
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require
from inventory.selectors.catalogue import article_for, store_catalogue
from inventory.services.audit import audit_record

MOST_SCANS = 200
NO_RESCAN = "There is no such rescan."  # also for a foreign one


@transaction.atomic
def rescan_open(*, escalation: Escalation, lines: Iterable[int], staff: User | None = None, now: datetime) -> Rescan:
    """Asks for these lines; raises EscalationResolved, RescanRunning, or NotFound for lines that there are not.

    Without `staff` it is the policy that asks.
    """
    if staff is not None:
        require(staff, Action.REVIEW, escalation.store_id)
    if escalation.state == EscalationState.RESOLVED:
        raise EscalationResolved
    chosen = set(lines)
    wanted = [
        {"line": line.line, "product": line.product_id, "name": line.name, "quantity": _pieces(line)}
        for line in sealed_trip(escalation.checkout.trip_id).lines
        if line.line in chosen
    ]
    if not wanted or len(wanted) < len(chosen):
        raise NotFound("There is no such line in this basket.")
    try:
        with transaction.atomic():
            rescan: Rescan = Rescan.objects.create(
                store_id=escalation.store_id, escalation=escalation, wanted=wanted, asked_by=staff, asked_at=now
            )
    except IntegrityError:
        raise RescanRunning from None
    _note("rescan.ask", rescan, staff, {"lines": sorted(chosen)}, now)
    return rescan


@transaction.atomic
def rescan_scan(*, rescan_id: uuid.UUID, staff: User, code: str, now: datetime) -> Rescan:
    """Notes one scan; raises NotFound, RescanEnded, or UnknownCode for what the store does not sell."""
    rescan = _open(rescan_id, staff)
    article = article_for(store_catalogue(rescan.store_id), code)
    scan = {"code": code[:80], "product": article.product_id, "name": article.name, "at": now.isoformat()}
    rescan.scanned = [*rescan.scanned[: MOST_SCANS - 1], scan]
    rescan.save(update_fields=["scanned"])
    nudge_store(store_id=rescan.store_id, what="review", id=str(rescan.escalation_id))
    return rescan


@transaction.atomic
def rescan_end(*, rescan_id: uuid.UUID, staff: User, now: datetime) -> Rescan:
    """Ends it: `agrees` when each line was scanned as often as it is charged and nothing else was, else `differs`.

    One that the policy asked for clears the checkout when it agrees; all else is for the person who reviews. Raises
    NotFound, RescanEnded, EscalationTaken or EscalationResolved.
    """
    rescan = _open(rescan_id, staff)
    rescan.result = "agrees" if not differences(rescan) else "differs"
    rescan.ended_at = now
    rescan.save(update_fields=["result", "ended_at"])
    _note("rescan.end", rescan, staff, {"result": rescan.result}, now)
    if rescan.result == "agrees" and rescan.asked_by_id is None:
        escalation_claim(escalation_id=rescan.escalation_id, staff=staff, now=now)
        escalation_decide(
            escalation_id=rescan.escalation_id, staff=staff, conclusion=Conclusion.CLEARED, reason_code="rescanned",
            now=now,
        )  # fmt: skip
    return rescan


def differences(rescan: Rescan) -> dict[int, int]:
    """Pieces by product id: more than charged above 0, fewer below."""
    wanted: Counter[int] = Counter()
    for line in rescan.wanted:
        wanted[line["product"]] += line["quantity"]
    scanned = Counter(scan["product"] for scan in rescan.scanned)
    return {product: scanned[product] - wanted[product] for product in {*wanted, *scanned}
            if scanned[product] != wanted[product]}  # fmt: skip


def _open(rescan_id: uuid.UUID, staff: User) -> Rescan:
    rows = Rescan.objects.select_for_update(of=("self",)).select_related("escalation", "store")
    rescan: Rescan | None = rows.filter(id=rescan_id).first()
    if rescan is None:
        raise NotFound(NO_RESCAN)
    require(staff, Action.REVIEW, rescan.store_id, told=NO_RESCAN)
    if rescan.ended_at is not None:
        raise RescanEnded
    if rescan.escalation.state == EscalationState.RESOLVED:
        raise EscalationResolved
    return rescan


def _pieces(line: Any) -> int:
    return 1 if line.sold_by == "kg" else int(line.quantity)


def _note(action: str, rescan: Rescan, staff: User | None, detail: dict[str, Any], now: datetime) -> None:
    subject = f"escalation:{rescan.escalation_id}"
    name = "" if staff is not None else "policy"
    nudge_store(store_id=rescan.store_id, what="review", id=str(rescan.escalation_id))
    audit_record(
        action=action, subject=subject, actor=staff, actor_name=name, store=rescan.store, detail=detail, now=now
    )
