"""The live board: what needs someone stands first, and nothing is sent when nothing is new."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.test import Client

from carts.models import Cart, Trip
from console.presenting.board import MOST_CALM_ROWS, board_view
from inventory.models import AuditEntry
from tests.console.world import World, add_discrepancy, make_cart, make_trip, send_to_review

Login = Callable[[User], Client]


def test_who_waits_for_a_person_stands_first(world: World, now: datetime) -> None:
    shopping, doubtful, calling, waiting = world.carts
    make_trip(world, shopping, ["1001"], now, minutes=30)
    add_discrepancy(make_trip(world, doubtful, ["1001"], now), "unscanned", at=60_000)
    called = make_trip(world, calling, ["1001"], now)
    Trip.objects.filter(id=called.pk).update(assist_at=now, assist_reason="label")
    send_to_review(world, make_trip(world, waiting, ["1001"], now), now)

    view = board_view(world.store, now)

    assert [row.cart for row in view.rows] == ["Cart 04", "Cart 03", "Cart 02", "Cart 01"]
    assert view.counts["attention"] == 2


def test_a_review_that_somebody_has_needs_nobody_else(world: World, now: datetime) -> None:
    send_to_review(world, make_trip(world, world.carts[0], ["1001"], now), now, state="claimed", claimed_by=world.sue)

    view = board_view(world.store, now)

    assert view.counts["attention"] == view.counts["waiting"] == 0
    assert view.rows[0].trouble == "With Sue Lindqvist"
    assert view.people[0].reviews == 1


def test_a_discrepancy_is_told_with_grams_and_the_best_guess(world: World, now: datetime) -> None:
    candidates = [{"product": "1001", "name": "Oat drink 1 l", "quantity": 2, "grams": 2060, "probability": 0.87}]
    trip = make_trip(world, world.carts[0], ["1001"], now)
    add_discrepancy(trip, "mismatch", at=60_000, candidates=candidates)

    row = board_view(world.store, now).rows[0]

    assert row.detail == "Expected 1,030 ± 9 g, saw 1,742 g. Perhaps 2 × Oat drink 1 l (87 %)."


def test_a_cart_that_was_not_heard_of_for_20_seconds_is_away(world: World, now: datetime) -> None:
    make_trip(world, world.carts[0], ["1001"], now)

    before, after = (
        board_view(world.store, now + timedelta(seconds=20)),
        board_view(world.store, now + timedelta(seconds=21)),
    )

    assert (before.rows[0].away, after.rows[0].away) == (False, True)
    assert before.digest != after.digest


def test_a_board_that_is_as_the_page_has_it_is_not_sent_again(world: World, login: Callable[[User], Client]) -> None:
    client, path = login(world.ben), f"/console/stores/{world.store.pk}/"
    seen = client.get(path).context["board"].digest

    same = client.get(path, HTTP_HX_REQUEST="true", HTTP_X_SEEN=seen)
    Cart.objects.filter(id=world.carts[0].pk).update(battery=0.01)
    changed = client.get(path, HTTP_HX_REQUEST="true", HTTP_X_SEEN=seen)

    assert (same.status_code, same.content) == (204, b"")
    assert changed.status_code == 200
    assert changed.text.lstrip().startswith('<div id="board"')


def test_carts_of_another_store_are_not_on_the_board(world: World, now: datetime) -> None:
    Cart.objects.create(store=world.other, label="Foreign")

    view = board_view(world.store, now)

    assert "Foreign" not in {cart.cart for cart in view.resting}


def test_the_board_costs_the_same_number_of_queries_for_any_number_of_carts(
    world: World, now: datetime, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for cart in world.carts:
        add_discrepancy(make_trip(world, cart, ["1001"], now), "unscanned", at=60_000)

    with django_assert_max_num_queries(10):  # type: ignore[attr-defined]
        board_view(world.store, now)


def test_take_next_takes_the_one_that_waited_longest(world: World, login: Login, now: datetime) -> None:
    send_to_review(world, make_trip(world, world.carts[0], ["1001"], now), now, waited_s=10)
    oldest = send_to_review(world, make_trip(world, world.carts[1], ["1001"], now), now, waited_s=90)

    answer = login(world.ben).post(f"/console/stores/{world.store.pk}/next/")

    oldest.refresh_from_db()
    assert answer["Location"] == f"/console/reviews/{oldest.pk}/"
    assert (oldest.state, oldest.claimed_by) == ("claimed", world.ben)


def test_take_next_without_a_queue_says_so(world: World, login: Login) -> None:
    answer = login(world.ben).post(f"/console/stores/{world.store.pk}/next/", follow=True)

    assert "Nobody is waiting for a review." in answer.text


def test_empty_boards_say_what_will_come(world: World, login: Login) -> None:
    page = login(world.ben).get(f"/console/stores/{world.store.pk}/").text

    assert "A cart appears here as soon as its shopper scans the first product." in page
    assert "A trip comes here when scan and weight disagree at checkout." in page


def test_the_home_page_leads_to_the_store_that_was_looked_at_last(world: World, login: Login) -> None:
    client = login(world.ben)
    client.get(f"/console/stores/{world.store.pk}/fleet/")

    assert client.get("/console/")["Location"] == f"/console/stores/{world.store.pk}/"


def test_many_carts_that_need_nobody_become_tiles_in_the_order_of_their_numbers(world: World, now: datetime) -> None:
    for number in range(90, 90 + MOST_CALM_ROWS + 1):
        make_trip(world, make_cart(world.store, f"Cart {number}", now), ["1001"], now)
    add_discrepancy(make_trip(world, world.carts[0], ["1001"], now), "unscanned", at=60_000)

    view = board_view(world.store, now)

    assert [row.cart for row in view.rows] == ["Cart 01"]
    assert [row.cart for row in view.tiles][8:12] == ["Cart 98", "Cart 99", "Cart 100", "Cart 101"]
    assert view.counts["carts"] == MOST_CALM_ROWS + 2


def test_going_on_duty_shows_on_the_board_once(world: World, login: Login, now: datetime) -> None:
    client, path = login(world.max), f"/console/stores/{world.store.pk}/duty/"

    client.post(path, {"on": "1"})
    client.post(path, {"on": "1"})

    assert [person.name for person in board_view(world.store, now).people][-1] == "Max Hofer"
    assert AuditEntry.objects.filter(action="duty.start", actor=world.max).count() == 1
    client.post(path, {"on": "0"})
    assert "Max Hofer" not in {person.name for person in board_view(world.store, now).people}


def test_who_may_not_review_is_never_on_duty(world: World, login: Login) -> None:
    assert login(world.ida).post(f"/console/stores/{world.store.pk}/duty/", {"on": "1"}).status_code == 404
