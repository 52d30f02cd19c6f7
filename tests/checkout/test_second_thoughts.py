"""Rescans, undoing, handing up, and legal holds."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from checkout.errors import HoldNeedsReason, NotYours, RescanEnded, RescanRunning, TooLateToUndo
from checkout.models import Checkout, Conclusion, Escalation, Frame, Rescan
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.frames import frame_read, frames_expire
from checkout.services.looks import look_run
from checkout.services.rescans import differences, rescan_end, rescan_open, rescan_scan
from checkout.services.undoing import UNDO, escalation_raise, escalation_undo, pictures_hold, pictures_release
from inventory.errors import NotFound, UnknownCode
from inventory.models import AuditEntry, Membership, Role
from tests.checkout.world import BREAD, CAVIAR, MILK, NOW, Shop, camera_showing, in_review, make_trip, open_checkout


def cleared(shop: Shop, **fields: Any) -> Escalation:
    escalation = in_review(shop, **fields)
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    return escalation_decide(escalation_id=escalation.id, staff=shop.ben, conclusion=Conclusion.CLEARED, now=NOW)


def test_a_clearing_is_taken_back_within_thirty_seconds(shop: Shop) -> None:
    escalation = cleared(shop)

    back = escalation_undo(escalation_id=escalation.id, staff=shop.ben, now=NOW + UNDO)

    checkout = Checkout.objects.get(id=escalation.checkout_id)
    assert (back.state, back.conclusion, back.claimed_by, back.undone) == ("claimed", "", shop.ben, 1)
    assert (checkout.state, checkout.open_escalations) == ("in_review", 1)
    assert checkout.trip.state == "in_review"
    assert AuditEntry.objects.filter(action="review.undo").count() == 1


def test_a_clearing_is_not_taken_back_later_by_others_or_over_a_payment(shop: Shop) -> None:
    escalation = cleared(shop)

    with pytest.raises(TooLateToUndo):
        escalation_undo(escalation_id=escalation.id, staff=shop.ben, now=NOW + UNDO + timedelta(seconds=1))
    with pytest.raises(NotYours):
        escalation_undo(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    for strange in (escalation.id, uuid.uuid4()):
        with pytest.raises(NotFound, match="There is no such review"):
            escalation_undo(escalation_id=strange, staff=shop.cal, now=NOW)
    Checkout.objects.update(state="paying")
    with pytest.raises(TooLateToUndo):
        escalation_undo(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    escalation.refresh_from_db()
    assert (escalation.state, escalation.undone) == ("resolved", 0)
    assert Checkout.objects.get().trip.state == "cleared", "nothing of it has changed"


@pytest.mark.parametrize(("reason", "wrong"), [("touched", True), ("", True), ("forgot_scan", False)])
def test_a_stop_for_nothing_is_counted_as_a_wrong_accusation(shop: Shop, reason: str, wrong: bool) -> None:
    escalation = in_review(shop)
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    ended = escalation_decide(
        escalation_id=escalation.id, staff=shop.ben, conclusion=Conclusion.CLEARED, reason_code=reason, now=NOW
    )

    assert ended.wrong is wrong


def test_a_random_check_that_finds_nothing_accused_nobody(shop: Shop) -> None:
    rescan = asked_by_policy(shop)
    escalation_claim(escalation_id=rescan.escalation_id, staff=shop.ben, now=NOW)

    ended = escalation_decide(
        escalation_id=rescan.escalation_id, staff=shop.ben, conclusion=Conclusion.CLEARED, now=NOW
    )

    assert not ended.wrong


def test_a_review_handed_up_is_for_supervisors_only(shop: Shop) -> None:
    escalation = in_review(shop)
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    escalation_raise(escalation_id=escalation.id, staff=shop.ben, note="He shouts.", now=NOW)

    with pytest.raises(NotFound):
        escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    assert escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW).claimed_by == shop.sue


def held_pictures(shop: Shop) -> Escalation:
    escalation = in_review(shop)
    look_run(escalation_id=escalation.id, now=NOW, fetch=camera_showing(BREAD))
    return escalation


def test_a_legal_hold_keeps_pictures_by_role_and_with_a_reason_until_it_ends(shop: Shop) -> None:
    escalation, later = held_pictures(shop), NOW + timedelta(days=30)
    mia = shop.sue
    with pytest.raises(NotFound):
        pictures_hold(escalation_id=escalation.id, staff=shop.sue, reason="theft, file 12/26", now=NOW)
    Membership.objects.filter(user=mia).update(role=Role.MANAGER)
    with pytest.raises(HoldNeedsReason):
        pictures_hold(escalation_id=escalation.id, staff=mia, reason="because", now=NOW)

    pictures_hold(escalation_id=escalation.id, staff=mia, reason="theft, file 12/26", now=NOW)

    frame = Frame.objects.select_related("escalation__store").order_by("taken_at")[0]
    assert frames_expire(now=later) == 0
    assert frame_read(frame, now=later)[:2] == b"\xff\xd8"
    pictures_release(escalation_id=escalation.id, staff=mia, now=later)
    assert frames_expire(now=later) == 3
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"pictures.hold", "pictures.release"}


def asked_by_policy(shop: Shop) -> Rescan:
    """A phone's trip whose two lines are scanned again."""
    shop.store.policy = {"checkout": {"phone_check_ceiling": 1.0, "audit_share": 1.0, "rescan_line_cost_minor": 1}}
    shop.store.save()
    checkout = open_checkout(shop, make_trip(shop, mode="phone"))
    assert checkout.action == "rescan"
    found: Rescan = Rescan.objects.get(escalation__checkout=checkout)
    return found


def test_lines_scanned_again_as_they_are_charged_clear_what_the_policy_asked_for(shop: Shop) -> None:
    rescan = asked_by_policy(shop)
    assert [line["quantity"] for line in rescan.wanted] == [2, 1]

    for code in (MILK, BREAD, MILK):
        rescan_scan(rescan_id=rescan.id, staff=shop.ben, code=code, now=NOW)
    ended = rescan_end(rescan_id=rescan.id, staff=shop.ben, now=NOW)

    escalation = Escalation.objects.get()
    assert (ended.result, escalation.conclusion, escalation.reason_code) == ("agrees", "cleared", "rescanned")
    assert Checkout.objects.get().state == "cleared"


@pytest.mark.parametrize(("scans", "off"), [([MILK, BREAD], -1), ([MILK, MILK, BREAD, CAVIAR], 1), ([], -3)])
def test_lines_that_differ_are_for_the_person_who_reviews(shop: Shop, scans: list[str], off: int) -> None:
    rescan = asked_by_policy(shop)

    for code in scans:
        rescan_scan(rescan_id=rescan.id, staff=shop.ben, code=code, now=NOW)
    ended = rescan_end(rescan_id=rescan.id, staff=shop.ben, now=NOW)

    assert (ended.result, sum(differences(ended).values())) == ("differs", off)
    assert (Escalation.objects.get().state, Checkout.objects.get().state) == ("waiting", "in_review")


def test_a_rescan_takes_scans_until_it_ends_and_of_its_own_store_only(shop: Shop) -> None:
    rescan = asked_by_policy(shop)

    with pytest.raises(UnknownCode):
        rescan_scan(rescan_id=rescan.id, staff=shop.ben, code="5012345678900", now=NOW)
    with pytest.raises(NotFound):
        rescan_scan(rescan_id=rescan.id, staff=shop.cal, code=MILK, now=NOW)
    with pytest.raises(RescanRunning):
        rescan_open(escalation=Escalation.objects.get(), lines=[1], staff=shop.ben, now=NOW)
    rescan_end(rescan_id=rescan.id, staff=shop.ben, now=NOW)
    with pytest.raises(RescanEnded):
        rescan_scan(rescan_id=rescan.id, staff=shop.ben, code=MILK, now=NOW)
    assert rescan_open(escalation=Escalation.objects.get(), lines=[1], staff=shop.ben, now=NOW).asked_by == shop.ben
