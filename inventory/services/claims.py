"""Claims on vouchers and coupons: held from the scan on, redeemed once, in the transaction that settles the trip."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from inventory.errors import DomainError
from inventory.models import Claim
from inventory.selectors.tokens import Token


class ClaimLost(DomainError):
    code = "claim_lost"
    status = 409
    detail = "A voucher or coupon of this basket is no longer this trip's."


class Taken(NamedTuple):
    """Whether this holder now has a use of the token; if not, who holds it, or None when every use is redeemed."""

    granted: bool
    holders: tuple[uuid.UUID, ...] = ()


@transaction.atomic
def claim_take(*, retailer_id: int, token: Token, holder: uuid.UUID, have: int = 0, now: datetime) -> Taken:
    """One use of a voucher or coupon for this holder, beyond the `have` that it shows already.

    The unique constraint decides between two at once: the insert that comes second does nothing. Taken again after a
    crash, the holder's own claim answers. Tokens without a limit need no claim.
    """
    if token.uses is None:
        return Taken(granted=True)
    rows = Claim.objects.filter(retailer_id=retailer_id, kind=token.kind, code=token.code)
    for _ in range(3):
        known = {row.number: row for row in rows.all()}
        if sum(row.holder == holder and row.redeemed_at is None for row in known.values()) > have:
            return Taken(granted=True)
        free = next((number for number in range(1, token.uses + 1) if number not in known), None)
        if free is None:
            return Taken(False, tuple(row.holder for row in known.values() if row.redeemed_at is None))
        claim = Claim(
            retailer_id=retailer_id, kind=token.kind, code=token.code, number=free, holder=holder,
            amount_minor=token.amount_minor, taken_at=now,
        )  # fmt: skip
        Claim.objects.bulk_create([claim], ignore_conflicts=True)
    return Taken(granted=False)


def claims_release(*, holder: uuid.UUID, kind: str = "", code: str = "") -> int:
    """What a trip held and has not redeemed is free again: all of it, or one token. Says how many."""
    rows = Claim.objects.filter(holder=holder, redeemed_at=None)
    if code:
        rows = rows.filter(kind=kind, code=code)
    return rows.delete()[0]


@transaction.atomic
def claims_settle(*, holder: uuid.UUID, presented: Iterable[dict[str, Any]], now: datetime) -> int:
    """Redeems what a paid basket has used, and frees the rest; says how many. Call it in the settling transaction.

    `presented` are the entries of the basket's totals. Raises ClaimLost when a use is not this trip's to redeem, or was
    redeemed before; then the settlement must not stand.
    """
    wanted: dict[tuple[str, str], int] = {}
    for entry in presented:
        if entry.get("claimed") and entry.get("used"):
            key = (str(entry["kind"]), str(entry["code"]))
            wanted[key] = wanted.get(key, 0) + 1
    for (kind, code), count in sorted(wanted.items()):
        held = Claim.objects.filter(holder=holder, kind=kind, code=code, redeemed_at=None)
        numbers: Sequence[int] = list(held.order_by("number").values_list("pk", flat=True)[:count])
        if held.filter(pk__in=numbers).update(redeemed_at=now) != count:
            raise ClaimLost
    claims_release(holder=holder)
    return sum(wanted.values())
