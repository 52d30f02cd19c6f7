"""What a product has cost, since when, and who set it."""

import pytest
from django.test import Client

from inventory.models import Price, Role
from inventory.services.catalogue_import import catalogue_import
from inventory.services.prices import price_set
from tests.inventory.world import NOW, make_person, make_product, make_store

pytestmark = pytest.mark.django_db


def test_every_price_says_who_set_it_and_with_which_file() -> None:
    store = make_store()
    sue = make_person("sue", Role.MANAGER, store=store)
    milk = make_product(store, "Milk", "4006381333931", price=None)
    later = NOW.replace(day=9)
    price_set(store_id=store.pk, product_id=milk.pk, amount_minor=149, now=NOW, actor=sue)
    data = b"code,price\n4006381333931,1.29\n"
    catalogue_import(store_id=store.pk, data=data, filename="week.csv", now=later, actor=sue)

    told = Price.objects.order_by("valid_from").values_list("amount_minor", "set_by__username", "source", "valid_until")

    assert list(told) == [(149, "sue", "", later), (129, "sue", "week.csv", None)]


def test_the_products_page_shows_its_prices_of_the_stores_that_one_may_see() -> None:
    store, other = make_store(), make_store(code="branch")
    milk = make_product(store, "Milk", "4006381333931", price=None)
    sue = make_person("sue", Role.MANAGER, retailer=store.retailer)
    price_set(store_id=store.pk, product_id=milk.pk, amount_minor=149, now=NOW, actor=sue)
    price_set(store_id=other.pk, product_id=milk.pk, amount_minor=777, now=NOW, actor=sue)
    ann = make_person("ann", Role.MANAGER, store=store)
    pages = []
    for person in (sue, ann):
        person.is_staff = True
        person.save()
        client = Client()
        client.force_login(person)
        pages.append(client.get(f"/admin/inventory/product/{milk.pk}/change/").content.decode())

    assert all("1.49" in page for page in pages)
    assert ["7.77" in page for page in pages] == [True, False]
