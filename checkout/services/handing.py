"""Handing a basket to a manned till, and taking it back: told to the till's system in the same transaction.

The shopper's QR needs no such system; where the retailer has one, the webhook `till.basket` is the call to it.
"""

from datetime import datetime

from django.db import transaction

from checkout.models import PaymentAttempt, TillBasket
from checkout.services.announcing import announce_basket
from checkout.services.tills import till_basket_body


@transaction.atomic
def basket_hand_over(*, key: str, now: datetime) -> TillBasket:
    """The basket of the attempt with this key; made, and told of, once."""
    attempt = PaymentAttempt.objects.select_related("checkout__store", "checkout__trip__cart").get(key=key)
    basket, made = TillBasket.objects.get_or_create(attempt=attempt, defaults={"created_at": now})
    if made:
        announce_basket(basket, till_basket_body(basket), now=now)
    return basket


@transaction.atomic
def basket_take_back(*, key: str, now: datetime) -> TillBasket:
    """Makes the basket void, also one that was never handed over, so that it never is. What the till was faster to
    take stays taken."""
    attempt = PaymentAttempt.objects.select_related("checkout__store", "checkout__trip__cart").get(key=key)
    ended = {"state": "voided", "ended_at": now}
    basket, made = TillBasket.objects.get_or_create(attempt=attempt, defaults={"created_at": now, **ended})
    moved = TillBasket.objects.filter(id=basket.id, state="open").update(**ended)
    if moved and not made:
        basket.state, basket.ended_at = "voided", now
        announce_basket(basket, till_basket_body(basket), now=now)
    elif not made:
        basket.refresh_from_db(fields=["state", "tender", "reference", "ended_at"])
    return basket
