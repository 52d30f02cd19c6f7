import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from inventory.errors import DomainError
from inventory.imports import ImportUnreadable, guess_mapping, mapping_from_text, parse_rows, read_table
from inventory.models import AuditEntry, Barcode, CatalogueImport, Price, Product, ProductPicture, Store
from inventory.pricing import Comparison
from inventory.selectors.catalogue import forget_catalogues, store_catalogue
from inventory.services.audit import audit_verify
from inventory.services.catalogue_import import catalogue_import, catalogue_import_again
from tests.inventory.world import NOW, make_product, make_store

OAT, ALMOND = "9521000000018", "9521000000025"
GOOD = f"""gtin,name,brand,category,net_qty,net_unit,price_eur
{OAT},Oat drink,Fennmill,Drinks,1,l,1.99
{ALMOND},Almond drink,,Drinks,1.02,kg,2.49
"""


def load(store: Store, text: str | bytes, **options: Any) -> CatalogueImport:
    data = text.encode() if isinstance(text, str) else text
    return catalogue_import(store_id=store.pk, data=data, filename="goods.csv", now=options.pop("now", NOW), **options)


@pytest.mark.django_db
def test_a_file_makes_products_codes_categories_and_prices() -> None:
    store = make_store()

    record = load(store, GOOD)

    oat = store_catalogue(store.pk).by_code(OAT)
    assert (record.state, record.created, record.prices, record.problem_count) == ("applied", 2, 2, 0)
    assert oat is not None
    assert (oat.name, oat.brand, oat.category, oat.net_g, oat.unit_price_minor) == (
        "Oat drink",
        "Fennmill",
        "Drinks",
        1000,
        199,
    )
    assert [article.name for article in store_catalogue(store.pk).search("almond", 5)] == ["Almond drink"]


@pytest.mark.django_db
def test_litres_are_compared_by_the_litre_and_a_corrected_unit_by_the_kilogram() -> None:
    store = make_store()
    load(store, GOOD)
    shelf = [store_catalogue(store.pk).by_code(code) for code in (OAT, ALMOND)]

    load(store, GOOD.replace(",1,l,", ",1,kg,"))
    forget_catalogues()

    corrected = store_catalogue(store.pk).by_code(OAT)
    assert [one.comparison for one in shelf if one] == [Comparison(199, "l"), Comparison(244, "kg")]
    assert corrected is not None
    assert corrected.comparison == Comparison(199, "kg")


@pytest.mark.django_db
def test_the_same_file_again_changes_nothing() -> None:
    store = make_store()
    load(store, GOOD)

    again = load(store, GOOD)

    assert (again.state, again.created, again.changed, again.unchanged, again.prices) == ("applied", 0, 0, 2, 0)
    assert Price.objects.count() == Product.objects.count() == Barcode.objects.count() == 2


@pytest.mark.django_db
def test_changes_keep_their_history_and_the_old_price_ends() -> None:
    store = make_store()
    load(store, GOOD)

    record = load(
        store, GOOD.replace("Oat drink", "Oat drink barista").replace("1.99", "2.19"), now=NOW.replace(hour=12)
    )

    product = Product.objects.get(code=OAT)
    entry = AuditEntry.objects.get(subject=f"product:{product.pk}")
    assert (record.changed, record.prices) == (1, 1)
    assert entry.detail["fields"]["name"] == ["Oat drink", "Oat drink barista"]
    assert list(Price.objects.filter(product=product).order_by("id").values_list("amount_minor", "valid_until")) == [
        (199, NOW.replace(hour=12)),
        (219, None),
    ]
    assert audit_verify(retailer_id=store.retailer_id).broken_at is None


@pytest.mark.django_db
def test_one_bad_row_refuses_the_whole_file_and_names_its_reason() -> None:
    store = make_store()

    record = load(store, GOOD + "9521000000019,Broken,,,1,l,1.00\n")

    assert record.state == "refused"
    assert [(p["line"], p["field"], p["code"]) for p in record.problems] == [(4, "gtin", "bad_code")]
    assert not Product.objects.exists()
    assert not Price.objects.exists()


@pytest.mark.django_db
def test_bad_rows_can_be_left_out_on_purpose() -> None:
    store = make_store()

    record = load(store, GOOD + "9521000000019,Broken,,,1,l,1.00\n", skip_problems=True)

    assert (record.state, record.created, record.problem_count) == ("applied", 2, 1)


@pytest.mark.django_db
def test_a_dry_run_tells_and_writes_nothing() -> None:
    store = make_store()

    record = load(store, GOOD, dry_run=True)

    assert (record.state, record.created) == ("checked", 2)
    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a_kept_file_is_applied_once(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    checked = load(make_store(), GOOD, dry_run=True, keep_file=True)

    done = catalogue_import_again(import_id=checked.pk, now=NOW, dry_run=False)

    assert (done.state, done.created) == ("applied", 2)
    with pytest.raises(DomainError) as refusal:
        catalogue_import_again(import_id=checked.pk, now=NOW, dry_run=False)
    assert refusal.value.code == "import_done"


@pytest.mark.django_db
def test_goods_are_known_by_their_code_where_the_file_has_no_article_numbers() -> None:
    store = make_store()
    oat = make_product(store, "Oat", OAT, code="A-100")

    record = load(store, GOOD)

    assert (record.created, record.changed) == (1, 1)
    assert Product.objects.get(pk=oat.pk).name == "Oat drink"


@pytest.mark.django_db
def test_a_code_of_several_products_is_a_problem_not_a_guess() -> None:
    store = make_store()
    make_product(store, "Oat", OAT, code="A-100")
    make_product(store, "Oat old", OAT, code="A-099")

    record = load(store, GOOD)

    assert [problem["code"] for problem in record.problems] == ["ambiguous_code"]
    assert Product.objects.filter(name="Oat").exists()


@pytest.mark.django_db
def test_a_blank_cell_changes_nothing() -> None:
    store = make_store()
    load(store, GOOD)

    load(store, f"gtin,name,brand\n{OAT},Oat drink,\n")

    assert Product.objects.get(code=OAT).brand == "Fennmill"


@pytest.mark.django_db
def test_another_retailers_goods_are_never_touched() -> None:
    store, foreign = make_store(), make_store("Vale Foods")
    theirs = make_product(foreign, "Theirs", OAT)

    load(store, GOOD)

    assert Product.objects.get(pk=theirs.pk).name == "Theirs"
    assert Product.objects.filter(retailer=store.retailer).count() == 2


@pytest.mark.django_db
def test_a_mapping_is_remembered_for_the_same_columns() -> None:
    store = make_store()
    text = f"c1,c2,c3\n{OAT},Oat drink,1.99\n"
    load(store, text, mapping={"gtin": "c1", "name": "c2", "price": "c3"})

    again = load(store, text.replace("1.99", "2.05"))

    assert (again.state, again.prices) == ("applied", 1)
    assert again.mapping == {"gtin": "c1", "name": "c2", "price": "c3"}


@pytest.mark.django_db
def test_pictures_and_other_stores_prices_stay() -> None:
    store, kiosk = make_store(), make_store(code="kiosk")
    load(store, GOOD)
    ProductPicture.objects.create(product=Product.objects.get(code=OAT), image="products/a.webp")
    load(kiosk, GOOD.replace("1.99", "3.50"))

    load(store, GOOD.replace("1.99", "2.05"))

    assert ProductPicture.objects.count() == 1
    assert store_catalogue(kiosk.pk).by_code(OAT).unit_price_minor == 350  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "data",
    [b"", b"  \n \n", b"gtin,name\n", b"\xff\xfe\x00broken", b"gtin,name,name\n1,a,b\n", b"a,b\n1,2\n",
     b"PK\x03\x04 no zip",
     b"gtin,name\n\x00,x\n"],
    ids=["empty", "blank", "header only", "not utf-8", "twice", "no code", "no zip", "nul"],
)  # fmt: skip
@pytest.mark.django_db
def test_a_file_that_makes_no_sense_is_a_clear_error_or_a_problem_and_never_a_product(data: bytes) -> None:
    store = make_store()

    with pytest.raises(ImportUnreadable) as refusal:
        _refuse(load(store, data))

    assert refusal.value.detail
    assert not Product.objects.exists()


def _refuse(record: CatalogueImport) -> None:
    if record.state == "refused":
        raise ImportUnreadable(record.problems[0]["reason"])


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [("price", "12.345", "bad_price"), ("price", "-1", "bad_number"), ("price", "NaN", "bad_number"),
     ("price", "1e400", "bad_price"), ("net_unit", "stone", "unknown_unit"), ("net_qty", "many", "bad_number"),
     ("net_qty", "9999999", "too_heavy"), ("tax_rate", "101", "bad_tax"), ("packaging", "silk", "unknown_choice"),
     ("name", "", "missing_name"), ("name", "x" * 161, "too_long"), ("age_limit", "16.5", "bad_age"),
     ("sold_by", "dozen", "unknown_choice"), ("deposit", "0.255", "bad_price")],
)  # fmt: skip
def test_a_wrong_cell_is_told_by_field_and_code(column: str, text: str, code: str) -> None:
    row = {"gtin": OAT, "name": "Oat", "net_qty": "1", "net_unit": "kg", "price": "1", "tax_rate": "10",
           "packaging": "bag", "age_limit": "16", "sold_by": "each", "deposit": "0.25"} | {column: text}  # fmt: skip
    table = read_table(("\t".join(row) + "\n" + "\t".join(row.values()) + "\n").encode())

    entries, problems = parse_rows(table, guess_mapping(table.header), 2)

    assert not entries
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(("text", "minor"), [("1.99", 199), ("1,99", 199), ("1.234,50", 123450), ("1,234.50", 123450)])
def test_prices_are_read_as_people_write_them(text: str, minor: int) -> None:
    table = read_table(f"gtin;name;price\n{OAT};Oat;{text}\n".encode())

    entries, problems = parse_rows(table, guess_mapping(table.header), 2)

    assert not problems
    assert entries[0].price_minor == minor


def test_a_spreadsheet_is_read_like_a_csv() -> None:
    book = openpyxl.Workbook()
    book.active.append(["EAN", "Bezeichnung", "Preis"])
    book.active.append([float(OAT), "Oat drink", 1.99])
    out = io.BytesIO()
    book.save(out)

    table = read_table(out.getvalue())
    entries, problems = parse_rows(table, guess_mapping(table.header), 2)

    assert not problems
    assert (entries[0].code, entries[0].price_minor) == (OAT, 199)


def test_the_same_goods_twice_in_a_file_are_a_problem() -> None:
    table = read_table(f"gtin,name\n{OAT},Oat\n{OAT},Oat again\n".encode())

    entries, problems = parse_rows(table, guess_mapping(table.header), 2)

    assert len(entries) == 1
    assert (problems[0].line, problems[0].code) == (3, "duplicate_code")


@pytest.mark.parametrize("text", ["price", "price="])
def test_a_mapping_that_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(ImportUnreadable):
        mapping_from_text(text)


@pytest.mark.parametrize("mapping", [{"gtin": "absent"}, {"colour": "name", "gtin": "gtin"}, {"name": "name"}])
def test_a_mapping_of_unknown_fields_or_columns_or_without_a_code_is_refused(mapping: dict[str, str]) -> None:
    table = read_table(f"gtin,name\n{OAT},Oat\n".encode())

    with pytest.raises(ImportUnreadable):
        parse_rows(table, mapping, 2)


@pytest.mark.django_db
def test_the_command_imports_and_refuses_with_reasons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make_store()
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(GOOD)
    bad.write_text(GOOD.replace("1.99", "1.999"))

    call_command("import_catalogue", good, "--store", "market")
    with pytest.raises(CommandError):
        call_command("import_catalogue", bad, "--store", "hill-foods/market")
    with pytest.raises(CommandError):
        call_command("import_catalogue", tmp_path / "absent.csv", "--store", "market")

    told = capsys.readouterr().out
    assert "2 new" in told
    assert "line 2, price '1.999'" in told
