"""Rules for the values of GS1 components."""

import pytest

from inventory.barcodes._linters import LINTERS


@pytest.mark.parametrize(
    ("rule", "good", "bad"),
    [
        ("csumalpha", ["1987654Ad4X4bL5ttr2310c2K", "22"], ["1987654Ad4X4bL5ttr2310c2L", "2", "", "a^22"]),
        ("gcppos1", ["9506000134352"], ["95A6000", "950"]),
        ("gcppos2", ["09506000134352"], ["195A6000", "9506"]),
        ("hasnondigit", ["A1"], ["11"]),
        ("hh", ["00", "23"], ["24"]),
        ("hhmi", ["0000", "2359"], ["2400", "1260", "9"]),
        ("hyphen", ["-"], ["1"]),
        ("iban", ["GB82WEST12345698765432", "DE89370400440532013000"], ["GB82WEST12345698765433", "QQ82WEST1", "GB"]),
        ("importeridx", ["A", "-", "_"], ["!", "AB"]),
        ("iso3166", ["276"], ["000", "999"]),
        ("iso3166999", ["276", "999"], ["000"]),
        ("iso3166alpha2", ["DE"], ["QQ", "de"]),
        ("iso4217", ["978"], ["000"]),
        ("iso5218", ["0", "9"], ["3"]),
        ("latitude", ["1800000000"], ["1800000001", "18A"]),
        ("longitude", ["3600000000"], ["3600000001"]),
        ("mediatype", ["01", "10", "80", "99"], ["00", "11", "79"]),
        ("mi", ["59"], ["60"]),
        ("nonzero", ["01"], ["00"]),
        ("nozeroprefix", ["1"], ["01"]),
        ("packagetype", ["BX"], ["B!", "bx"]),
        ("pcenc", ["A%20B", "AB"], ["A%2", "A%GG"]),
        ("pieceoftotal", ["0102", "0202"], ["0302", "0002", "0100", "010"]),
        ("posinseqslash", ["1/2", "2/2"], ["3/2", "0/2", "1/", "a/b", "1-2"]),
        ("ss", ["59"], ["60"]),
        ("winding", ["0", "9"], ["2"]),
        ("yesno", ["0", "1"], ["2"]),
        ("yymmdd", ["240229"], ["230229", "240200", "241301"]),
        ("yymmd0", ["240200", "240229"], ["241300", "240230"]),
        ("yyyymmdd", ["20240229"], ["19000229", "20240200"]),
        ("zero", ["0"], ["1"]),
    ],
)
def test_a_rule_takes_what_it_should_and_nothing_else(rule: str, good: list[str], bad: list[str]) -> None:
    assert [LINTERS[rule](text) for text in good] == [True] * len(good)
    assert [LINTERS[rule](text) for text in bad] == [False] * len(bad)


PURCHASE = "1" + "5" + "0" + "123"
COUPON = "0" + "950600" + "654321" + "2" + "75" + PURCHASE


@pytest.mark.parametrize(
    "code",
    [
        COUPON,
        COUPON + "1" + "0" + PURCHASE + "9",
        COUPON + "1" + "3" + PURCHASE + "0950600",
        COUPON + "2" + PURCHASE + "9",
        COUPON + "3" + "281231",
        COUPON + "3" + "281231" + "4" + "280101",
        COUPON + "5" + "0123456",
        COUPON + "6" + "19506000",
        COUPON + "9" + "0010",
    ],
)
def test_a_coupon_of_any_of_its_fields_is_well_formed(code: str) -> None:
    assert LINTERS["couponcode"](code)


@pytest.mark.parametrize(
    "code",
    [
        "",
        COUPON[:-1],
        COUPON + "7",
        "7" + COUPON[1:],
        COUPON + "1" + "4" + PURCHASE + "9",
        COUPON + "2" + PURCHASE + "8",
        COUPON + "3" + "281331",
        COUPON + "3" + "280101" + "4" + "281231",
        COUPON + "6" + "0",
        COUPON + "9" + "0310",
        COUPON + "9" + "0012",
        COUPON[:-1] + "A",
    ],
)
def test_a_coupon_with_a_field_out_of_place_is_malformed(code: str) -> None:
    assert not LINTERS["couponcode"](code)


def test_a_positive_offer_is_format_funder_offer_and_serial() -> None:
    offer = "0" + "0950600" + "654321" + "0123456"

    assert LINTERS["couponposoffer"](offer)
    assert not LINTERS["couponposoffer"](offer + "1")
    assert not LINTERS["couponposoffer"]("2" + offer[1:])
