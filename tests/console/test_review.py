"""The review: what to check first; decisions are one person's, complete, and about the basket that was shown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from carts.models import Trip
from checkout.models import Escalation
from console.presenting.review import review_view
from tests.console.world import World, add_discrepancy, make_trip, send_to_review

Login = Callable[[User], Client]
PEANUT = {"product": "1003", "name": "Peanut butter 350 g", "quantity": 1, "grams": 371, "probability": 0.72}


@pytest.fixture
def review(world: World, now: datetime) -> Escalation:
    """A basket whose second line weighed 371 g too much."""
    trip = make_trip(world, world.carts[0], ["1001", "1005", "1008"], now)
    add_discrepancy(
        trip, "mismatch", at=120_000, line=2, products=["1005"], expected_g=1022, observed_g=1393, candidates=[PEANUT]
    )
    return send_to_review(world, trip, now)


def held(review: Escalation, staff: User, now: datetime) -> Escalation:
    Escalation.objects.filter(id=review.pk).update(
        state="claimed", claimed_by=staff, claim_until=now + timedelta(minutes=3)
    )
    return review


def decision(review: Escalation, **fields: Any) -> dict[str, Any]:
    trip = Trip.objects.get(id=review.checkout.trip_id)
    quantities = {f"quantity_{line.line}": line.quantity for line in trip.lines.all()}
    return {"revision": trip.revision, "cause": "", **quantities, **fields}


def test_the_line_in_doubt_stands_first_with_the_reason(world: World, review: Escalation, now: datetime) -> None:
    view = review_view(review, world.ben, pictures=True, now=now)

    assert view.lines[0].name == "Espresso beans 1 kg"
    assert view.lines[0].why == ("Weighed 1,393 g, not 1,022 g: perhaps Peanut butter 350 g?",)
    assert [line.level for line in view.lines] == [2, 0, 0]


def test_what_the_weight_suggests_and_the_basket_lacks_can_be_added(
    world: World, review: Escalation, now: datetime
) -> None:
    view = review_view(review, world.ben, pictures=True, now=now)

    assert [(item.code, item.quantity) for item in view.suggestions] == [("1003", 1)]
    assert view.checks[0] == "Look for Peanut butter 350 g: it is not on the list. Fits 1,393 g (72 %)."


def test_what_only_the_camera_saw_comes_before_what_the_weight_suggests(
    world: World, review: Escalation, now: datetime
) -> None:
    review.findings = {
        "sights": [{"product": world.products["1010"].pk, "charged": 0, "seen": 1, "finding": "not_in_basket"}]
    }

    view = review_view(review, world.ben, pictures=True, now=now)

    assert [item.name for item in view.suggestions] == ["Dark chocolate 100 g", "Peanut butter 350 g"]


def test_a_product_the_camera_did_not_see_is_not_accused(world: World, review: Escalation, now: datetime) -> None:
    review.findings = {
        "sights": [{"product": world.products["1008"].pk, "charged": 1, "seen": 0, "finding": "not_visible"}]
    }

    view = review_view(review, world.ben, pictures=True, now=now)

    yoghurt = next(line for line in view.lines if line.name == "Plain yoghurt 500 g")
    assert (yoghurt.level, yoghurt.why) == (0, ())


def test_taking_a_review_shows_the_decision(world: World, login: Login, review: Escalation) -> None:
    client = login(world.ben)

    before = client.get(f"/console/reviews/{review.pk}/").text
    client.post(f"/console/reviews/{review.pk}/claim/")
    after = client.get(f"/console/reviews/{review.pk}/").text

    assert 'data-key="t"' in before
    assert 'id="settle"' not in before
    assert 'id="settle"' in after


def test_holding_a_review_keeps_it_for_three_more_minutes(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.ben, now - timedelta(minutes=2))

    answer = login(world.ben).post(f"/console/reviews/{review.pk}/claim/", HTTP_HX_REQUEST="true")

    review.refresh_from_db()
    assert (answer.status_code, answer["HX-Trigger"]) == (204, "fresh")
    assert review.claim_until is not None
    assert review.claim_until >= now + timedelta(minutes=3)


def test_a_review_that_somebody_has_can_be_watched_and_not_decided(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.sue, now)
    client = login(world.ben)

    page = client.get(f"/console/reviews/{review.pk}/").text
    answer = client.post(
        f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="cleared"), HTTP_HX_REQUEST="true"
    )

    review.refresh_from_db()
    assert "Sue Lindqvist has this review" in page
    assert (answer.status_code, review.state) == (409, "claimed")
    assert answer.text == "Take this review first; it may have gone back to the queue."


def test_clearing_lets_the_cart_pay_and_leads_to_the_board(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.ben, now)

    answer = login(world.ben).post(
        f"/console/reviews/{review.pk}/decide/",
        decision(review, conclusion="cleared", cause="own_bag"),
        HTTP_HX_REQUEST="true",
    )

    review.refresh_from_db()
    assert answer["HX-Redirect"] == f"/console/stores/{world.store.pk}/"
    assert (review.conclusion, review.reason_code) == ("cleared", "own_bag")
    assert review.checkout.trip.state == "cleared"


def test_correcting_changes_and_adds_lines(world: World, login: Login, review: Escalation, now: datetime) -> None:
    held(review, world.ben, now)
    form = decision(review, conclusion="corrected", quantity_3=0, add_code=["1003", ""], add_quantity=["2", "1"])

    login(world.ben).post(f"/console/reviews/{review.pk}/decide/", form)

    review.refresh_from_db()
    lines = {line.name: line.quantity for line in review.checkout.trip.lines.all()}
    assert review.conclusion == "corrected"
    assert lines == {
        "Oat drink 1 l": 1, "Espresso beans 1 kg": 1, "Plain yoghurt 500 g": 0, "Peanut butter 350 g": 2
    }  # fmt: skip
    assert review.checkout.amount_minor == 189 + 1399 + 2 * 449


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"conclusion": ""}, "Choose what to do: clear, correct or refuse."),
        ({"conclusion": "corrected"}, "No line was changed. Change a line first, or clear the basket as it is."),
        ({"conclusion": "corrected", "quantity_1": "many"}, "A quantity is a whole number from 0 to 999."),
        ({"conclusion": "corrected", "add_code": "77", "add_quantity": "1"}, "This store sells nothing under 77."),
        ({"conclusion": "refused"}, "Choose a reason for the refusal."),
        ({"conclusion": "refused", "reason_code": "other"}, "Write in the note why the sale is refused."),
        ({"conclusion": "cleared", "cause": "made up"}, "Choose one of the causes."),
    ],
)
def test_an_incomplete_decision_changes_nothing_and_says_what_is_missing(
    world: World, login: Login, review: Escalation, now: datetime, fields: dict[str, str], sentence: str
) -> None:
    held(review, world.sue, now)

    answer = login(world.sue).post(
        f"/console/reviews/{review.pk}/decide/", decision(review, **fields), HTTP_HX_REQUEST="true"
    )

    review.refresh_from_db()
    assert (answer.status_code, answer.text) == (422, sentence)
    assert (review.state, review.checkout.trip.state) == ("claimed", "in_review")


def test_a_correction_of_a_basket_that_moved_on_is_refused(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.ben, now)
    form = decision(review, conclusion="corrected", quantity_1=0)
    Trip.objects.filter(id=review.checkout.trip_id).update(revision=99)

    answer = login(world.ben).post(f"/console/reviews/{review.pk}/decide/", form, HTTP_HX_REQUEST="true")

    assert answer.status_code == 409
    assert answer.text.startswith("The basket has changed since you looked.")


def test_a_supervisor_refuses_and_the_trip_ends_unpaid(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.sue, now)
    form = decision(review, conclusion="refused", reason_code="concealed", note="Two packs under the coat")

    login(world.sue).post(f"/console/reviews/{review.pk}/decide/", form)

    review.refresh_from_db()
    assert (review.conclusion, review.reason_code, review.note) == ("refused", "concealed", "Two packs under the coat")
    assert review.checkout.trip.state == "cancelled"


def test_an_associate_can_not_refuse(world: World, login: Login, review: Escalation, now: datetime) -> None:
    held(review, world.ben, now)
    form = decision(review, conclusion="refused", reason_code="concealed")

    answer = login(world.ben).post(f"/console/reviews/{review.pk}/decide/", form)

    review.refresh_from_db()
    assert (answer.status_code, review.state) == (404, "claimed")
    assert "A supervisor can refuse." in login(world.ben).get(f"/console/reviews/{review.pk}/").text


def test_giving_back_puts_the_review_into_the_queue_again(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    held(review, world.ben, now)

    login(world.ben).post(f"/console/reviews/{review.pk}/release/")

    review.refresh_from_db()
    assert (review.state, review.claimed_by) == ("waiting", None)


def test_a_settled_review_tells_how_it_ended(world: World, login: Login, review: Escalation, now: datetime) -> None:
    held(review, world.ben, now)
    client = login(world.ben)
    client.post(f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="cleared"))

    page = client.get(f"/console/reviews/{review.pk}/").text

    assert "<b>Cleared by staff</b> by Ben Okafor" in page
    assert 'class="decision"' not in page
