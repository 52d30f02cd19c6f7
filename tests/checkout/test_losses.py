"""What a store truly loses among trips that nothing spoke against, from full random checks and their chances."""

import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from carts.models import Cart
from carts.services.settlement import Correction
from checkout.audits import loss_between
from checkout.models import Checkout, Conclusion, Escalation, Rescan
from checkout.selectors.losses import LossFigure, losses_of
from checkout.services.escalations import escalation_claim, escalation_decide
from tests.checkout.world import CAVIAR, NOW, Shop, make_shop, make_trip, open_checkout

DUE = 2 * 149 + 299


@pytest.fixture
def audited(shop: Shop) -> Callable[..., Escalation]:
    """A trip that was drawn and waits for a person; half of all are."""
    rules = {"audit_share": 0.5, "camera_use": "never"}

    def make(of: Shop = shop) -> Escalation:
        of.store.policy = {"checkout": rules}
        of.store.save(update_fields=["policy"])
        while True:
            cart = Cart.objects.create(store=of.store, label=uuid.uuid4().hex[:10])
            checkout = open_checkout(of, make_trip(of, cart=cart))
            if checkout.judgement["audit"]:
                return Escalation.objects.get(checkout=checkout)

    return make


def end(shop: Shop, escalation: Escalation, conclusion: str, *corrections: Correction, reason: str = "") -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    escalation_decide(
        escalation_id=escalation.id, staff=shop.sue, conclusion=Conclusion(conclusion), corrections=corrections,
        reason_code=reason, now=NOW,
    )  # fmt: skip


def figure(shop: Shop, **span: Any) -> LossFigure:
    (found,) = losses_of(shop.store, **({"since": NOW, "until": NOW + timedelta(hours=1)} | span))
    return found


def test_each_full_check_stands_for_as_many_trips_as_its_chance_says(
    shop: Shop, audited: Callable[..., Escalation]
) -> None:
    end(shop, audited(), "corrected", Correction(quantity=1, code=CAVIAR))
    end(shop, audited(), "cleared")

    found = figure(shop)

    assert (found.mode, found.drawn, found.full, found.found_minor) == ("cart", 2, 2, 4999)
    assert found.trips == Checkout.objects.count()
    assert found.loss is not None
    assert (found.loss.minor, found.loss.low_minor) == (2 * 4999, 4999)
    assert found.loss.high_minor > 2 * 4999


def test_partial_checks_are_no_measure_and_the_full_ones_stand_for_them(
    shop: Shop, audited: Callable[..., Escalation]
) -> None:
    part = audited()
    Rescan.objects.create(store=shop.store, escalation=part, asked_at=NOW, ended_at=NOW, result="agrees")
    end(shop, part, "cleared", reason="rescanned")
    assert (figure(shop).drawn, figure(shop).full, figure(shop).loss) == (1, 0, None)
    end(shop, audited(), "corrected", Correction(quantity=1, code=CAVIAR))

    found = figure(shop)

    assert (found.drawn, found.full) == (2, 1)
    assert found.loss is not None
    assert found.loss.minor == 4 * 4999, "half of the trips were drawn, and half of those checked in full"


@pytest.mark.parametrize(
    ("conclusion", "reason", "found"),
    [("refused", "concealed", DUE), ("cleared", "forgot_scan", DUE // 3), ("cleared", "", 0)],
)
def test_what_a_check_found_without_a_correction_is_estimated(
    shop: Shop, audited: Callable[..., Escalation], conclusion: str, reason: str, found: int
) -> None:
    end(shop, audited(), conclusion, reason=reason)

    assert figure(shop).found_minor == found


def test_other_stores_times_and_checks_that_still_run_do_not_count(
    shop: Shop, audited: Callable[..., Escalation]
) -> None:
    other = make_shop("Dale Foods")
    end(other, audited(other), "corrected", Correction(quantity=1, code=CAVIAR))
    audited()

    assert (figure(shop).drawn, figure(shop).full) == (1, 0)
    assert losses_of(shop.store, since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=2)) == ()


def test_where_nothing_was_found_the_interval_says_how_little_that_is() -> None:
    assert loss_between([(0.01, 0)] * 30, 3000, 400) == (0, 0, 3000 * 3 // 30 * 400)
    assert loss_between([(0.01, 0)], 50, 400).high_minor == 50 * 400
    with pytest.raises(ValueError, match="nothing is known"):
        loss_between([], 10, 400)


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    chance, held = random.Random(7), 0
    for _ in range(200):
        trips = [(0.05, 300 if chance.random() < 0.1 else 0) for _ in range(2000)]
        audits = [(p, loss) for p, loss in trips if chance.random() < p]
        found = loss_between(audits, len(trips), 300)
        held += found.low_minor <= sum(loss for _, loss in trips) <= found.high_minor

    assert 170 <= held <= 200
