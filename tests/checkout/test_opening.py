"""A checkout freezes what the sealed revision owes; doubt opens an escalation in the same transaction."""

import uuid

import pytest

from carts.models import Discrepancy, Trip
from carts.selectors.trips import SealedTrip, sealed_trip
from carts.signals import trip_left
from checkout.errors import CheckoutMoved, NothingToPay, TripNotSealed
from checkout.models import Checkout, Escalation
from checkout.services import checkouts
from checkout.services.checkouts import checkout_open
from inventory.errors import NotFound
from tests.checkout.world import BREAD, CAVIAR, NOW, WINE, Shop, in_review, make_doubtful, make_trip, open_checkout


def test_a_clear_trip_may_be_paid_at_once_and_the_amount_is_the_sealed_revisions(shop: Shop) -> None:
    trip = make_trip(shop)

    checkout = open_checkout(shop, trip)

    assert (checkout.state, checkout.action, checkout.open_escalations) == ("cleared", "pay", 0)
    assert (checkout.amount_minor, checkout.revision) == (2 * 149 + 299, trip.sealed_revision)
    assert not Escalation.objects.exists()


def test_a_trip_in_doubt_is_escalated_and_the_counter_goes_up_with_it(shop: Shop) -> None:
    trip = make_doubtful(shop)

    checkout = open_checkout(shop, trip)

    escalation = Escalation.objects.get(checkout=checkout)
    assert (checkout.state, checkout.open_escalations) == ("in_review", 1)
    assert (escalation.state, escalation.lane) == ("looking", shop.lane)
    assert Trip.objects.get(id=trip.id).state == "in_review"
    assert Discrepancy.objects.get(trip=trip).state == "escalated"
    assert checkout.reasons[0]["code"] == "unscanned"
    assert checkout.judgement["expected_loss_minor"] == pytest.approx(0.95 * 4999 * 0.75, abs=0.1)


def test_the_look_is_asked_for_when_the_transaction_has_committed(
    shop: Shop, sent: list[tuple[str, tuple[str, ...]]], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        escalation = in_review(shop)
        assert sent == []

    assert sent == [("checkout.tasks.look", (str(escalation.id),))]


def test_without_a_camera_the_doubt_waits_for_staff(shop: Shop) -> None:
    shop.camera.delete()

    assert in_review(shop).state == "waiting"


def test_goods_with_an_age_limit_wait_for_a_person(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop, items={WINE: 1}))

    assert (checkout.state, checkout.open_problems, checkout.open_escalations) == ("in_review", 1, 0)
    assert [(row.kind, row.limit) for row in checkout.problems.all()] == [("age", 16)]


def test_asked_again_the_live_checkout_is_the_answer(shop: Shop) -> None:
    trip = make_trip(shop)
    first = open_checkout(shop, trip)

    again, new = checkout_open(trip_id=trip.id, cart_id=shop.cart.id, now=NOW)

    assert (again.id, new) == (first.id, False)


@pytest.mark.parametrize("state", ["shopping", "cancelled"])
def test_only_a_sealed_trip_can_be_checked_out(shop: Shop, state: str) -> None:
    trip = make_trip(shop, state=state)

    with pytest.raises(TripNotSealed):
        open_checkout(shop, trip)


def test_an_empty_basket_is_not_checked_out(shop: Shop) -> None:
    with pytest.raises(NothingToPay):
        open_checkout(shop, make_trip(shop, items={}))


def test_another_carts_trip_looks_absent(shop: Shop) -> None:
    with pytest.raises(NotFound):
        checkout_open(trip_id=make_trip(shop).id, cart_id=uuid.uuid4(), now=NOW)


def test_a_basket_resealed_between_reading_and_writing_is_read_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip = make_trip(shop)
    read = sealed_trip
    dearer = make_trip(shop, items={CAVIAR: 1}, state="cancelled")

    def read_then_reseal(trip_id: uuid.UUID, *, cart_id: uuid.UUID | None = None) -> SealedTrip:
        sealed = read(trip_id, cart_id=cart_id)
        fields = {"sealed_revision": 9, "revision": 9, "due_minor": dearer.due_minor}
        Trip.objects.filter(id=trip_id).update(**fields)
        return sealed

    monkeypatch.setattr(checkouts, "sealed_trip", read_then_reseal)

    checkout = open_checkout(shop, trip)

    assert (checkout.revision, checkout.amount_minor) == (9, 4999)


def test_a_basket_that_never_stands_still_is_refused_and_not_charged_wrongly(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    trip = make_trip(shop)
    read = sealed_trip

    def read_then_move(trip_id: uuid.UUID, *, cart_id: uuid.UUID | None = None) -> SealedTrip:
        sealed = read(trip_id, cart_id=cart_id)
        Trip.objects.filter(id=trip_id).update(sealed_revision=(sealed.trip.sealed_revision or 0) + 1)
        return sealed

    monkeypatch.setattr(checkouts, "sealed_trip", read_then_move)

    with pytest.raises(CheckoutMoved):
        open_checkout(shop, trip)
    assert not Checkout.objects.exists()
    assert Trip.objects.get(id=trip.id).state == "sealed"


def test_going_on_shopping_abandons_the_checkout_and_closes_its_escalation(shop: Shop) -> None:
    escalation = in_review(shop)
    Trip.objects.filter(id=escalation.checkout.trip_id).update(state="shopping")

    trip_left.send(sender=Trip, trip_id=escalation.checkout.trip_id, to="shopping", now=NOW)

    escalation.refresh_from_db()
    escalation.checkout.refresh_from_db()
    assert (escalation.state, escalation.conclusion) == ("resolved", "reopened")
    assert (escalation.checkout.state, escalation.checkout.open_escalations) == ("abandoned", 0)


def test_after_shopping_on_a_new_seal_gets_a_checkout_of_its_own(shop: Shop) -> None:
    trip = make_trip(shop)
    first = open_checkout(shop, trip)
    Trip.objects.filter(id=trip.id).update(state="shopping")
    trip_left.send(sender=Trip, trip_id=trip.id, to="shopping", now=NOW)
    Trip.objects.filter(id=trip.id).update(state="sealed")

    second = open_checkout(shop, trip)

    assert second.id != first.id
    assert second.state == "cleared"


def test_the_lane_named_is_the_one_whose_camera_is_asked(shop: Shop) -> None:
    quiet = shop.store.lanes.create(name="Lane 9")
    trip = make_doubtful(shop)

    checkout, _ = checkout_open(trip_id=trip.id, cart_id=shop.cart.id, lane_id=quiet.id, now=NOW)

    escalation = Escalation.objects.get(checkout=checkout)
    assert (escalation.lane, escalation.state) == (quiet, "waiting")


def test_what_is_in_the_basket_does_not_change_the_doubt(shop: Shop) -> None:
    trip = make_doubtful(shop, "not_placed", line=2, products=["P2"], candidates=[])

    checkout = open_checkout(shop, trip)

    assert checkout.judgement["situation"]["doubts"][0]["value_minor"] == 299
    assert BREAD in [line.code for line in trip.lines.all()]
