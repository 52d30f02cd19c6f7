"""The review's second thoughts on the page: undo, scan again, hand up, confirm, keep pictures."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checkout.models import Escalation, Rescan
from tests.console.test_review import decision, held
from tests.console.world import World, add_discrepancy, add_frame, make_trip, send_to_review

Login = Callable[[User], Client]


@pytest.fixture
def review(world: World, now: datetime) -> Escalation:
    return send_to_review(world, make_trip(world, world.carts[0], ["1001", "1005", "1008"], now), now)


def page_of(client: Client, review: Escalation) -> str:
    return client.get(f"/console/reviews/{review.pk}/").text


def post(client: Client, review: Escalation, what: str, **fields: Any) -> Any:
    return client.post(f"/console/reviews/{review.pk}/{what}/", fields, HTTP_HX_REQUEST="true")


def test_a_clearing_is_undone_from_the_board_by_a_plain_form(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    client = login(world.ben)
    held(review, world.ben, now)
    client.post(f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="cleared"))

    board = client.get(f"/console/stores/{world.store.pk}/").text
    answer = client.post(f"/console/reviews/{review.pk}/undo/")

    review.refresh_from_db()
    assert f'form="next" formaction="/console/reviews/{review.pk}/undo/"' in board
    assert answer["Location"] == f"/console/reviews/{review.pk}/"
    assert (review.state, review.claimed_by) == ("claimed", world.ben)
    assert "Taken back: the review is yours again" in page_of(client, review)


def test_what_was_in_doubt_stands_again_after_an_undo(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[1], ["1001", "1005"], now)
    add_discrepancy(trip, "mismatch", at=120_000, line=2, products=["1005"], expected_g=1022, observed_g=1393)
    review = send_to_review(world, trip, now)
    client = login(world.ben)
    held(review, world.ben, now)
    client.post(f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="cleared"))
    assert trip.discrepancies.get().state == "resolved"

    post(client, review, "undo")

    trip.refresh_from_db()
    row = trip.discrepancies.get()
    assert (row.state, row.found_true, trip.open_discrepancies) == ("escalated", None, 1)
    assert "Weighed 1,393 g, not 1,022 g" in page_of(client, review)


def test_after_thirty_seconds_there_is_no_undo_and_trying_says_why(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    client = login(world.ben)
    held(review, world.ben, now)
    client.post(f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="cleared"))
    assert "data-until" in page_of(client, review).split('class="flash"')[-1]
    Escalation.objects.update(resolved_at=now - timedelta(seconds=60))

    answer = post(client, review, "undo")

    assert "data-until" not in page_of(client, review)
    assert answer.status_code == 409
    assert answer.text.startswith("This can't be taken back any more")


def test_chosen_lines_are_scanned_again_and_the_review_says_what_came_out(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    client = login(world.ben)
    held(review, world.ben, now)
    assert post(client, review, "rescan").text == "Choose at least one line to scan again."

    answer = post(client, review, "rescan", line=["2"])

    rescan = Rescan.objects.get()
    assert answer["HX-Redirect"] == f"/console/rescans/{rescan.pk}/"
    assert [line["name"] for line in rescan.wanted] == ["Espresso beans 1 kg"]
    assert "Go on scanning" in page_of(client, review)
    client.post(f"/console/rescans/{rescan.pk}/scan/", {"code": "1005"})
    client.post(f"/console/rescans/{rescan.pk}/end/")
    assert "1 line scanned again: all agree." in page_of(client, review)


def test_who_may_not_refuse_hands_to_a_supervisor_and_can_not_take_it_back(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    client = login(world.ben)
    held(review, world.ben, now)
    assert 'data-open="raise"' in page_of(client, review)

    post(client, review, "raise", note="He shouts")

    page = page_of(client, review)
    assert "“He shouts”" in page
    assert "This review waits for a supervisor." in page
    assert re.search(r'class="button main big" disabled', page)
    following = client.post(f"/console/stores/{world.store.pk}/next/")
    assert following["Location"] == f"/console/stores/{world.store.pk}/", "nobody else waits for Ben"
    taken = login(world.sue).post(f"/console/stores/{world.store.pk}/next/")
    assert taken["Location"] == f"/console/reviews/{review.pk}/"
    assert 'data-open="raise"' not in page_of(client, review), "a supervisor decides by herself"


def test_a_manager_keeps_pictures_with_a_reason_and_lets_them_go(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    add_frame(world, review, now, codes=["1001"])
    ben = page_of(login(world.ben), review)
    assert re.search(r'data-open="keep" data-key="h" disabled title="A manager', ben)
    client = login(world.max)
    assert 'data-open="keep" data-key="h" >' in page_of(client, review)

    refused = post(client, review, "keep", reason="because")
    kept = post(client, review, "keep", reason="theft, file 12/26")

    assert (refused.status_code, kept["HX-Redirect"]) == (422, f"/console/reviews/{review.pk}/")
    assert "“theft, file 12/26”" in page_of(client, review)
    post(client, review, "let-go")
    review.refresh_from_db()
    assert review.held_at is None


def test_the_second_person_sees_the_proposal_and_confirms_it(
    world: World, login: Login, review: Escalation, now: datetime
) -> None:
    world.store.policy = world.store.policy | {"reviews": {"four_eyes_minor": 100}}
    world.store.save()
    held(review, world.ben, now)
    client = login(world.ben)
    assert "A second person must confirm: this basket is worth that much." in page_of(client, review)

    client.post(
        f"/console/reviews/{review.pk}/decide/", decision(review, conclusion="corrected", quantity_3=0, cause="own_bag")
    )
    own = page_of(client, review)
    held(review, world.sue, now)
    client = login(world.sue)
    other = page_of(client, review)
    answer = post(client, review, "confirm")

    review.refresh_from_db()
    assert "A second person must confirm what you proposed." in own
    assert "Ben Okafor proposes: Correct lines, then clear" in other
    assert "Plain yoghurt 500 g: 0 instead of 1" in other
    assert 'data-key="y"' in other
    assert 'data-key="y"' not in own.split("</dialog>")[-1]
    assert answer["HX-Redirect"] == f"/console/stores/{world.store.pk}/"
    assert (review.conclusion, review.resolved_by) == ("corrected", world.sue)


@pytest.mark.parametrize("what", ["undo", "confirm", "raise", "keep", "let-go", "rescan"])
def test_another_retailer_finds_no_review(world: World, login: Login, review: Escalation, what: str) -> None:
    assert post(login(world.cal), review, what, reason="a good long reason", line=["1"]).status_code == 404
    assert post(login(world.ida), review, what, line=["1"]).status_code == 404, "who only reads changes nothing"
