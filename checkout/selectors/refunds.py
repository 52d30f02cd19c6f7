"""Sales and what was given back of them, and what could not be delivered: for the pages of the staff."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkout.models import Checkout, CheckoutState, LineProblem, OutboxMessage, Refund, RefundState
from checkout.services.problems import RESOLUTIONS
from checkout.services.spending import refund_limit
from checkout.tendering import refund_rules
from inventory.access import Action
from inventory.errors import NotFound
from inventory.selectors.access import require, stores_for


@dataclass(frozen=True)
class Sale:
    """A paid checkout with its lines, tenders and refunds; amounts in minor units. `most` is this person's limit."""

    checkout: Checkout
    lines: list[Any]
    tenders: list[Any]
    refunds: list[Refund]
    left_minor: int
    most: int
    four_eyes_minor: int


def sale_for(user: Any, checkout_id: uuid.UUID) -> Sale:
    """The sale, if this person may give money back in its store; raises NotFound."""
    stores = stores_for(user, Action.REFUND)
    rows = Checkout.objects.select_related("store", "trip__cart", "receipt").filter(state=CheckoutState.PAID)
    checkout = rows.filter(id=checkout_id, store__in=stores).first()
    if checkout is None:
        raise NotFound("There is no such sale, or your role does not reach it.")
    tenders = list(checkout.attempts.filter(state="captured").order_by("created_at"))
    lines = list(checkout.sale_lines.order_by("line"))
    return Sale(
        checkout=checkout,
        lines=[(line, line.pieces - line.refunded_pieces) for line in lines],
        tenders=tenders,
        refunds=list(checkout.refunds.select_related("requested_by", "decided_by").prefetch_related("parts")),
        left_minor=sum(line.amount_minor - line.refunded_minor for line in lines),
        most=refund_limit(user, checkout.store),
        four_eyes_minor=refund_rules(checkout.store.policy).four_eyes_minor,
    )


def sale_named(store_id: int, number: str) -> uuid.UUID | None:
    """The checkout of a receipt's number, or None."""
    if not number.isdecimal() or len(number) > 12:
        return None
    found: uuid.UUID | None = (
        Checkout.objects.filter(store_id=store_id, receipt__number=int(number)).values_list("id", flat=True).first()
    )
    return found


def refunds_of(user: Any, store_id: int) -> tuple[list[Refund], list[Refund]]:
    """Those that wait for a second person, the oldest first, and the newest of all others; raises NotFound."""
    require(user, Action.REFUND, store_id)
    rows = Refund.objects.select_related("checkout__receipt", "requested_by", "decided_by").filter(store_id=store_id)
    waiting = list(rows.filter(state=RefundState.WAITING).order_by("created_at")[:100])
    return waiting, list(rows.exclude(state=RefundState.WAITING).order_by("-created_at")[:50])


def dead_letters(user: Any, store_id: int) -> list[OutboxMessage]:
    """What was given up, the newest first; raises NotFound for who may not see it."""
    require(user, Action.SEE_AUDIT, store_id)
    rows = OutboxMessage.objects.filter(store_id=store_id, dead_at__isnull=False)
    return list(rows.order_by("-dead_at")[:200])


@dataclass(frozen=True)
class OpenProblem:
    """A line that waits for a word: of which cart, since when, and what this person may say."""

    problem: LineProblem
    cart: str
    since: datetime
    says: list[tuple[str, str]]


WORDS = {
    "confirmed": "Age confirmed", "removed": "Take it out", "reduced": "Reduce to the limit",
    "allowed": "Allow it", "passed": "Its hours have begun",
}  # fmt: skip


def problems_of(user: Any, store_id: int) -> list[OpenProblem]:
    """The open problems of a store's lines, who waits longest first; raises NotFound."""
    store = require(user, Action.REVIEW, store_id)
    rows = LineProblem.objects.select_related("trip__cart").filter(store_id=store_id, resolution="")
    mine = {action: stores_for(user, action).filter(pk=store.pk).exists() for action in (Action.REVIEW, Action.REFUSE)}
    return [
        OpenProblem(
            problem=row,
            cart=row.trip.cart.label,
            since=row.opened_at,
            says=[(name, WORDS[name]) for name, action in RESOLUTIONS[row.kind].items() if mine[action]],
        )
        for row in rows.order_by("opened_at", "id")[:100]
    ]
