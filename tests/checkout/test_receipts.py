"""The receipt: frozen, complete, for those with the link."""

import re
from typing import Any

import pytest
from django.test import Client

from checkout.models import Checkout
from checkout.presenting import locale_for, money, shown
from checkout.receipt_reasons import reason
from checkout.receipt_words import WORDS, words
from checkout.services.passes import pass_token
from checkout.trust_words import WORDS as TRUST_WORDS
from checkout.wording import LANGUAGES, MESSAGES
from inventory.models import Product
from tests.checkout.receipts import receipt_for
from tests.checkout.world import CAVIAR, Shop


def test_a_receipt_adds_up_to_what_was_paid(shop: Shop) -> None:
    receipt = receipt_for(shop)
    body = receipt.body

    paid = Checkout.objects.get().amount_minor
    assert paid == body["payment"]["amount"] == body["totals"]["due"]
    assert sum(line["amount"] + line["deposit"] for line in body["lines"]) == paid
    assert sum(rate["gross"] for rate in body["totals"]["rates"]) == paid
    assert [line["checked"] for line in body["lines"]] == ["scanned_and_weighed", "scanned_and_weighed", "weighed"]


def test_a_receipt_stays_as_it_was_whatever_names_and_stores_become(shop: Shop, client: Client) -> None:
    receipt = receipt_for(shop)
    before = told(client.get(f"/r/{receipt.public_id}/"))
    Product.objects.update(name="Renamed")
    shop.store.name, shop.store.currency_exponent = "Moved", 0
    shop.store.save()

    after = told(client.get(f"/r/{receipt.public_id}/"))

    assert after == before


def told(answer: Any) -> str:
    """The page without the forms' tokens, which are of each answer alone."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


@pytest.mark.parametrize(
    ("language", "total", "title"),
    [
        ("en", "€ 7,81", "Receipt"),
        ("de", "€ 7,81", "Kassenbon"),
        ("es", "7,81 €", "Recibo"),
        ("fr", "7,81 €", "Ticket"),
    ],
)
def test_the_page_speaks_the_shoppers_language(
    shop: Shop, client: Client, language: str, total: str, title: str
) -> None:
    receipt = receipt_for(shop, language)

    page = client.get(f"/r/{receipt.public_id}/").content.decode()

    assert total in page.replace("\u00a0", " ")
    assert title in page
    assert f'<html lang="{language}">' in page
    assert "Milk 1 l" in page


def test_the_page_needs_no_inline_script_or_style(shop: Shop, client: Client) -> None:
    answer = client.get(f"/r/{receipt_for(shop).public_id}/")
    page = answer.content.decode()

    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_a_product_is_called_is_shown_as_text(shop: Shop, client: Client) -> None:
    Product.objects.filter(code="P1").update(name="<b>Milk</b> & more")
    shop.store.catalogue_version += 1
    shop.store.save()

    page = client.get(f"/r/{receipt_for(shop).public_id}/").content.decode()

    assert "&lt;b&gt;Milk&lt;/b&gt; &amp; more" in page


@pytest.mark.parametrize("path", ["", "receipt.pdf", "qr.svg"])
def test_without_the_link_there_is_nothing(shop: Shop, client: Client, path: str) -> None:
    receipt_for(shop)

    assert client.get(f"/r/{'A' * 32}/{path}").status_code == 404


def test_links_can_not_be_guessed_from_each_other(shop: Shop) -> None:
    ids = [receipt_for(shop).public_id for _ in range(3)]

    assert len(set(ids)) == 3
    assert all(len(public_id) >= 32 for public_id in ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_made_in_every_language_with_accents_and_long_names(
    shop: Shop, client: Client, language: str
) -> None:
    Product.objects.filter(code="P1").update(
        name="Crème fraîche d'Isigny au lait entier, très épaisse, 1 € de moins " * 2
    )
    shop.store.catalogue_version += 1
    shop.store.save()

    answer = client.get(f"/r/{receipt_for(shop, language).public_id}/receipt.pdf")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    # The font is in the file, so that € and accents show on any machine.
    assert b"/FontFile2" in answer.content


def test_the_qr_holds_the_address_of_the_page(shop: Shop, client: Client, settings: Any) -> None:
    settings.PUBLIC_URL = "https://carts.example"
    receipt = receipt_for(shop)

    answer = client.get(f"/r/{receipt.public_id}/qr.svg")

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert read_svg(answer.content) == f"https://carts.example/r/{receipt.public_id}/"


def test_the_qr_of_an_exit_pass_holds_its_token_and_no_other_text_is_drawn(shop: Shop, client: Client) -> None:
    token = pass_token(receipt_for(shop).checkout.exit_pass)

    assert read_svg(client.get(f"/pass/{token}/qr.svg").content) == token
    assert client.get("/pass/anything-else/qr.svg").status_code == 404


def read_svg(svg: bytes) -> str:
    """Reads a QR from its SVG: draws the strokes, and hands the picture to a reader that did not make it."""
    import zxingcpp
    from PIL import Image, ImageDraw

    text = svg.decode()
    side = int(float(re.search(r'width="([\d.]+)"', text)[1]))  # type: ignore[index]
    scale = float(re.search(r"scale\(([\d.]+)\)", text)[1])  # type: ignore[index]
    path = re.findall(r' d="([^"]+)"', text)[-1]
    image = Image.new("L", (side, side), 255)
    draw = ImageDraw.Draw(image)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            box = [x * scale, (y - 0.5) * scale, (x + values[0]) * scale - 1, (y + 0.5) * scale - 1]
            draw.rectangle(box, fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    return str(zxingcpp.read_barcodes(image)[0].text)


def test_every_word_and_message_is_there_in_every_language() -> None:
    for table in (WORDS, TRUST_WORDS):
        assert {frozenset(words) for words in table.values()} == {frozenset(table["en"])}
        assert set(table) == set(LANGUAGES)
    assert all(set(told) == set(LANGUAGES) and all(told.values()) for told in MESSAGES.values())


@pytest.mark.parametrize(
    ("amount", "exponent", "language", "country", "text"),
    [
        (1234, 2, "en", "IE", "€12.34"),
        (1234, 2, "de", "DE", "12,34 €"),
        (1234, 2, "de", "AT", "€ 12,34"),
        (-5, 2, "en", "IE", "-€0.05"),
        (1234567, 0, "fr", "FR", "1 234 567 €"),
        (1234, 2, "en", "XX", "€12.34"),
    ],
)
def test_money_is_written_as_the_language_does_in_the_country(
    amount: int, exponent: int, language: str, country: str, text: str
) -> None:
    found = money(amount, "EUR", exponent, locale_for(language, country))

    assert re.sub(r"\s", " ", found) == text


def test_the_date_is_the_stores_own_time_in_the_shoppers_words(shop: Shop) -> None:
    receipt = receipt_for(shop, "de")

    assert shown(receipt).issued == "2. März 2026, 11:00"
    assert re.sub(r"\s", " ", shown(receipt, "en").issued) == "2 March 2026, 11:00"


@pytest.mark.parametrize(
    ("why", "text"),
    [
        ("3 for 2, for members", "3 für 2, für Mitglieder"),
        ("10 % off, coupon SPRING", "10 % Rabatt, Gutschein SPRING"),
        ("EUR 5.00 off from EUR 60.00", "EUR 5.00 Rabatt ab EUR 60.00"),
        ("cheapest of 3 at 50 % off", "der günstigste von 3 um 50 % billiger"),
        ("because it is Tuesday", "because it is Tuesday"),
        ("", ""),
    ],
)
def test_why_a_discount_counted_is_told_in_the_shoppers_language(why: str, text: str) -> None:
    assert reason(why, words("de")) == text


def test_savings_are_told_by_line_and_in_the_sum(shop: Shop) -> None:
    receipt = receipt_for(shop)
    receipt.body["lines"][0]["savings"] = [{"name": "Milk week", "amount": 149, "why": "2 for 1"}]
    receipt.body["lines"][0]["amount"] = 149
    receipt.body["totals"] |= {"discount": 149, "subtotal": 930, "due": 632}

    view = shown(receipt)

    assert plain(view.lines[0].amount) == "€ 2,98"
    assert [tuple(map(plain, row)) for row in view.lines[0].savings] == [("Milk week", "2 for 1", "-€ 1,49")]
    assert ("You saved", "-€ 1,49") in [tuple(map(plain, row)) for row in view.sums]
    assert CAVIAR not in [line["code"] for line in receipt.body["lines"]]


def plain(text: str) -> str:
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize(("sheet", "side_mm"), [("a4", 210), ("a6", 105), ("roll", 80)])
def test_the_pdf_comes_on_the_paper_asked_for_and_the_same_bytes_again(
    shop: Shop, client: Client, sheet: str, side_mm: int
) -> None:
    receipt = receipt_for(shop)
    address = f"/r/{receipt.public_id}/receipt.pdf?sheet={sheet}"

    first, second = client.get(address).content, client.get(address).content

    width = float(re.search(rb"/MediaBox \[ 0 0 ([\d.]+)", first)[1])  # type: ignore[index]
    assert round(width / 72 * 25.4) == side_mm
    assert first == second
    assert client.get(f"/r/{receipt.public_id}/receipt.pdf?sheet=a5").status_code == 404


def test_a_long_receipt_has_several_small_pages_and_says_how_many(shop: Shop, client: Client) -> None:
    receipt = receipt_for(shop)
    receipt.body["lines"] = [receipt.body["lines"][0] | {"line": n} for n in range(1, 41)]
    receipt.save()

    document = client.get(f"/r/{receipt.public_id}/receipt.pdf?sheet=a6").content

    assert len(re.findall(rb"/Type /Page\b", document)) > 2
    roll = client.get(f"/r/{receipt.public_id}/receipt.pdf?sheet=roll").content
    assert len(re.findall(rb"/Type /Page\b", roll)) == 1
