"""The cast's shop: a retailer with a market, and another retailer next door."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User

from inventory.models import Category, Membership, Product, Retailer, Role, Store
from inventory.services.prices import price_set
from inventory.services.products import product_create

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def make_store(retailer: str = "Hill Foods", code: str = "market", **fields: Any) -> Store:
    owner, _ = Retailer.objects.get_or_create(name=retailer, defaults={"slug": retailer.lower().replace(" ", "-")})
    return Store.objects.create(retailer=owner, code=code, name=f"{retailer} {code}", **fields)


def make_product(store: Store, name: str, *keys: str, price: int | None = 199, **fields: Any) -> Product:
    category = fields.pop("category", "")
    if category:
        fields["category"], _ = Category.objects.get_or_create(retailer=store.retailer, name=category)
    fields.setdefault("code", keys[0] if keys else name.lower())
    product = product_create(retailer_id=store.retailer_id, name=name, keys=keys, now=NOW, **fields)
    if price is not None:
        price_set(store_id=store.pk, product_id=product.pk, amount_minor=price, now=NOW)
    return product


def make_person(
    name: str, role: Role | None = None, *, store: Store | None = None, retailer: Retailer | None = None
) -> User:
    # Signed in by force_login: hashing a password takes longer than most tests.
    person = User.objects.create(username=name, email=f"{name}@example.com", password="!")
    if role is not None:
        Membership.objects.create(
            user=person, role=role, store=store, retailer=store.retailer if store is not None else retailer
        )
    return person
