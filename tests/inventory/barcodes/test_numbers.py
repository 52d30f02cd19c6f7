"""GTINs, UPC-E and PLUs. Examples are the public ones of GS1's and Wikipedia's pages, or made up."""

import pytest

from inventory.barcodes import Read, StoreRules, Unreadable, read


@pytest.mark.parametrize(
    ("code", "gtin", "symbology"),
    [
        ("4006381333931", "04006381333931", "ean13"),
        ("036000291452", "00036000291452", "upca"),
        ("73513537", "00000073513537", "ean8"),
        ("15400141288763", "15400141288763", "itf14"),
        ("]E04006381333931", "04006381333931", "ean13"),
        ("]E473513537", "00000073513537", "ean8"),
        ("]I115400141288763", "15400141288763", "itf14"),
        ("]C04006381333931", "04006381333931", "code128"),
        ("]E3400638133393112345", "04006381333931", "ean13"),
        ("978030640615751299", "09780306406157", "ean13"),
        ("4006381333931\r\n", "04006381333931", "ean13"),
    ],
)
def test_a_gtin_is_read_as_fourteen_digits(code: str, gtin: str, symbology: str) -> None:
    answer = read(code)

    assert isinstance(answer, Read)
    assert (answer.gtin, answer.keys, answer.symbology) == (gtin, (gtin,), symbology)


@pytest.mark.parametrize("code", ["4006381333932", "036000291453", "73513538", "15400141288764", "]E04006381333932"])
def test_a_wrong_check_digit_is_refused(code: str) -> None:
    answer = read(code)

    assert isinstance(answer, Unreadable)
    assert answer.code == "check_digit"


@pytest.mark.parametrize(
    ("code", "gtin"),
    [
        ("04252614", "00042100005264"),
        ("425261", "00042100005264"),
        ("06543217", "00065100004327"),
        ("01234505", "00012000003455"),
        ("01234531", "00012300000451"),
        ("01234543", "00012340000053"),
        ("01234558", "00012345000058"),
    ],
)
def test_a_upce_is_expanded_by_its_last_digit(code: str, gtin: str) -> None:
    answer = read(code)

    assert isinstance(answer, Read)
    assert (answer.gtin, answer.keys[0], answer.symbology) == (gtin, gtin, "upce")


def test_eight_digits_that_are_a_upce_and_an_ean8_give_both_keys() -> None:
    answer = read("01234565")

    assert isinstance(answer, Read)
    assert answer.keys == ("00012345000065", "00000001234565")


def test_an_ean8_told_by_the_scanner_comes_before_the_upce_of_the_same_digits() -> None:
    answer = read("]E401234565")

    assert isinstance(answer, Read)
    assert answer.keys == ("00000001234565", "00012345000065")


@pytest.mark.parametrize(
    ("code", "key", "plu", "organic"),
    [("4011", "4011", "4011", False), ("94011", "94011", "4011", True), ("84011", "84011", "84011", False)],
)
def test_a_plu_is_its_own_key(code: str, key: str, plu: str, organic: bool) -> None:
    answer = read(code)

    assert isinstance(answer, Read)
    assert (answer.keys, answer.plu, answer.organic) == ((key,), plu, organic)


@pytest.mark.parametrize("code", ["2999", "5000", "80123", "95000", "1"])
def test_a_number_outside_the_plu_ranges_is_refused(code: str) -> None:
    answer = read(code)

    assert isinstance(answer, Unreadable)
    assert answer.code == "not_a_plu"


def test_a_store_with_item_numbers_takes_them_and_keeps_plus_first() -> None:
    rules = StoreRules(item_numbers=True)

    keys = [answer.keys for code in ("2999", "4011") if isinstance(answer := read(code, rules), Read)]

    assert keys == [("item:2999",), ("4011", "item:4011")]


@pytest.mark.parametrize(
    ("code", "coupon", "voucher"),
    [
        ("9900000000004", "09900000000004", None),
        ("9812345678902", "09812345678902", None),
        ("9801234567892", None, "09801234567892"),
        ("512345678900", "00512345678900", None),
        ("9862345678907", None, None),
    ],
)
def test_gs1_prefixes_tell_coupons_and_refund_receipts(code: str, coupon: str | None, voucher: str | None) -> None:
    answer = read(code)

    assert isinstance(answer, Read)
    assert (answer.coupon, answer.voucher) == (coupon, voucher)


@pytest.mark.parametrize(
    ("code", "kind", "reason"),
    [
        ("400638133393", "ean13", "bad_length"),
        ("40063813339X1", "ean13", "not_digits"),
        ("1234567", "upce", "bad_length"),
        ("0425261X", "upce", "not_digits"),
        ("01234567", "upce", "check_digit"),
        ("4006381333931", "scan", "unknown_symbology"),
        ("]X", None, "unknown_symbology"),
        ("]k0123", None, "unknown_symbology"),
        ("]E04006381", None, "bad_length"),
        ("", None, "empty"),
        ("Ana", None, "not_a_product_code"),
        ("9" * 5000, None, "too_long"),
    ],
)
def test_what_is_no_code_is_refused_with_a_stable_reason(code: str, kind: str | None, reason: str) -> None:
    answer = read(code, kind=kind)

    assert isinstance(answer, Unreadable)
    assert answer.code == reason
    assert answer.detail.endswith((".", ")"))


def test_an_unknown_kind_is_the_callers_mistake() -> None:
    with pytest.raises(ValueError, match="known are scan"):
        read("4006381333931", kind="ean31")


@pytest.mark.parametrize("addon", ["12", "52995"])
def test_an_add_on_of_a_magazine_is_left_off_where_the_digits_name_nothing_else(addon: str) -> None:
    for code, key in (("4006381333931", "04006381333931"), ("9771234567003", "09771234567003")):
        answer = read(code + addon)
        assert isinstance(answer, Read)
        assert answer.keys == (key,)
    upc = read("03600029145252995")
    assert isinstance(upc, Read)
    assert upc.keys == ("00036000291452",)


def test_digits_with_a_wrong_check_digit_before_an_add_on_are_no_goods() -> None:
    answer = read("400638133393212")

    assert isinstance(answer, Unreadable) or answer.keys == ()
