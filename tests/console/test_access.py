"""Who sees what: foreign looks like absent, and a role ends where the table says."""

from collections.abc import Callable
from datetime import datetime
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client

from inventory.models import AuditEntry, Membership, Role
from tests.console.world import PASSWORD, World, add_discrepancy, make_trip, send_to_review

Login = Callable[[User], Client]


def test_who_is_not_signed_in_is_asked_to_and_comes_back(world: World, client: Client) -> None:
    answer = client.get(f"/console/stores/{world.store.pk}/")

    assert answer.status_code == 302
    assert answer["Location"] == f"/console/login/?next=/console/stores/{world.store.pk}/"


def test_a_fragment_without_a_session_moves_the_page_to_the_login(world: World, client: Client) -> None:
    current = f"http://testserver/console/stores/{world.store.pk}/"

    answer = client.get(f"/console/stores/{world.store.pk}/", HTTP_HX_CURRENT_URL=current, HTTP_HX_REQUEST="true")

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == f"/console/login/?next=%2Fconsole%2Fstores%2F{world.store.pk}%2F"


@pytest.mark.parametrize("page", ["", "trips/", "fleet/", "reports/"])
def test_a_foreign_store_looks_like_an_absent_one(world: World, login: Login, page: str) -> None:
    client = login(world.cal)

    foreign = client.get(f"/console/stores/{world.store.pk}/{page}")
    absent = client.get(f"/console/stores/987654/{page}")

    assert foreign.status_code == absent.status_code == 404
    assert "Harbour" not in foreign.text


def test_a_foreign_trip_and_review_look_like_absent_ones(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    review = send_to_review(world, trip, now)
    client = login(world.cal)

    answers = [client.get(f"/console/trips/{trip.pk}/"), client.get(f"/console/trips/{trip.pk}/plot/"),
               client.get(f"/console/trips/{trip.pk}/journal/"), client.get(f"/console/reviews/{review.pk}/"),
               client.post(f"/console/reviews/{review.pk}/claim/"),
               client.get(f"/console/reviews/{uuid4()}/")]  # fmt: skip

    assert {answer.status_code for answer in answers} == {404}


def test_an_auditor_reads_a_review_and_can_not_take_it(world: World, login: Login, now: datetime) -> None:
    review = send_to_review(world, make_trip(world, world.carts[0], ["1001"], now), now)
    client = login(world.ida)

    page = client.get(f"/console/reviews/{review.pk}/")
    taken = client.post(f"/console/reviews/{review.pk}/claim/")

    review.refresh_from_db()
    assert "your role does not decide it" in page.text
    assert (taken.status_code, review.state) == (404, "waiting")


def test_an_operator_sees_the_review_without_its_pictures(world: World, login: Login, now: datetime) -> None:
    review = send_to_review(world, make_trip(world, world.carts[0], ["1001"], now), now)
    oscar = User.objects.create_user("oscar", password=PASSWORD)
    Membership.objects.create(user=oscar, role=Role.OPERATOR)

    page = login(oscar).get(f"/console/reviews/{review.pk}/")

    assert page.status_code == 200
    assert "Pictures" not in page.text


def test_an_associate_sees_no_reports(world: World, login: Login) -> None:
    client = login(world.ben)

    assert client.get(f"/console/stores/{world.store.pk}/reports/").status_code == 404
    assert "/reports/" not in client.get(f"/console/stores/{world.store.pk}/").text


def test_a_command_needs_the_right_to_command(world: World, login: Login, now: datetime) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)

    assert login(world.ida).post(f"/console/trips/{trip.pk}/commands/locate/").status_code == 404
    assert login(world.ben).post(f"/console/trips/{trip.pk}/commands/locate/").status_code == 302
    assert trip.journal.get(kind="command").data["name"] == "locate"


def test_someone_without_a_role_is_told_what_to_do(world: World, login: Login) -> None:
    answer = login(User.objects.create_user("nora")).get("/console/")

    assert answer.status_code == 404
    assert "Ask your manager" in answer.text


def test_the_login_says_what_to_do_and_not_which_part_was_wrong(world: World, client: Client) -> None:
    wrong = client.post("/console/login/", {"username": "ben", "password": "nope"})
    unknown = client.post("/console/login/", {"username": "nobody", "password": "nope"})

    assert "don&#x27;t belong together" in wrong.text
    assert wrong.text.count("don&#x27;t belong together") == unknown.text.count("don&#x27;t belong together")


def test_after_five_wrong_passwords_even_the_right_one_waits(world: World, client: Client) -> None:
    for _ in range(5):
        client.post("/console/login/", {"username": "Ben", "password": "nope"})

    answer = client.post("/console/login/", {"username": "ben", "password": PASSWORD})

    assert answer.status_code == 429
    assert "Wait 5 minutes" in answer.text
    assert AuditEntry.objects.filter(action="sign_in_blocked", subject="user:ben").count() == 1


def test_a_right_password_forgives_the_wrong_ones(world: World, client: Client) -> None:
    for _ in range(4):
        client.post("/console/login/", {"username": "ben", "password": "nope"})
    client.post("/console/login/", {"username": "ben", "password": PASSWORD})
    client.post("/console/logout/")

    answer = client.post("/console/login/", {"username": "ben", "password": PASSWORD})

    assert answer.status_code == 302


def test_pages_of_staff_are_kept_out_of_caches_and_run_no_inline_script(
    world: World, login: Login, now: datetime
) -> None:
    trip = make_trip(world, world.carts[0], ["1001"], now)
    add_discrepancy(trip, "unscanned", at=60_000)
    review = send_to_review(world, trip, now)
    client = login(world.sue)

    pages = [client.get(path) for path in (f"/console/stores/{world.store.pk}/", f"/console/trips/{trip.pk}/",
             f"/console/reviews/{review.pk}/", f"/console/stores/{world.store.pk}/fleet/",
             f"/console/stores/{world.store.pk}/reports/", f"/console/stores/{world.store.pk}/trips/")]  # fmt: skip

    for page in pages:
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert "'unsafe-inline'" not in page["Content-Security-Policy"]
        assert " style=" not in page.text
        assert "<script>" not in page.text
        assert " onclick=" not in page.text
