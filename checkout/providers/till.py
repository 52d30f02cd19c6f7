"""The basket is handed to a manned till, as a QR or by a call to its system, and comes back paid.

What the till says is kept in `TillBasket`; the shopper's card is the till's affair and is never seen here. The QR's
code is a token of its own (salt `checkout.till`): no exit pass and no receipt can be made of it.
"""

import uuid
from typing import Any

from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from checkout.models import TillBasket
from checkout.providers.port import Answer, Payment, ProviderRefused, Returned

SOURCE = "till"
SALT = "checkout.till"
LENGTH = 16


class Till:
    """Its words are rows of ours: written by whoever is signed in at the till, read here."""

    name = "till"

    def takes(self, source: str) -> bool:
        return source == SOURCE

    def authorise(self, payment: Payment) -> Answer:
        from checkout.services.handing import basket_hand_over  # which reads codes of ours

        return _answer(basket_hand_over(key=payment.key, now=timezone.now()))

    def capture(self, payment: Payment) -> Answer:
        found = self.find(payment)
        if found is None:
            raise ProviderRefused("no basket was handed over")
        return found

    def void(self, payment: Payment) -> Answer:
        from checkout.services.handing import basket_take_back  # which reads codes of ours

        return _answer(basket_take_back(key=payment.key, now=timezone.now()))

    def find(self, payment: Payment) -> Answer | None:
        basket = TillBasket.objects.filter(attempt__key=payment.key).first()
        return _answer(basket) if basket else None

    def refund(self, payment: Payment, *, key: str, amount_minor: int) -> Returned:
        # The money lies in a drawer: the people at the till hand it out, the refund's row tells them how much.
        return Returned("done", key, "paid out at the till")


def till_code(basket_id: uuid.UUID) -> str:
    """What the QR holds: 32 digits of the basket, then 16 of its signature."""
    return basket_id.hex + _signature(basket_id)


def till_read(code: str) -> uuid.UUID | None:
    """The basket of a code that we signed, else None."""
    try:
        basket_id = uuid.UUID(code[:32])
    except ValueError:
        return None
    fits = constant_time_compare(code[32:].encode(), _signature(basket_id).encode())
    return basket_id if fits and len(code) == 32 + LENGTH else None


def _signature(basket_id: uuid.UUID) -> str:
    return salted_hmac(SALT, basket_id.bytes, algorithm="sha256").hexdigest()[:LENGTH]


def _answer(basket: Any) -> Answer:
    code = till_code(basket.id)
    if basket.state == "paid":
        return Answer("captured", basket.reference or code, f"paid at the till: {basket.tender}")
    if basket.state == "voided":
        return Answer("voided", code)
    return Answer("pending", code, "waiting for the till")
