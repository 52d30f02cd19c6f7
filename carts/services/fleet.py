"""Carts come into a store."""

from datetime import datetime, timedelta

from django.db import transaction

from carts.models import Cart
from carts.services.enrolment import enrolment_code_create

LIFETIME = timedelta(days=7)  # that a code is good: carts are unpacked over days


@transaction.atomic
def carts_create(*, store_id: int, count: int, now: datetime) -> dict[str, str]:
    """New carts C-01, C-02 …, after those there are: by label, the code by which each is enrolled."""
    start = Cart.objects.filter(store_id=store_id).count()
    codes = {}
    for number in range(start + 1, start + count + 1):
        cart = Cart.objects.create(store_id=store_id, label=f"C-{number:02d}")
        codes[cart.label] = enrolment_code_create(store_id=store_id, cart_id=cart.pk, now=now, lifetime=LIFETIME)
    return codes
