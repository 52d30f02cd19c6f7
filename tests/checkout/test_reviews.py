"""People settle a doubt: one at a time, within their role, and everything or nothing."""

from datetime import timedelta
from typing import Any

import pytest

from carts.errors import CorrectionInvalid
from carts.models import Discrepancy, Trip
from carts.services.settlement import Correction
from checkout.errors import EscalationResolved, EscalationTaken, NothingLeft, NotYours
from checkout.models import Conclusion, Escalation
from checkout.services.escalations import (
    CLAIM,
    claims_expire,
    escalation_claim,
    escalation_decide,
    escalation_release,
)
from inventory.errors import NotFound
from inventory.models import AuditEntry
from tests.checkout.world import CAVIAR, NOW, Shop, in_review


@pytest.fixture
def escalation(shop: Shop) -> Escalation:
    return in_review(shop)


def decide(shop: Shop, escalation: Escalation, conclusion: str, *corrections: Correction) -> Escalation:
    return escalation_decide(
        escalation_id=escalation.id,
        staff=shop.sue,
        conclusion=Conclusion(conclusion),
        corrections=corrections,
        reason_code="forgot_scan",
        note="said so",
        now=NOW,
    )


def claimed(shop: Shop, escalation: Escalation) -> Escalation:
    return escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)


def test_one_person_at_a_time_has_a_review(shop: Shop, escalation: Escalation) -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    with pytest.raises(EscalationTaken):
        claimed(shop, escalation)
    escalation.refresh_from_db()
    assert escalation.claimed_by == shop.ben


def test_claiming_again_holds_it_longer_and_is_not_noted_twice(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    held = escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW + timedelta(minutes=2))

    assert held.claim_until == NOW + timedelta(minutes=2) + CLAIM
    assert AuditEntry.objects.filter(action="review.claim").count() == 1


def test_who_goes_away_loses_the_review(shop: Shop, escalation: Escalation) -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    later = NOW + CLAIM + timedelta(seconds=1)

    assert claims_expire(now=NOW + CLAIM) == 0
    assert claims_expire(now=later) == 1

    escalation.refresh_from_db()
    assert (escalation.state, escalation.claimed_by) == ("waiting", None)
    assert escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=later).claimed_by == shop.sue


def test_an_expired_claim_can_be_taken_over_before_any_sweep(shop: Shop, escalation: Escalation) -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    later = NOW + CLAIM + timedelta(seconds=1)

    assert escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=later).claimed_by == shop.sue


def test_released_it_waits_for_anybody(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    escalation_release(escalation_id=escalation.id, staff=shop.sue, now=NOW)

    assert escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW).claimed_by == shop.ben


def test_only_its_owner_can_release_or_decide(shop: Shop, escalation: Escalation) -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    with pytest.raises(NotYours):
        escalation_release(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    with pytest.raises(NotYours):
        decide(shop, escalation, "cleared")
    assert Trip.objects.get().state == "in_review"


def test_staff_of_another_store_find_nothing(shop: Shop, escalation: Escalation) -> None:
    with pytest.raises(NotFound):
        escalation_claim(escalation_id=escalation.id, staff=shop.cal, now=NOW)


def test_clearing_opens_payment_and_settles_the_doubt(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    ended = decide(shop, escalation, "cleared")

    ended.checkout.refresh_from_db()
    assert (ended.state, ended.conclusion, ended.resolved_by) == ("resolved", "cleared", shop.sue)
    assert (ended.checkout.state, ended.checkout.open_escalations) == ("cleared", 0)
    assert Trip.objects.get().state == "cleared"
    assert Discrepancy.objects.get().state == "resolved"
    assert AuditEntry.objects.filter(action="review.cleared", actor=shop.sue).count() == 1


def test_a_correction_changes_what_is_owed_and_the_amount_is_frozen_anew(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)
    before = escalation.checkout.revision

    ended = decide(shop, escalation, "corrected", Correction(code=CAVIAR, quantity=1), Correction(line=1, quantity=1))

    trip = Trip.objects.get()
    ended.checkout.refresh_from_db()
    assert ended.checkout.amount_minor == trip.due_minor == 149 + 299 + 4999
    assert ended.checkout.revision == trip.sealed_revision
    assert ended.checkout.revision > before
    assert ended.checkout.state == trip.state == "cleared"


def test_a_correction_that_leaves_nothing_is_refused_as_a_whole(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    with pytest.raises(NothingLeft):
        decide(shop, escalation, "corrected", Correction(line=1, quantity=0), Correction(line=2, quantity=0))

    assert Trip.objects.get().due_minor == 2 * 149 + 299


def test_a_wrong_correction_changes_nothing(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    with pytest.raises(CorrectionInvalid):
        decide(shop, escalation, "corrected", Correction(line=1, quantity=1), Correction(code="999", quantity=1))

    assert Trip.objects.get().due_minor == 2 * 149 + 299
    escalation.refresh_from_db()
    assert escalation.state == "claimed"


def test_a_correction_by_somebody_who_lost_the_claim_is_undone(shop: Shop, escalation: Escalation) -> None:
    with pytest.raises(NotYours):
        decide(shop, escalation, "corrected", Correction(code=CAVIAR, quantity=1))

    assert Trip.objects.get().due_minor == escalation.checkout.amount_minor == 2 * 149 + 299


def test_refusing_ends_the_trip_unpaid(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)

    ended = decide(shop, escalation, "refused")

    ended.checkout.refresh_from_db()
    trip = Trip.objects.get()
    assert (ended.checkout.state, ended.checkout.ended_at) == ("refused", NOW)
    assert (trip.state, trip.reason) == ("cancelled", "refused")


def test_an_associate_may_clear_and_may_not_refuse(shop: Shop, escalation: Escalation) -> None:
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    call: dict[str, Any] = {"escalation_id": escalation.id, "staff": shop.ben, "now": NOW}

    with pytest.raises(NotFound):
        escalation_decide(conclusion=Conclusion.REFUSED, **call)
    assert escalation_decide(conclusion=Conclusion.CLEARED, **call).state == "resolved"


@pytest.mark.parametrize("conclusion", ["seen", "reopened"])
def test_people_do_not_conclude_for_cameras_or_shoppers(shop: Shop, escalation: Escalation, conclusion: str) -> None:
    claimed(shop, escalation)

    with pytest.raises(ValueError, match="people"):
        decide(shop, escalation, conclusion)


def test_a_review_that_is_over_can_not_be_taken(shop: Shop, escalation: Escalation) -> None:
    claimed(shop, escalation)
    decide(shop, escalation, "cleared")

    with pytest.raises(EscalationResolved):
        claimed(shop, escalation)
    with pytest.raises(EscalationResolved):
        decide(shop, escalation, "cleared")
