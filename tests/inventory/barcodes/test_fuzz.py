"""No text makes the reader raise, and what it accepts is in order."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from inventory.barcodes import KINDS, Read, StoreRules, Unreadable, read
from inventory.barcodes._errors import DETAILS
from inventory.barcodes._identifiers import IDENTIFIERS

RULES = [
    StoreRules(),
    StoreRules(region="de", currency="EUR", item_numbers=True),
    StoreRules(region="us", labels_hold_plus=True),
    StoreRules(templates=("weight:21.....{NNDDD}", "voucher:98SSSSSPPPPPC"), short_gtin=True),
]
FORMS = r"]C1 ]e0 ]d2 ]Q1 ]Q3 ]E0 ]E4 ] |]e0 ( ) \( https://a/ HTTP://A.b/ / ? & = % %00 %FF # ² ٣"
VALUES = "01 09506000134352 9506000134352 17 280131 3932 978 21 10"
PIECES = st.sampled_from([*FORMS.split(), *VALUES.split(), "\x1d", *list(IDENTIFIERS)[::7]])
BUILT = st.lists(PIECES | st.text("0123456789", max_size=8) | st.text(max_size=4), max_size=12).map("".join)
ANYTHING = st.text(max_size=60) | st.text("0123456789", max_size=20) | BUILT


@settings(max_examples=600)
@given(ANYTHING, st.sampled_from(RULES), st.sampled_from([None, *KINDS]))
@example("\ud800", RULES[0], None)
@example("]C1" + "0" * 5000, RULES[0], None)
@example("]Q1https://a/01/%FF", RULES[0], None)
def test_any_text_is_read_or_refused_with_a_known_reason(code: str, rules: StoreRules, kind: str | None) -> None:
    answer = read(code, rules, kind=kind)

    if isinstance(answer, Unreadable):
        assert answer.code in DETAILS
    else:
        check(answer)


def check(answer: Read) -> None:
    assert answer.gtin is None or (len(answer.gtin) == 14 and answer.gtin.isascii() and answer.gtin.isdigit())
    assert answer.price is None or answer.price >= 0
    assert answer.weight_g is None or answer.weight_g >= 0
    assert answer.price_minor is None or answer.price is not None
    assert all(answer.keys)
