"""Replayed codes mean what they mean at the till: one reader of barcodes for both."""

import pytest

from carts.reconciliation import ProductFacts
from carts.replay import resolver
from carts.replay.run import label_grams

CHEESE = ProductFacts(key="9521000000018", name="Cheese")
BANANA = ProductFacts(key="4011", name="Bananas", sold_by="kg")


@pytest.mark.parametrize(
    "code",
    [
        "9521000000018", "09521000000018", "]E09521000000018", "]d201095210000000183103000250",
        "(01)09521000000018(10)B7", "https://id.gs1.org/01/09521000000018",
    ],
)  # fmt: skip
def test_every_way_to_write_a_products_number_finds_it(code: str) -> None:
    assert resolver([CHEESE, BANANA])(code) == "9521000000018"


def test_produce_is_found_by_its_number_and_what_is_unknown_is_not() -> None:
    assert resolver([CHEESE, BANANA])("4011") == "4011"
    assert resolver([CHEESE, BANANA])("9521000000025") is None


def test_the_weight_in_a_labels_elements_is_known_to_the_engine() -> None:
    assert label_grams({"code": "]d201095210000000183103000250"}) == 250
    assert label_grams({"code": "9521000000018"}) is None
    assert label_grams({"code": "9521000000018", "label_g": 312}) == 312
