"""Vouchers, coupons and member cards: looked up and claimed off the event loop, before the scan is judged."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from carts.live import reads
from carts.live.results import Step
from carts.models import Trip, TripState
from carts.protocol import Apply, events
from inventory.selectors.articles import StoreCatalogue
from inventory.selectors.tokens import NoToken, Token, may_be_token, token_for
from inventory.services.claims import claim_take, claims_release

if TYPE_CHECKING:
    from carts.live.shopping import Shopping
    from carts.live.trip import LiveTrip

GIVEN_BACK = {"voucher_removed": "voucher", "coupon_removed": "coupon"}
REDEEMED = NoToken("already_redeemed", "This was used before.")
ELSEWHERE = NoToken("in_use", "This is being used in another cart at the moment.")


@dataclass(frozen=True, slots=True)
class Granted:
    """A token that is this trip's to use."""

    token: Token


def asked(action: Apply, shopping: "Shopping") -> bool:
    """Whether an event has to do with vouchers, coupons or cards, and so with the database."""
    trip, data = shopping.trip, action.data
    if trip is None or trip.state != TripState.SHOPPING:
        return False
    if isinstance(data, events.Scan):
        return may_be_token(trip.basket.catalogue, data.code)
    return isinstance(data, events.Remove) and data.code is not None and trip.uses_of(data.code) > 0


async def claimed(data: events.Data, trip: "LiveTrip | None") -> Granted | NoToken | None:
    """What a scan is that is no goods, claimed for the trip; None for any other event."""
    if trip is None or not isinstance(data, events.Scan):
        return None
    return await reads.run(
        token_claim, catalogue=trip.basket.catalogue, code=data.code, trip_id=trip.id, have=trip.uses_of(data.code),
        now=timezone.now(),
    )  # fmt: skip


def gave_back(step: Step) -> bool:
    """Whether the shopper took a voucher or a coupon out again."""
    return step.result is not None and step.result.outcome in GIVEN_BACK


async def free(step: Step, trip: "LiveTrip | None") -> None:
    """Another cart may use it: call it once its removal is on disk."""
    code = (step.result.detail or {}).get("code", "") if step.result is not None else ""
    if trip is not None and step.result is not None and not trip.basket.presented_as([code]):
        kind = GIVEN_BACK[step.result.outcome]
        await reads.run(claims_release, holder=trip.id, kind=kind, code=code)


def token_claim(
    *, catalogue: StoreCatalogue, code: str, trip_id: uuid.UUID, have: int, now: datetime
) -> Granted | NoToken | None:
    """What a code that is no goods' comes to: None if it is no token. `have` uses of it are in the basket already.

    What a cancelled trip still holds is free: it was never paid, and never will be.
    """
    token = token_for(catalogue, code, now)
    if not isinstance(token, Token) or token.kind == "member":
        return Granted(token) if isinstance(token, Token) else token
    if have and token.uses is None:
        return NoToken("in_basket", "This is in your basket already.")
    for _ in range(2):
        taken = claim_take(retailer_id=catalogue.retailer_id, token=token, holder=trip_id, have=have, now=now)
        if taken.granted:
            return Granted(token)
        dead = Trip.objects.filter(id__in=taken.holders, state=TripState.CANCELLED).values_list("id", flat=True)
        if sum(claims_release(holder=holder, kind=token.kind, code=token.code) for holder in dead) == 0:
            break
    if trip_id in taken.holders:
        return NoToken("in_basket", "This is in your basket already.")
    return ELSEWHERE if taken.holders else REDEEMED
