import pytest

from inventory.models import LearnedWeight, MovementKind, StockLevel, StockMovement
from inventory.services.stock import Movement, StockReferenceReused, stock_count, stock_move, stock_move_all
from inventory.services.weights import LearnedBelief, weight_forget, weights_learn
from tests.inventory.world import NOW, make_product, make_store

pytestmark = pytest.mark.django_db


def test_a_movement_happens_once_however_often_it_is_told() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink")
    sale = {"store_id": store.pk, "product_id": oat.pk, "kind": MovementKind.SALE, "quantity": -2, "reference": "r:1"}

    told = [stock_move(**sale, at=NOW) for _ in range(3)]  # type: ignore[arg-type]

    assert told == [True, False, False]
    assert StockLevel.objects.get().quantity == -2


def test_a_reference_cannot_stand_for_two_movements() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink")
    stock_move_all(store_id=store.pk, movements=[Movement(oat.pk, MovementKind.SALE, -2, "r:1")], at=NOW)

    with pytest.raises(StockReferenceReused):
        stock_move_all(store_id=store.pk, movements=[Movement(oat.pk, MovementKind.SALE, -3, "r:1")], at=NOW)

    assert StockLevel.objects.get().quantity == -2


def test_a_count_moves_the_level_to_what_was_counted() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink")
    stock_move_all(store_id=store.pk, movements=[Movement(oat.pk, MovementKind.DELIVERY, 24, "d:1")], at=NOW)

    differences = [
        stock_count(store_id=store.pk, product_id=oat.pk, counted=21, reference="c:1", at=NOW) for _ in range(2)
    ]

    assert differences == [-3, -3]
    assert StockLevel.objects.get().quantity == 21
    assert sum(StockMovement.objects.values_list("quantity", flat=True)) == 21


def test_a_newer_belief_takes_the_place_of_the_older_one() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink")

    for mean, seen in ((1030.0, 1), (1041.5, 2)):
        weights_learn(store_id=store.pk, beliefs=[LearnedBelief(oat.pk, {"n": seen}, mean, 4.0, seen)], now=NOW)

    learned = LearnedWeight.objects.get()
    assert (learned.mean_g, learned.observations, learned.belief) == (1041.5, 2, {"n": 2})


def test_a_forgotten_weight_is_gone() -> None:
    store = make_store()
    oat = make_product(store, "Oat drink")
    weights_learn(store_id=store.pk, beliefs=[LearnedBelief(oat.pk, {}, 1030.0, 4.0, 1)], now=NOW)

    assert weight_forget(store_id=store.pk, product_id=oat.pk, now=NOW)
    assert not weight_forget(store_id=store.pk, product_id=oat.pk, now=NOW)
