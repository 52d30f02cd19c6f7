"""What a look finds is kept with each discrepancy: the store's budget of false alarms and its weights learn from it."""

import pytest

from carts.models import Discrepancy, Trip
from carts.services.settlement import Correction
from checkout.models import Conclusion, Escalation
from checkout.services.escalations import escalation_claim, escalation_conclude, escalation_decide
from tests.checkout.world import BREAD, NOW, Shop, make_shop, make_trip, open_checkout

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return make_shop()


def doubt(trip: Trip, number: int, kind: str, line: int | None = None, **fields: str) -> None:
    Discrepancy.objects.create(
        trip=trip, number=number, kind=kind, line=line, opened_ms=1, expected_g=0, observed_g=500, tolerance_g=9,
        probability=0.9, advice="Please scan it.", **({"state": "open"} | fields),
    )  # fmt: skip


@pytest.fixture
def escalation(shop: Shop) -> Escalation:
    """A review of three doubts; a fourth the shopper had put right before."""
    trip = make_trip(shop, outcome="review", risk=0.9)
    doubt(trip, 1, "unscanned")
    doubt(trip, 2, "not_placed", line=1)
    doubt(trip, 3, "removed", line=2)
    doubt(trip, 4, "unscanned", state="cleared")
    checkout = open_checkout(shop, trip)
    found: Escalation = checkout.escalations.get()
    escalation_claim(escalation_id=found.pk, staff=shop.sue, now=NOW)
    found.refresh_from_db()
    return found


def found(escalation: Escalation) -> dict[int, bool | None]:
    return dict(escalation.checkout.trip.discrepancies.values_list("number", "found_true"))


def test_cleared_by_staff_every_standing_doubt_was_false(shop: Shop, escalation: Escalation) -> None:
    escalation_decide(escalation_id=escalation.pk, staff=shop.sue, conclusion=Conclusion.CLEARED, now=NOW)

    assert found(escalation) == {1: False, 2: False, 3: False, 4: None}
    assert Trip.objects.get().checked_by == "staff"


def test_refused_all_of_them_were_true(shop: Shop, escalation: Escalation) -> None:
    escalation_decide(
        escalation_id=escalation.pk, staff=shop.sue, conclusion=Conclusion.REFUSED, reason_code="theft", now=NOW
    )

    assert found(escalation) == {1: True, 2: True, 3: True, 4: None}


def test_a_correction_proves_the_doubts_that_it_answers(shop: Shop, escalation: Escalation) -> None:
    fixes = [Correction(quantity=1, line=1), Correction(quantity=1, code=BREAD)]
    escalation_decide(
        escalation_id=escalation.pk, staff=shop.sue, conclusion=Conclusion.CORRECTED, corrections=fixes, now=NOW
    )

    assert found(escalation) == {1: True, 2: True, 3: False, 4: None}


def test_what_the_camera_clears_was_false_and_no_person_looked(shop: Shop, escalation: Escalation) -> None:
    held = {"state": "claimed"}

    assert escalation_conclude(escalation, Conclusion.SEEN, only=held, now=NOW)

    assert found(escalation) == {1: False, 2: False, 3: False, 4: None}
    assert Trip.objects.get().checked_by == "camera"


def test_a_decision_that_came_too_late_finds_nothing(shop: Shop, escalation: Escalation) -> None:
    assert not escalation_conclude(escalation, Conclusion.SEEN, only={"claimed_by": shop.ben}, now=NOW)

    assert found(escalation) == dict.fromkeys((1, 2, 3, 4))
    assert Trip.objects.get().checked_by == ""
