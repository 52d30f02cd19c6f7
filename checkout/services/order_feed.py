"""The order feed: what a retailer's systems read, in an order that a reader can rely on.

Positions are given when the feed is read or swept, under the lock of the retailer's counter, to what has committed by
then. So a position, once seen, has nothing before it that a reader could have missed, and settling never waits for it.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef

from checkout.models import ExportToken, FeedCounter, FeedEntry, Receipt, Refund, RefundState
from checkout.models.below import Retailer
from inventory.access import Scope

BATCH = 500
PAID, REFUNDED = "order.paid", "order.refunded"
# Receipts that may have been numbered, and not committed, while others committed; and the same in time for refunds.
UNDER_WAY = 5000
LOOK_BACK = timedelta(days=1)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
PREFIX = "smartcart_"


@transaction.atomic
def feed_extend(*, retailer_id: int) -> int:
    """Gives positions to paid orders and refunds that have none yet, oldest first; says how many."""
    FeedCounter.objects.get_or_create(retailer_id=retailer_id)
    # The lock first, and what there is afterwards: two readers at once give no position twice.
    counter = FeedCounter.objects.select_for_update().get(retailer_id=retailer_id)
    found = sorted(_news(retailer_id), key=lambda row: row[0])[:BATCH]
    entries = [
        FeedEntry(
            retailer_id=retailer_id, position=counter.last + number, kind=kind, reference=reference,
            receipt_id=receipt_id, at=at,
        )
        for number, (at, kind, reference, receipt_id) in enumerate(found, start=1)
    ]  # fmt: skip
    FeedEntry.objects.bulk_create(entries)
    FeedCounter.objects.filter(retailer_id=retailer_id).update(last=F("last") + len(entries))
    return len(entries)


def token_create(
    *, retailer: Retailer, name: str, staff: User | None, now: datetime, scopes: Iterable[Scope] = tuple(Scope)
) -> tuple[ExportToken, str]:
    """A token for a retailer's system, and its text, which is told this once."""
    text = PREFIX + secrets.token_urlsafe(32)
    row = ExportToken.objects.create(
        retailer=retailer, name=name[:60], token_hash=_hash(text), created_by=staff, created_at=now,
        scopes=" ".join(sorted(set(scopes))),
    )  # fmt: skip
    return row, text


def token_holder(text: str, *, now: datetime) -> ExportToken | None:
    """The token, with whose it is; None for one that is unknown, revoked, or of a retailer that is gone."""
    rows = ExportToken.objects.select_related("retailer").filter(token_hash=_hash(text), revoked_at=None)
    token = rows.filter(retailer__active=True).first()
    if token is not None:
        ExportToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def token_revoke(*, token: ExportToken, now: datetime) -> None:
    """The token opens nothing any more."""
    ExportToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _news(retailer_id: int) -> list[tuple[datetime, str, str, int]]:
    """(when, kind, reference, receipt) of what has no position yet.

    Looks back only as far as a transaction can have been under way when the last position was given.
    """
    told = FeedEntry.objects.filter(retailer_id=retailer_id)
    last = told.filter(kind=PAID).aggregate(last=Max("receipt_id"))["last"] or 0
    receipts = Receipt.objects.filter(store__retailer_id=retailer_id, pk__gt=last - UNDER_WAY)
    fresh = receipts.filter(~Exists(told.filter(kind=PAID, receipt=OuterRef("pk")))).order_by("pk")
    found = [(at, PAID, f"paid:{pk}", int(pk)) for pk, at in fresh.values_list("pk", "issued_at")[:BATCH]]
    refunds = Refund.objects.filter(store__retailer_id=retailer_id, state=RefundState.DONE)
    before = told.filter(kind=REFUNDED).aggregate(last=Max("at"))["last"]
    if before is not None:
        refunds = refunds.filter(ended_at__gte=before - LOOK_BACK)
    known = set(told.filter(kind=REFUNDED, at__gte=(before or FIRST) - LOOK_BACK).values_list("reference", flat=True))
    for pk, at, receipt in refunds.order_by("ended_at").values_list("pk", "ended_at", "checkout__receipt"):
        if receipt is None or f"refund:{pk}" in known:
            continue
        # A reader hears of an order before it hears of its refund.
        if any(receipt == row[3] for row in found) or told.filter(kind=PAID, receipt_id=receipt).exists():
            found.append((at, REFUNDED, f"refund:{pk}", int(receipt)))
    return found
