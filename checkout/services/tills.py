"""Baskets at manned tills: read by their code, and paid by the till's word."""

from datetime import datetime
from typing import Any

from django.db import transaction

from carts.selectors.trips import sealed_trip
from checkout.errors import AmountInvalid, BasketEnded, BasketUnknown, TillMustCheck
from checkout.models import LIVE_ATTEMPTS, PaymentAttempt, TillBasket
from checkout.providers.till import till_code, till_read
from checkout.services.cash import CASH, cash_of


def till_basket(code: str, store_id: int) -> TillBasket:
    """The basket of a code, if it is this store's; raises BasketUnknown."""
    basket_id = till_read(code)
    rows = TillBasket.objects.select_related("attempt__checkout__trip__cart", "attempt__checkout__store")
    basket: TillBasket | None = rows.filter(id=basket_id, attempt__checkout__store_id=store_id).first()
    if basket_id is None or basket is None:
        raise BasketUnknown
    return basket


def till_basket_body(basket: TillBasket) -> dict[str, Any]:
    """The basket as the till's system takes it over; amounts in minor units, weights in grams."""
    checkout = basket.attempt.checkout
    sealed = sealed_trip(checkout.trip_id)
    return {
        "code": till_code(basket.id),
        "state": basket.state,
        "amount": basket.attempt.amount_minor,
        "amount_cash": cash_of(checkout.store).cash(basket.attempt.amount_minor),
        "currency": checkout.currency,
        "cart": checkout.trip.cart.label,
        "check": [reason["text"] for reason in checkout.reasons] if checkout.till_only else [],
        "lines": [
            {"line": line.line, "code": line.code, "name": line.name, "quantity": line.quantity,
             "weight_g": None if line.weight_g is None else round(line.weight_g),
             "amount": line.amount_minor + line.deposit_minor}
            for line in sealed.lines
        ],
    }  # fmt: skip


@transaction.atomic
def till_basket_pay(
    *, code: str, store_id: int, amount_minor: int, tender: str, reference: str, checked: bool = False, now: datetime
) -> TillBasket:
    """The till has taken exactly what was owed, in cash what coins can pay of it. Raises BasketUnknown, AmountInvalid,
    or BasketEnded."""
    basket = till_basket(code, store_id)
    if basket.attempt.checkout.till_only and not checked and basket.state == "open":
        raise TillMustCheck
    owed = basket.attempt.amount_minor
    wanted = cash_of(basket.attempt.checkout.store).cash(owed) if tender == CASH else owed
    if amount_minor != wanted:
        raise AmountInvalid("The till must take exactly the basket's amount, in cash its amount_cash.")
    rows = TillBasket.objects.filter(id=basket.id, state="open")
    if rows.update(state="paid", tender=tender, reference=reference, ended_at=now) != 1:
        basket.refresh_from_db()
        if (basket.state, basket.reference) != ("paid", reference):
            raise BasketEnded
    PaymentAttempt.objects.filter(id=basket.attempt_id, state__in=LIVE_ATTEMPTS).update(
        due_at=now, rounding_minor=wanted - owed
    )
    basket.refresh_from_db()
    return basket
