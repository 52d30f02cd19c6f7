"""A second person confirms where the store wants it: above a sum, or for refusals."""

from typing import Any

import pytest

from carts.errors import CorrectionInvalid
from carts.services.settlement import Correction
from checkout.errors import NoProposal, NotYours, OwnProposal
from checkout.models import Checkout, Conclusion, Escalation
from checkout.services.confirming import escalation_confirm
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.tendering import TenderingError, review_rules
from inventory.errors import NotFound
from inventory.models import AuditEntry, Membership, Role
from tests.checkout.world import NOW, Shop, in_review


def wants(shop: Shop, **rules: Any) -> Escalation:
    """A review in a store with these rules, held by Ben."""
    shop.store.policy = shop.store.policy | {"reviews": rules}
    shop.store.save()
    escalation = in_review(shop)
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)
    return escalation


def decide(escalation: Escalation, staff: Any, conclusion: Conclusion = Conclusion.CLEARED, **more: Any) -> Escalation:
    return escalation_decide(escalation_id=escalation.id, staff=staff, conclusion=conclusion, now=NOW, **more)


def confirm(escalation: Escalation, staff: Any) -> Escalation:
    return escalation_confirm(escalation_id=escalation.id, staff=staff, now=NOW)


def test_above_the_sum_a_decision_waits_for_a_second_person(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1)

    proposed = decide(escalation, shop.ben, reason_code="own_bag", note="A coat")

    assert (proposed.state, proposed.claimed_by, proposed.proposal["conclusion"]) == ("waiting", None, "cleared")
    assert Checkout.objects.get().state == "in_review", "nothing has opened yet"

    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    ended = confirm(escalation, shop.sue)

    assert (ended.state, ended.conclusion, ended.resolved_by) == ("resolved", "cleared", shop.sue)
    assert (ended.reason_code, ended.note) == ("own_bag", "A coat")
    assert Checkout.objects.get().state == "cleared"
    assert AuditEntry.objects.get(action="review.cleared").detail["proposed_by"] == proposed.proposal["by_name"]


def test_below_the_sum_one_person_is_enough(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1_000_000, four_eyes_refusal=True)

    assert decide(escalation, shop.ben).state == "resolved"


def test_who_proposed_can_not_be_the_second_person(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1)
    decide(escalation, shop.ben)
    escalation_claim(escalation_id=escalation.id, staff=shop.ben, now=NOW)

    with pytest.raises(OwnProposal):
        confirm(escalation, shop.ben)
    assert decide(escalation, shop.ben).state == "waiting", "deciding again only proposes again"
    assert Checkout.objects.get().state == "in_review"


def test_a_refusal_is_confirmed_by_who_may_refuse(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_refusal=True)
    Membership.objects.filter(user=shop.ben).update(role=Role.SUPERVISOR)
    decide(escalation, shop.ben, Conclusion.REFUSED, reason_code="concealed")
    Membership.objects.filter(user=shop.sue).update(role=Role.ASSOCIATE)
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)

    with pytest.raises(NotFound):
        confirm(escalation, shop.sue)
    Membership.objects.filter(user=shop.sue).update(role=Role.SUPERVISOR)
    ended = confirm(escalation, shop.sue)

    assert (ended.conclusion, ended.checkout.trip.state) == ("refused", "cancelled")


def test_only_who_holds_the_review_confirms_and_only_in_the_own_store(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1)
    with pytest.raises(NoProposal):
        confirm(escalation, shop.sue)
    decide(escalation, shop.ben)

    with pytest.raises(NotYours):
        confirm(escalation, shop.sue)
    with pytest.raises(NotFound):
        confirm(escalation, shop.cal)


def test_a_basket_that_changed_since_is_not_confirmed(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1)
    decide(escalation, shop.ben)
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    Checkout.objects.update(revision=99)

    with pytest.raises(NoProposal):
        confirm(escalation, shop.sue)


def test_a_correction_is_tried_when_proposed_and_made_when_confirmed(shop: Shop) -> None:
    escalation = wants(shop, four_eyes_minor=1)
    before = Checkout.objects.get().amount_minor
    with pytest.raises(CorrectionInvalid):
        decide(escalation, shop.ben, Conclusion.CORRECTED, corrections=[Correction(line=77, quantity=1)])

    decide(escalation, shop.ben, Conclusion.CORRECTED, corrections=[Correction(line=1, quantity=1)])
    assert Checkout.objects.get().amount_minor == before, "proposed, not made"
    escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
    ended = confirm(escalation, shop.sue)

    assert ended.conclusion == "corrected"
    assert Checkout.objects.get().amount_minor < before


@pytest.mark.parametrize("rules", [{"four_eyes_minor": -1}, {"four_eye_refusal": True}])
def test_a_typing_error_in_the_rules_switches_nothing_off(rules: dict[str, Any]) -> None:
    with pytest.raises(TenderingError):
        review_rules({"reviews": rules})
