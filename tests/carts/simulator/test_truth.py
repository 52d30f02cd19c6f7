"""The truth file is read with care, and what makes no sense in it is left out."""

import json
from io import StringIO
from pathlib import Path

import pytest

from carts.client.incoming import Ack, Basket, Discrepancy, Line, Result, Totals
from carts.simulator.telling import Terminal, describe, money
from carts.simulator.truth import CartPlan, Truth, TruthUnreadableError, read_truth


def write(folder: Path, whole: object) -> Path:
    path = folder / "truth.json"
    path.write_text(json.dumps(whole))
    return path


def test_products_carts_and_camera_are_read(tmp_path: Path) -> None:
    (tmp_path / "oats.png").write_bytes(b"x")
    whole = {
        "products": {"40": {"name": "Oats", "grams": 520.5, "sold_by": "each", "picture": "oats.png"}},
        "carts": [{"label": "C1", "enrolment_code": "AAAA", "script": "honest"}, {"label": "C2", "token": "t"}],
        "camera": {"port": 8091, "lane": "Lane 2"},
        "gate": {"enrolment_code": "BBBB"},
    }

    truth = read_truth(write(tmp_path, whole))

    assert truth.weights() == {"40": 520.5}
    assert truth.products["40"].picture == tmp_path / "oats.png"
    assert truth.carts == (CartPlan("C1", "honest", "AAAA"), CartPlan("C2", token="t"))
    assert (truth.camera_port, truth.lane, truth.gate_code) == (8091, "Lane 2", "BBBB")


def test_what_makes_no_sense_is_left_out(tmp_path: Path) -> None:
    whole = {
        "products": {"1": {"grams": "heavy"}, "2": {"grams": -4}, "3": None, "4": {"grams": 5, "picture": "none.png"}},
        "carts": [None, {"script": "honest"}],
        "camera": {"port": "high"},
    }

    truth = read_truth(write(tmp_path, whole))

    assert list(truth.products) == ["4"]
    assert truth.products["4"].picture is None
    assert (truth.carts, truth.camera_port, truth.lane) == ((), None, "1")


@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_file_that_is_absent_or_no_truth_says_what_to_do(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "truth.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(TruthUnreadableError, match=r"truth\.json"):
        read_truth(path)


def test_bare_weights_make_a_truth() -> None:
    assert Truth.of_weights({"40": 500}).weights() == {"40": 500}


def test_the_terminal_tells_the_carts_time() -> None:
    out = StringIO()

    Terminal(lambda: 65_999, name="C1", out=out).say("shopper", "walks")

    assert out.getvalue() == "C1       [01:05] shopper  walks\n"


@pytest.mark.parametrize(
    ("minor", "exponent", "text"),
    [(1234, 2, "12.34 EUR"), (-5, 2, "-0.05 EUR"), (700, 0, "700 EUR"), (1, 3, "0.001 EUR")],
)
def test_amounts_are_told_with_the_currencys_places(minor: int, exponent: int, text: str) -> None:
    assert money(minor, "EUR", exponent) == text


def test_what_the_server_says_is_told_in_sentences() -> None:
    totals = Totals(subtotal=250, discount=0, deposit=0, tax=0, due=250, currency="EUR", exponent=2, items=1)
    line = Line(line=1, code="4", name="Oats", quantity=1, unit_price=250, amount=250, status="placing")
    doubt = Discrepancy(id="1", kind="unscanned", state="open", at=1, expected_g=0, observed_g=240, advice="Scan it.")

    assert list(describe(Basket(revision=2, lines=(line,), totals=totals))) == [
        "basket 2: 1 items, 2.50 EUR due [Oats placing]"
    ]
    assert list(describe(doubt)) == ["discrepancy 1: unscanned, expected 0 g, saw 240 g", "advice: Scan it."]
    refused = Result(seq=3, outcome="sale_refused", event="scan", detail={"text": "No beer before ten."})
    assert list(describe(Ack(upto=3, credits=64, results=(refused,)))) == [
        "event 3 is on disk: scan -> sale_refused (No beer before ten.)"
    ]
