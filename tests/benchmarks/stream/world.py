"""A store with products and carts for a run; as a module in the run's folder it makes one and prints what was made."""

import json
import os
import sys
from dataclasses import dataclass
from typing import Any

import django


@dataclass(frozen=True)
class Shop:
    """What a load needs to know: the carts' tokens and ids, and the goods as (barcode, grams)."""

    store: int
    tokens: list[str]
    carts: list[str]
    goods: list[tuple[str, float]]


def gtin13(number: int) -> str:
    """A GTIN-13 with its check digit."""
    body = f"400{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def make(carts: int, products: int) -> dict[str, Any]:
    """Fill the database that the settings name; JSON's form of a Shop."""
    from carts.models import Cart, Device
    from carts.services.enrolment import digest
    from inventory.barcodes import catalogue_key
    from inventory.models import Barcode, Price, Product, Retailer, Store
    from tests.inventory.world import NOW

    retailer = Retailer.objects.create(name="Bench", slug="bench")
    store = Store.objects.create(retailer=retailer, code="bench", name="Bench")
    codes = [gtin13(number) for number in range(products)]
    weights = [210 + (number * 37) % 800 for number in range(products)]
    made = Product.objects.bulk_create(
        Product(retailer=retailer, code=f"A{n}", name=f"Article {n}", net_weight_g=g - 10, gross_weight_g=g)
        for n, g in enumerate(weights)
    )
    Barcode.objects.bulk_create(
        Barcode(retailer=retailer, product=product, key=catalogue_key(code))
        for product, code in zip(made, codes, strict=True)
    )
    Price.objects.bulk_create(Price(store=store, product=p, amount_minor=199, valid_from=NOW) for p in made)
    rows = Cart.objects.bulk_create(Cart(store=store, label=f"C{i}") for i in range(carts))
    tokens = [f"bench-token-{i:06d}" for i in range(carts)]
    Device.objects.bulk_create(
        Device(store=store, cart=cart, token_hash=digest(token)) for cart, token in zip(rows, tokens, strict=True)
    )
    goods = list(zip(codes, map(float, weights), strict=True))
    return {"store": store.pk, "tokens": tokens, "carts": [str(cart.pk) for cart in rows], "goods": goods}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    print(json.dumps(make(int(sys.argv[1]), int(sys.argv[2]))))
