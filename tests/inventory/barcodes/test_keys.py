"""What the catalogue files under, and that a scan finds it there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.barcodes import Read, catalogue_key, read
from inventory.barcodes._checks import check_digit


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("4006381333931", "04006381333931"),
        (" 036000291452 ", "00036000291452"),
        ("00036000291452", "00036000291452"),
        ("73513537", "00000073513537"),
        ("04252614", "00042100005264"),
        ("4011", "4011"),
        ("94011", "94011"),
        ("54321", "item:54321"),
        ("00042", "item:42"),
        ("item:4011", "item:4011"),
        ("4006381333932", "text:4006381333932"),
        ("AB-1", "text:AB-1"),
        ("٤٠١١", "text:٤٠١١"),
        ("", "text:"),
    ],
)
def test_a_number_has_one_key_however_it_is_written(text: str, key: str) -> None:
    assert catalogue_key(text) == key


@given(st.text(max_size=20))
def test_a_key_is_its_own_key(text: str) -> None:
    key = catalogue_key(text)

    assert catalogue_key(key) == key


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda size: st.from_regex(rf"[0-9]{{{size}}}", fullmatch=True)))
def test_a_scan_finds_what_was_filed_under_the_same_digits(payload: str) -> None:
    code = payload + check_digit(payload)

    answer = read(code)

    assert isinstance(answer, Read)
    assert answer.voucher or catalogue_key(code) in answer.keys
