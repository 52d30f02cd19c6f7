"""Age, hours, quantity and recalls: problems of lines, each with its own way out; the last one opens the payment."""

from datetime import time
from typing import Any

import pytest

from carts.models import Trip
from checkout.errors import CheckoutInReview, ProblemGone, ResolutionInvalid
from checkout.models import Checkout, Escalation, LineProblem
from checkout.services.checkouts import checkout_leave
from checkout.services.escalations import escalation_claim, escalation_decide
from checkout.services.payments import payment_start
from checkout.services.problems import problem_resolve
from inventory.errors import NotFound
from inventory.models import Product
from tests.checkout.world import BREAD, MILK, NOW, WINE, Shop, make_trip, open_checkout


def set_product(code: str, **fields: Any) -> None:
    Product.objects.filter(barcodes__key__endswith=code).update(**fields)
    assert Product.objects.filter(**fields).exists()


def problem(checkout: Checkout, kind: str) -> LineProblem:
    return LineProblem.objects.get(checkout=checkout, kind=kind, resolution="")


def resolve(row: LineProblem, staff: Any, resolution: str) -> Checkout:
    problem_resolve(problem_id=row.pk, staff=staff, resolution=resolution, now=NOW)
    return Checkout.objects.get(id=row.checkout_id)


def test_an_age_is_confirmed_once_per_trip_and_no_document_is_kept(shop: Shop) -> None:
    trip = make_trip(shop, items={WINE: 1, MILK: 1})
    checkout = open_checkout(shop, trip)
    with pytest.raises(CheckoutInReview):
        payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)

    ready = resolve(problem(checkout, "age"), shop.ben, "confirmed")
    assert (ready.state, ready.open_problems, Trip.objects.get(id=trip.id).state) == ("cleared", 0, "cleared")

    Trip.objects.filter(id=trip.id).update(state="shopping")
    checkout_leave(trip_id=trip.id, now=NOW)
    Trip.objects.filter(id=trip.id).update(state="sealed")
    assert open_checkout(shop, trip).state == "cleared"
    fields = {field.name for field in LineProblem._meta.get_fields()}
    assert not fields & {"document", "birthday", "born", "photo", "image", "note"}


def test_a_confirmed_age_is_not_enough_for_a_higher_one(shop: Shop) -> None:
    set_product(MILK, age_limit=18)
    checkout = open_checkout(shop, make_trip(shop, items={WINE: 1, MILK: 1}))

    still = resolve(LineProblem.objects.get(limit=16), shop.ben, "confirmed")
    assert (still.state, still.open_problems) == ("in_review", 1)

    assert resolve(problem(checkout, "age"), shop.ben, "confirmed").state == "cleared"


def test_a_line_that_is_taken_out_lowers_what_is_owed(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop, items={WINE: 1, MILK: 1}))

    ready = resolve(problem(checkout, "age"), shop.ben, "removed")

    assert (ready.state, ready.amount_minor, ready.revision) == (
        "cleared", 149, Trip.objects.get(id=checkout.trip_id).sealed_revision,
    )  # fmt: skip


def test_recalled_goods_can_only_be_taken_out(shop: Shop) -> None:
    set_product(MILK, recalled=True)
    checkout = open_checkout(shop, make_trip(shop, items={MILK: 1, BREAD: 1}))

    for resolution in ("confirmed", "allowed", "passed", "reduced", "left", ""):
        with pytest.raises(ResolutionInvalid):
            resolve(problem(checkout, "recalled"), shop.sue, resolution)
    assert resolve(problem(checkout, "recalled"), shop.ben, "removed").state == "cleared"


def test_over_the_limit_is_reduced_by_staff_or_allowed_by_a_supervisor(shop: Shop) -> None:
    set_product(MILK, quantity_limit=2)
    checkout = open_checkout(shop, make_trip(shop, items={MILK: 5}))
    with pytest.raises(NotFound):
        resolve(problem(checkout, "limit"), shop.ben, "allowed")

    ready = resolve(problem(checkout, "limit"), shop.ben, "reduced")

    assert (ready.state, ready.amount_minor) == ("cleared", 2 * 149)


def test_a_supervisor_may_allow_more_than_the_limit(shop: Shop) -> None:
    set_product(MILK, quantity_limit=2)
    checkout = open_checkout(shop, make_trip(shop, items={MILK: 5}))

    assert resolve(problem(checkout, "limit"), shop.sue, "allowed").amount_minor == 5 * 149


def test_outside_its_hours_nothing_is_sold_and_nobody_may_say_otherwise(shop: Shop) -> None:
    set_product(MILK, sale_from=time(20), sale_until=time(22))
    checkout = open_checkout(shop, make_trip(shop, items={MILK: 1, BREAD: 1}))

    with pytest.raises(ResolutionInvalid):
        resolve(problem(checkout, "hours"), shop.sue, "allowed")
    with pytest.raises(ResolutionInvalid):
        resolve(problem(checkout, "hours"), shop.sue, "passed")
    row = problem(checkout, "hours")
    at_nine = NOW.replace(hour=20)
    assert problem_resolve(problem_id=row.pk, staff=shop.ben, resolution="passed", now=at_nine).resolution == "passed"


def test_a_review_that_is_over_waits_for_the_problem_and_the_other_way_round(shop: Shop) -> None:
    for first in ("review", "problem"):
        trip = make_trip(shop, items={WINE: 1, MILK: 1}, outcome="review", verdict={"reasons": ["gap"]}, risk=0.9)
        checkout = open_checkout(shop, trip)
        escalation = Escalation.objects.get(checkout=checkout)
        escalation_claim(escalation_id=escalation.id, staff=shop.sue, now=NOW)
        for step in (first, *({"review", "problem"} - {first})):
            assert Checkout.objects.get(id=checkout.id).state == "in_review"
            if step == "review":
                escalation_decide(escalation_id=escalation.id, staff=shop.sue, conclusion="cleared", now=NOW)  # type: ignore[arg-type]
            else:
                resolve(problem(checkout, "age"), shop.ben, "confirmed")
        assert Checkout.objects.get(id=checkout.id).state == "cleared"
        Trip.objects.filter(id=trip.id).update(state="cancelled")


def test_a_problem_is_settled_once_and_by_people_of_the_store(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop, items={WINE: 1, MILK: 1}))
    row = problem(checkout, "age")
    with pytest.raises(NotFound):
        resolve(row, shop.cal, "confirmed")

    resolve(row, shop.ben, "confirmed")

    with pytest.raises(ProblemGone):
        resolve(row, shop.ben, "removed")
