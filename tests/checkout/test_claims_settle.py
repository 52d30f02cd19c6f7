"""A voucher is redeemed by the transaction that settles its trip, once, and the receipt agrees with the wire."""

from typing import Any

import pytest

from carts.models import Trip
from checkout.models import Checkout, CheckoutState, Receipt
from checkout.services.payments import payment_start
from checkout.services.settling import checkout_settle
from inventory.models import Claim
from inventory.selectors.tokens import Token
from inventory.services.claims import ClaimLost, claim_take
from tests.checkout.world import NOW, Shop, make_shop, make_trip, open_checkout

SLIP = Token(kind="voucher", code="9810000101505", amount_minor=150, uses=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def _trip(shop: Shop, *, held: bool = True) -> Trip:
    """A sealed trip with a voucher in its basket."""
    trip = make_trip(shop)
    entry = {"kind": "voucher", "code": SLIP.code, "promotion": "", "amount": 150, "claimed": True, "used": True,
             "why": ""}  # fmt: skip
    trip.totals |= {"presented": [entry], "vouchers": 150, "due": trip.totals["due"] - 150}
    trip.due_minor = trip.totals["due"]
    trip.save()
    if held:
        assert claim_take(retailer_id=shop.store.retailer_id, token=SLIP, holder=trip.id, now=NOW).granted
    return trip


def _settled(checkout: Checkout) -> Any:
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)
    return checkout_settle(attempt=attempt, reference="ref", now=NOW)


def test_settling_redeems_what_the_basket_used(shop: Shop) -> None:
    trip = _trip(shop)

    _settled(open_checkout(shop, trip))

    assert Claim.objects.get().redeemed_at == NOW
    totals = Receipt.objects.get().body["totals"]
    assert (totals["vouchers"], totals["due"]) == (150, trip.due_minor)


def test_a_voucher_that_is_not_the_trips_undoes_the_settlement(shop: Shop) -> None:
    checkout = open_checkout(shop, _trip(shop, held=False))

    with pytest.raises(ClaimLost):
        _settled(checkout)

    checkout.refresh_from_db()
    assert checkout.state == CheckoutState.PAYING
    assert not Receipt.objects.exists()
