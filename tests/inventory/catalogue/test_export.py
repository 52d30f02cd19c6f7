from pathlib import Path

import pytest
from django.core.management import call_command

from inventory.models import Barcode, CatalogueImport, Product
from inventory.services.catalogue_import import catalogue_import
from inventory.services.products import barcode_add
from tests.inventory.world import NOW, make_product, make_store

CASE = "19521000000015"


@pytest.mark.django_db
def test_what_was_exported_is_imported_back_without_a_change(tmp_path: Path) -> None:
    store = make_store()
    make_product(
        store, 'Oat "drink", 1 l', "9521000000018", price=219, category="Drinks", brand="Fenn; mill",
        deposit_minor=25, net_volume_ml=1000, gross_weight_g=1062, tax_rate_bp=1950, age_limit=16, packaging="carton",
    )  # fmt: skip
    make_product(store, "Bananas", "4011", sold_by="kg", price=5)
    barcode_add(product_id=Product.objects.get(name__startswith="Oat").pk, code=CASE, pack_quantity=12, now=NOW)
    file = tmp_path / "out.csv"

    call_command("export_catalogue", "--store", "market", "--out", file)
    call_command("import_catalogue", file, "--store", "market")

    record = CatalogueImport.objects.get()
    assert (record.rows, record.unchanged, record.created, record.prices) == (2, 2, 0, 0)


@pytest.mark.django_db
def test_packs_come_back_into_an_empty_catalogue_with_their_pieces(tmp_path: Path) -> None:
    store, other = make_store(), make_store("Next Door", code="branch")
    oats = make_product(store, "Oats", "9521000000018")
    barcode_add(product_id=oats.pk, code=CASE, pack_quantity=12, now=NOW)
    file = tmp_path / "out.csv"

    call_command("export_catalogue", "--store", "market", "--out", file)
    call_command("import_catalogue", file, "--store", "branch")

    codes = Barcode.objects.filter(retailer=other.retailer).values_list("key", "pack_quantity")
    assert dict(codes) == {"09521000000018": 1, CASE: 12}


@pytest.mark.django_db
def test_a_pack_of_other_pieces_is_a_change_and_nonsense_a_problem() -> None:
    store = make_store()
    oats = make_product(store, "Oats", "9521000000018")
    barcode_add(product_id=oats.pk, code=CASE, pack_quantity=12, now=NOW)

    def take(packs: str) -> CatalogueImport:
        data = f"code,packs\n9521000000018,{packs}\n".encode()
        return catalogue_import(store_id=store.pk, data=data, filename="a.csv", now=NOW)

    changed, wrong = take(f"6x{CASE}"), take(f"sixx{CASE}")
    assert (changed.changed, Barcode.objects.get(key=CASE).pack_quantity) == (1, 6)
    assert wrong.problems[0]["code"] == "bad_pack"
