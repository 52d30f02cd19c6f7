"""Disputes of a store, and what one of them is decided on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum

from checkout.services.disputes import line_of
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import stores_for

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from checkout.models import Dispute
    from inventory.models import Store

FILTERS = (("open", "To answer"), ("accepted", "Refund to be made"), ("done", "Answered"), ("", "All"))
SHOWN = 200


@dataclass(frozen=True)
class DisputeFigures:
    """Counts and sums of disputes decided in a span; minor units."""

    decided: int
    accepted: int
    automatic: int
    refunded_minor: int
    wrong_accusations: int


def disputes_of(store: Store, state: str) -> list[Dispute]:
    """The store's disputes, the longest-waiting first among those to answer, else the newest."""
    rows = store.disputes.select_related("receipt", "decided_by")
    if state == "done":
        rows = rows.filter(state__in=["refunded", "refused", "withdrawn"])
    elif state:
        rows = rows.filter(state=state)
    found: list[Dispute] = list(rows.order_by("opened_at" if state == "open" else "-opened_at")[:SHOWN])
    return found


def dispute_for(user: User, dispute_id: uuid.UUID, action: Action) -> Dispute:
    """The dispute, if this person may do this in its store; raises NotFound for absent and foreign alike."""
    for store in stores_for(user, action).filter(disputes__id=dispute_id):
        found: Dispute = store.disputes.select_related(
            "store__retailer", "receipt__checkout__trip__cart", "decided_by"
        ).get(id=dispute_id)
        return found
    raise NotFound("There is no such dispute, or your role does not reach it.")


def figures(store: Store, since: datetime) -> DisputeFigures:
    """What disputes came to since then."""
    rows = store.disputes.filter(decided_at__gte=since).exclude(state="withdrawn")
    counted: dict[str, Any] = rows.aggregate(
        decided=Count("id"),
        accepted=Count("id", filter=Q(state__in=["accepted", "refunded"])),
        automatic=Count("id", filter=Q(automatic=True)),
        refunded=Sum("refunded_minor"),
        wrong=Count("id", filter=Q(cost="wrong_accusation")),
    )
    return DisputeFigures(
        counted["decided"], counted["accepted"], counted["automatic"], counted["refunded"] or 0, counted["wrong"]
    )


def line_body(dispute: Dispute) -> dict[str, Any]:
    """The line as it stands on the receipt."""
    return line_of(dispute.receipt, dispute.line)
