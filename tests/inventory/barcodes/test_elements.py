"""GS1 element strings, composites and Digital Links. The GTIN is GS1's own of its examples, 9506000134352."""

from datetime import date
from decimal import Decimal

import pytest

from inventory.barcodes import Read, StoreRules, Unreadable, read
from inventory.barcodes._errors import DETAILS

GTIN = "09506000134352"
FNC1 = "\x1d"


@pytest.mark.parametrize(
    ("code", "symbology"),
    [
        (f"]C101{GTIN}10AB-1{FNC1}17280131", "gs1_128"),
        (f"]e001{GTIN}10AB-1{FNC1}17280131", "gs1_databar"),
        (f"]d201{GTIN}1728013110AB-1", "gs1_datamatrix"),
        (f"]Q301{GTIN}1728013110AB-1{FNC1}", "gs1_qr"),
        (f"{FNC1}01{GTIN}1728013110AB-1", "gs1_text"),
        (f"01{GTIN}1728013110AB-1", "gs1_text"),
        (f"(01){GTIN}(17)280131(10)AB-1", "gs1_text"),
        (f"https://id.gs1.org/01/{GTIN}/10/AB-1?17=280131", "digital_link"),
        (f"]Q1https://id.gs1.org/01/{GTIN}/10/AB-1?17=280131", "digital_link"),
        (f"]d1HTTPS://SHOP.EXAMPLE/DE/01/{GTIN}/10/AB-1?lang=de&17=280131#top", "digital_link"),
    ],
)
def test_product_batch_and_expiry_are_read_from_every_carrier(code: str, symbology: str) -> None:
    answer = read(code)

    assert isinstance(answer, Read)
    assert (answer.symbology, answer.keys, answer.gtin) == (symbology, (GTIN,), GTIN)
    assert (answer.batch, answer.expiry) == ("AB-1", date(2028, 1, 31))


@pytest.mark.parametrize(
    ("element", "weight_g"),
    [("3103001250", 1250), ("3100000002", 2000), ("3105000123", 1.23), ("3202000100", 453.59237)],
)
def test_a_net_weight_is_grams_whatever_its_unit_and_decimals(element: str, weight_g: float) -> None:
    answer = read(f"]C101{GTIN}{element}")

    assert isinstance(answer, Read)
    assert answer.weight_g == weight_g


@pytest.mark.parametrize(
    ("element", "price", "price_minor", "currency"),
    [
        ("3922399", "3.99", 399, None),
        ("39221", "0.01", 1, None),
        ("39251", "0.00001", None, None),
        ("3932978399", "3.99", 399, "EUR"),
        ("3930392399", "399", 399, "JPY"),
        ("3932392399", "3.99", None, "JPY"),
    ],
)
def test_a_price_keeps_its_decimals_and_is_payable_only_if_exact(
    element: str, price: str, price_minor: int | None, currency: str | None
) -> None:
    answer = read(f"]C101{GTIN}3103001250{element}")

    assert isinstance(answer, Read)
    assert (answer.price, answer.price_minor, answer.currency) == (Decimal(price), price_minor, currency)


def test_day_zero_is_the_last_of_the_month() -> None:
    answer = read(f"]d201{GTIN}15280200")

    assert isinstance(answer, Read)
    assert answer.best_before == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 1, 1), 1977), (date(2027, 1, 1), 2077), (date(2127, 1, 1), 2177)]
)
def test_the_century_is_the_one_nearest_to_today(today: date, year: int) -> None:
    answer = read(f"]d201{GTIN}17770101", today=today)

    assert isinstance(answer, Read)
    assert answer.expiry == date(year, 1, 1)


def test_a_composite_gives_the_product_of_its_bars_and_the_batch_of_its_squares() -> None:
    answer = read(f"]E09506000134352|]e010AB-1{FNC1}17280131")

    assert isinstance(answer, Read)
    assert (answer.keys, answer.batch, answer.expiry) == ((GTIN,), "AB-1", date(2028, 1, 31))


def test_a_pallet_label_names_no_product() -> None:
    answer = read("]C100106141411234567897")

    assert isinstance(answer, Read)
    assert (answer.keys, answer.sscc) == ((), "106141411234567897")


def test_what_gs1_requires_beside_a_field_is_reported_and_harmless() -> None:
    answer = read("(10)AB-1")

    assert isinstance(answer, Read)
    assert (answer.lacking, answer.keys) == (("10",), ())


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("]C1", "empty"),
        (f"]C1{FNC1}", "empty"),
        ("]C10109506000134353", "bad_element"),
        (f"]C101{GTIN}17281301", "bad_element"),
        (f"]C101{GTIN}17280230", "bad_element"),
        (f"]C101{GTIN}1728013", "bad_element"),
        (f"]C101{GTIN}10" + "A" * 21, "bad_element"),
        (f"]C101{GTIN}10", "bad_element"),
        (f"]C101{GTIN}10Zoë", "bad_element"),
        (f"]C101{GTIN}3103001250393200039", "bad_element"),
        (f"]C101{GTIN}3103001250" + "3932000399", "bad_element"),
        (f"]C101{GTIN}05123456", "unknown_ai"),
        (f"]C101{GTIN}0201{GTIN}"[:-14] + GTIN, "bad_element"),
        (f"]C101{GTIN}02{GTIN}", "conflicting_elements"),
        (f"]C110A{FNC1}10B", "conflicting_elements"),
        (f"]C101{GTIN}31030012503102000125", "conflicting_elements"),
        (f"(01){GTIN}(05)1", "unknown_ai"),
        ("(01", "unknown_ai"),
        ("()", "unknown_ai"),
        (f"(01){GTIN}9", "bad_element"),
    ],
)
def test_a_malformed_element_string_is_refused(code: str, reason: str) -> None:
    answer = read(code)

    assert isinstance(answer, Unreadable)
    assert answer.code == reason


def test_a_bracket_within_a_value_is_escaped() -> None:
    answer = read(f"(01){GTIN}(10)A\\(1)")

    assert isinstance(answer, Read)
    assert answer.batch == "A(1)"


@pytest.mark.parametrize(
    "link",
    [
        "https://shop.example",
        "https://shop.example/",
        "https://shop.example/offers",
        f"https://shop_example/01/{GTIN}",
        f"https://shop.example/01/{GTIN}/",
        f"https://shop.example/01/{GTIN}/10/A/22/B",
        f"https://shop.example/01/{GTIN}?10=A",
        f"https://shop.example/01/{GTIN}?21=A",
        f"https://shop.example/01/{GTIN}?17=280131&17=280131",
        f"https://shop.example/01/{GTIN}?9999=1",
        f"https://shop.example/01/{GTIN} ",
        f"https://shop.example/01/{GTIN}<b>",
    ],
)
def test_a_web_address_that_is_no_digital_link_is_refused(link: str) -> None:
    answer = read(link)

    assert isinstance(answer, Unreadable)
    assert answer.code == "bad_link"


def test_an_address_of_mixed_case_is_no_link() -> None:
    link = f"HtTpS://shop.example/01/{GTIN}"

    assert [read(link, kind=kind) for kind in (None, "dl_uri")] == [
        Unreadable("not_a_product_code", DETAILS["not_a_product_code"]),
        Unreadable("bad_link", DETAILS["bad_link"] + " (malformed address)"),
    ]


def test_short_gtins_in_links_are_taken_only_where_the_store_allows_them() -> None:
    link = "https://shop.example/01/9506000134352"

    strict, lenient = read(link), read(link, StoreRules(short_gtin=True))

    assert isinstance(strict, Unreadable)
    assert isinstance(lenient, Read)
    assert lenient.keys == (GTIN,)


def test_percent_signs_in_links_are_undone() -> None:
    answer = read(f"https://shop.example/01/{GTIN}/10/A%2F1")

    assert isinstance(answer, Read)
    assert answer.batch == "A/1"


def test_text_in_a_square_code_is_kept_and_looked_up_as_it_is() -> None:
    answer = read("]Q1Ana's voucher")

    assert isinstance(answer, Read)
    assert (answer.text, answer.keys) == ("Ana's voucher", ("text:Ana's voucher",))
