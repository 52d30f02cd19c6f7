"""In-store labels: regions' layouts, templates of the store, and that no wrong price or weight comes of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.barcodes import REGIONS, Read, StoreRules, Unreadable, parse_template, read
from inventory.barcodes._checks import check_digit, measure_check_digit


def label(payload: str) -> str:
    return payload + check_digit(payload)


# GS1 General Specifications 7.9.3 and 7.9.4 print these two.
@pytest.mark.parametrize(("value", "digit"), [("2875", "9"), ("14685", "6")])
def test_the_check_digit_of_a_value_is_the_one_of_the_standard(value: str, digit: str) -> None:
    assert measure_check_digit(value) == digit


@pytest.mark.parametrize("value", ["", "1", "123", "123456"])
def test_a_value_of_another_length_has_no_check_digit(value: str) -> None:
    with pytest.raises(ValueError, match="four or five"):
        measure_check_digit(value)


@pytest.mark.parametrize(
    ("region", "payload", "price_minor", "currency"),
    [
        ("de", "220042" + "6" + "14685", 14685, "EUR"),
        ("gb", "2000421" + "9" + "2875", 2875, "GBP"),
        ("se", "20004211" + "2875", 2875, "SEK"),
        ("se", "21004211" + "2875", 28750, "SEK"),
        ("no", "22004211" + "2875", 287500, "NOK"),
        ("dk", "210042" + "001234", 1234, "DKK"),
        ("us", "0204011" + "9" + "2875", 2875, None),
    ],
)
def test_a_price_is_read_by_the_regions_layout(
    region: str, payload: str, price_minor: int, currency: str | None
) -> None:
    answer = read(label(payload), StoreRules(region=region))

    assert isinstance(answer, Read)
    assert (answer.price_minor, answer.currency, answer.weight_g) == (price_minor, currency, None)


@pytest.mark.parametrize(
    ("region", "payload", "weight_g"),
    [
        ("de", "280042" + "6" + "14685", 14685),
        ("fi", "23004211" + "2875", 2875),
        ("ee", "24004211" + "2875", 28750),
        ("lv", "25004211" + "2875", 287500),
        ("dk", "260042" + "001234", 1234),
        ("dk", "2700421" + "01234", 1234),
    ],
)
def test_a_weight_is_read_by_the_regions_layout(region: str, payload: str, weight_g: int) -> None:
    answer = read(label(payload), StoreRules(region=region))

    assert isinstance(answer, Read)
    assert (answer.weight_g, answer.price) == (weight_g, None)


def test_a_count_is_read_by_the_regions_layout() -> None:
    answer = read(label("250042" + measure_check_digit("00012") + "00012"), StoreRules(region="de"))

    assert isinstance(answer, Read)
    assert answer.count == 12


@pytest.mark.parametrize("region", [None, "se"])
def test_a_number_for_which_there_is_no_layout_is_a_product_of_its_own(region: str | None) -> None:
    code = label("291234567890")

    answer = read(code, StoreRules(region=region))

    assert isinstance(answer, Read)
    assert (answer.keys, answer.price, answer.weight_g) == ((f"0{code}",), None, None)


def test_a_wrong_check_digit_of_the_value_is_refused() -> None:
    answer = read(label("220042" + "7" + "14685"), StoreRules(region="de"))

    assert isinstance(answer, Unreadable)
    assert answer.code == "measure_check_digit"


def test_all_labels_of_an_item_are_filed_under_the_same_keys() -> None:
    rules = StoreRules(region="de")

    keys = {
        answer.keys
        for value in ("00100", "14685", "99999")
        if isinstance(answer := read(label(f"220042{measure_check_digit(value)}{value}"), rules), Read)
    }

    assert keys == {("0" + label("220042000000"), "item:42")}


def test_an_item_number_in_a_label_is_no_plu_unless_the_store_says_so() -> None:
    code = label("0204011" + "9" + "2875")

    plain = read(code, StoreRules(region="us"))
    produce = read(code, StoreRules(region="us", labels_hold_plus=True))

    assert isinstance(plain, Read)
    assert isinstance(produce, Read)
    assert "4011" not in plain.keys
    assert produce.keys[-1] == "4011"


def test_a_upca_label_reads_the_same_with_twelve_and_thirteen_digits() -> None:
    rules = StoreRules(region="us")

    assert read(label("0204011" + "9" + "2875")[1:], rules) == read(label("0204011" + "9" + "2875"), rules)


@pytest.mark.parametrize(
    ("template", "payload", "price", "weight_g", "count"),
    [
        ("weight:21.....{NNDDD}", "21" + "54321" + "01250", None, 1250, None),
        ("price:23.....{NNNDD}", "23" + "54321" + "00399", Decimal("3.99"), None, None),
        ("count:24.....{NNNNN}", "24" + "54321" + "00006", None, None, 6),
        ("21IIIIIWWWWWC:W3", "21" + "54321" + "01250", None, 1250, None),
        ("23IIIIIPPPPPC:P2", "23" + "54321" + "00399", Decimal("3.99"), None, None),
        ("20IIIIKPPPPPC", "20" + "5432" + "6" + "14685", Decimal("146.85"), None, None),
    ],
)
def test_a_store_template_says_where_the_value_stands(
    template: str, payload: str, price: Decimal | None, weight_g: int | None, count: int | None
) -> None:
    answer = read(label(payload), StoreRules(templates=(template,)))

    assert isinstance(answer, Read)
    assert (answer.price, answer.weight_g, answer.count) == (price, weight_g, count)


def test_the_stores_templates_come_before_the_regions() -> None:
    rules = StoreRules(region="se", templates=("weight:20.....{NNDDD}",))

    answer = read(label("200042102875"), rules)

    assert isinstance(answer, Read)
    assert (answer.weight_g, answer.price) == (2875, None)


def test_a_voucher_of_the_store_has_a_value_and_names_no_product() -> None:
    code = label("981" + "12345" + "0075")

    answer = read(code, StoreRules(templates=("voucher:981SSSSSPPPPC:P2",)))

    assert isinstance(answer, Read)
    assert (answer.voucher, answer.price_minor, answer.serial, answer.keys) == (code, 75, "12345", ())


def test_a_price_in_another_currency_than_the_stores_is_not_payable() -> None:
    answer = read(label("210042001234"), StoreRules(region="dk", currency="EUR"))

    assert isinstance(answer, Read)
    assert (answer.price, answer.price_minor, answer.currency) == (Decimal("12.34"), None, "DKK")


@pytest.mark.parametrize(("currency", "price_minor"), [("EUR", 399), ("JPY", None), ("KWD", 3990)])
def test_a_price_is_payable_only_if_it_is_exact_in_minor_units(currency: str, price_minor: int | None) -> None:
    answer = read(label("235432100399"), StoreRules(templates=("price:23.....{NNNDD}",), currency=currency))

    assert isinstance(answer, Read)
    assert answer.price_minor == price_minor


@pytest.mark.parametrize(
    "template",
    ["", "21", "21IIIIIWWWWW", "21IIIIIWWPPPC", "21IIIKWWWWWWC", "21IIIIIWWWWWC:P2", "21IIIIIWWWWWC:Wx", "abc", "{NN}"],
)
def test_a_malformed_template_is_refused_when_it_is_written(template: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_template(template)


@pytest.mark.parametrize("wrong", [{"region": "xx"}, {"currency": "EURO"}, {"templates": ("21",)}])
def test_rules_with_a_mistake_are_refused_when_they_are_made(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        StoreRules(**wrong)  # type: ignore[arg-type]


@given(st.sampled_from(sorted(REGIONS)), st.from_regex(r"(02|2[0-9])[0-9]{10}", fullmatch=True), st.integers(0, 11))
def test_a_misread_digit_never_gives_another_price_or_weight(region: str, payload: str, place: int) -> None:
    rules = StoreRules(region=region)
    code = label(payload)
    wrong = str((int(code[place]) + 5) % 10)
    answer = read(code[:place] + wrong + code[place + 1 :], rules)

    assert isinstance(answer, Unreadable)
    assert answer.code == "check_digit"
