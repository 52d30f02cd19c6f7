"""What staff corrected, the shopper sees and confirms before anything is paid."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from carts.services.settlement import Correction
from checkout.errors import CheckoutMoved
from checkout.models import Checkout, Conclusion
from checkout.services.confirming import correction_confirm
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.payments import payment_start
from inventory.errors import NotFound
from inventory.models import AuditEntry
from tests.checkout.world import CAVIAR, NOW, Shop, in_review, make_shop


@pytest.fixture
def checkout(shop: Shop) -> Checkout:
    """Ben took one milk off and added a caviar."""
    escalation = in_review(shop)
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    corrections = (Correction(line=1, quantity=1), Correction(code=CAVIAR, quantity=1))
    escalation_decide(
        escalation_id=escalation.id, staff=shop.sue, conclusion=Conclusion.CORRECTED, corrections=corrections,
        reason_code="forgot_scan", now=NOW,
    )  # fmt: skip
    return Checkout.objects.get()


def pay(checkout: Checkout, key: str = "k1") -> None:
    payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key=key, now=NOW)


def test_the_tablet_is_told_what_changed_and_that_it_must_be_confirmed(shop: Shop, checkout: Checkout) -> None:
    body = shop.api().get(f"/api/v1/checkouts/{checkout.id}").json()

    assert body["confirmation_due"] is True
    changes = {row["name"]: (row["before"], row["after"]) for row in body["corrections"]}
    assert changes == {"Milk 1 l": (2, 1), "Caviar": (0, 1)}


def test_who_pays_the_corrected_sum_agrees_to_it(shop: Shop, checkout: Checkout) -> None:
    """A client of the wire contract that knows of no confirmation is not stuck."""
    pay(checkout)

    checkout.refresh_from_db()
    assert (checkout.state, checkout.unconfirmed) == ("paying", False)
    assert AuditEntry.objects.get(action="correction.confirm").detail["how"] == "payment"


def test_nothing_is_paid_before_the_shopper_has_agreed(shop: Shop, checkout: Checkout) -> None:
    with pytest.raises(IntegrityError, match="unseen"), transaction.atomic():
        Checkout.objects.filter(id=checkout.id).update(state="paying")

    address, client = f"/api/v1/checkouts/{checkout.id}/confirm", shop.api()

    def confirm(headers: dict[str, str]) -> Any:
        return client.post(address, {"revision": checkout.revision}, format="json", headers=headers)

    assert confirm({}).status_code == 400, "every call of the checkout has a key"
    answer = confirm({"Idempotency-Key": "a"})
    assert (answer.status_code, answer.json()["confirmation_due"]) == (200, False)
    assert confirm({"Idempotency-Key": "b"}).status_code == 200
    assert AuditEntry.objects.filter(action="correction.confirm").count() == 1, "said twice, it is the same"
    pay(checkout)
    checkout.refresh_from_db()
    assert checkout.state == "paying"


def test_a_confirmation_under_a_key_gets_the_same_bytes_again_and_no_other_call_does(
    shop: Shop, checkout: Checkout
) -> None:
    address, client = f"/api/v1/checkouts/{checkout.id}/confirm", shop.api()

    def confirm(revision: int) -> Any:
        return client.post(address, {"revision": revision}, format="json", headers={"Idempotency-Key": "c"})

    first = confirm(checkout.revision)
    pay(checkout)

    again = confirm(checkout.revision)
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert confirm(checkout.revision + 1).json()["code"] == "idempotency_key_reused"


def test_another_basket_than_the_one_shown_is_not_confirmed(shop: Shop, checkout: Checkout) -> None:
    with pytest.raises(CheckoutMoved):
        correction_confirm(
            checkout_id=checkout.id, cart_id=shop.cart.id, revision=checkout.revision - 1, now=NOW
        )  # fmt: skip

    checkout.refresh_from_db()
    assert checkout.unconfirmed


def test_another_cart_confirms_nothing(shop: Shop, checkout: Checkout) -> None:
    other = make_shop("Beside")

    with pytest.raises(NotFound):
        correction_confirm(checkout_id=checkout.id, cart_id=other.cart.id, revision=checkout.revision, now=NOW)
