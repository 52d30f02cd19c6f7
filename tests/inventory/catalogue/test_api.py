from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from rest_framework.test import APIRequestFactory, force_authenticate

from inventory import apis
from inventory.models import Product, Role, Store
from tests.inventory.world import make_person, make_product, make_store

pytestmark = pytest.mark.django_db
OAT = "9521000000018"


def call(view: Any, store: Store, query: dict[str, Any] | None = None, **kwargs: Any) -> Any:
    request = APIRequestFactory().get("/", query or {})
    force_authenticate(request, user=SimpleNamespace(is_authenticated=True), token=SimpleNamespace(store_id=store.pk))  # type: ignore[arg-type]
    return view.as_view()(request, **kwargs)


def test_search_gives_what_the_tablet_shows() -> None:
    store = make_store()
    make_product(store, "Oat drink", OAT, price=199, category="Drinks", brand="Fennmill", net_volume_ml=1250)

    answer = call(apis.CatalogueSearch, store, {"q": "oat"})

    assert answer.data == {
        "results": [
            {"code": OAT, "name": "Oat drink", "brand": "Fennmill", "category": "Drinks", "unit_price": 199,
             "sold_by": "each", "comparison_price": {"amount": 159, "per": "l"}, "picture": None}
        ]
    }  # fmt: skip


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 101}, {"q": "a", "limit": 51}, {"q": "a", "limit": "no"}])
def test_a_query_out_of_range_is_told_by_field(query: dict[str, Any]) -> None:
    answer = call(apis.CatalogueSearch, make_store(), query)

    assert (answer.status_code, answer.data["code"]) == (400, "invalid")


def test_keys_are_loose_produce() -> None:
    store = make_store()
    make_product(store, "Bananas", "4011", sold_by="kg")
    make_product(store, "Oat drink", OAT)

    answer = call(apis.CatalogueKeys, store)

    assert [row["code"] for row in answer.data["results"]] == ["4011"]


@pytest.mark.parametrize("code", [OAT, f"]E0{OAT}", f"0{OAT}", f"https://id.example/01/0{OAT}"])
def test_a_product_is_found_however_its_code_is_read(code: str) -> None:
    store = make_store()
    make_product(store, "Oat drink", OAT)

    assert call(apis.CatalogueProduct, store, code=code).data["name"] == "Oat drink"


@pytest.mark.parametrize("code", ["9521000000019", "9521000000025", "nonsense", "\x00", "x" * 3000])
def test_an_unknown_code_is_a_404_with_a_stable_code(code: str) -> None:
    store = make_store()
    make_product(store, "Oat drink", OAT)

    answer = call(apis.CatalogueProduct, store, code=code)

    assert (answer.status_code, answer.data["code"]) == (404, "unknown_code")


def test_a_manager_imports_by_rest_and_an_associate_does_not(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    store = make_store()
    mia, ben = make_person("mia", Role.MANAGER, store=store), make_person("ben", Role.ASSOCIATE, store=store)
    answers = []

    for person, text in ((ben, "1.99"), (mia, "1.999"), (mia, "1.99")):
        client = Client()
        client.force_login(person)
        file = SimpleUploadedFile("goods.csv", f"gtin,name,price\n{OAT},Oat drink,{text}\n".encode())
        answers.append(client.post("/api/v1/catalogue/import", {"store": store.pk, "file": file}))

    assert [answer.status_code for answer in answers] == [404, 422, 201]
    assert answers[1].json()["problems"][0]["code"] == "bad_price"
    assert Product.objects.get().name == "Oat drink"
