"""A receipt and its copies: genuine as they are, and found out for the smallest change."""

import copy
import json
import random
from io import BytesIO
from typing import Any

import pytest
import segno
from django.test import Client

from checkout.copies import receipt_json, receipt_pdf
from checkout.models import KeyPurpose, Receipt, SigningKey
from checkout.services.receipts import receipt_document
from checkout.services.signing import key_active, key_revoke, key_rotate
from checkout.services.verifying import file_verify, link_verify, receipt_verify
from checkout.signatures import RECEIPT, canonical, from_text, holds
from inventory.models import AuditEntry
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop, make_shop


@pytest.fixture
def receipt(shop: Shop) -> Receipt:
    return receipt_for(shop)


def saved(receipt: Receipt) -> bytes:
    return json.dumps(receipt_json(receipt)).encode()


def test_what_was_issued_is_genuine_by_link_id_pdf_and_json(receipt: Receipt, settings: Any) -> None:
    settings.PUBLIC_URL = "https://carts.example"
    link = f"https://carts.example/r/{receipt.public_id}/?lang=de"

    verdicts = [
        link_verify(link), link_verify(receipt.public_id), file_verify(saved(receipt)),
        *[file_verify(receipt_pdf(receipt, "de", sheet)) for sheet in ("a4", "a6", "roll")],
    ]  # fmt: skip

    assert [verdict.code for verdict in verdicts] == ["genuine"] * 6
    assert {verdict.receipt for verdict in verdicts} == {receipt}


def test_a_photo_of_the_code_on_paper_leads_to_the_original(receipt: Receipt, settings: Any) -> None:
    settings.PUBLIC_URL = "https://carts.example"

    def photo(text: str) -> bytes:
        file = BytesIO()
        segno.make(text).save(file, kind="png", scale=8, border=4)
        return file.getvalue()

    assert file_verify(photo(f"https://carts.example/r/{receipt.public_id}/")).code == "genuine"
    assert file_verify(photo(f"https://carts.evil/r/{receipt.public_id}/")).code == "foreign"
    assert file_verify(photo(f"https://carts.example/r/{'A' * 32}/")).code == "unknown"


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(node, dict):
        return [found for key, value in node.items() for found in leaves(value, (*path, key))]
    if isinstance(node, list):
        return [found for index, value in enumerate(node) for found in leaves(value, (*path, index))]
    return [path]


def test_a_change_of_any_field_of_the_data_is_found(receipt: Receipt) -> None:
    original = receipt_json(receipt)
    places = leaves(original["receipt"])
    found = {}

    for place in places:
        altered = copy.deepcopy(original)
        node = altered["receipt"]
        for step in place[:-1]:
            node = node[step]
        value = node[place[-1]]
        node[place[-1]] = value + 1 if isinstance(value, int) and not isinstance(value, bool) else f"{value}x"
        found[place] = file_verify(json.dumps(altered).encode()).code

    assert len(places) > 40
    # Another id is another receipt; everything else is this one, altered.
    assert {place: code for place, code in found.items() if code != "altered"} == {("id",): "unknown"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"number": 1', '"number": 1, "number": 1'),
        lambda text: text.replace('"number": 1', '"number": 1.0'),
        lambda text: text[:-1],
    ],
)
def test_data_with_two_readings_is_not_read(receipt: Receipt, change: Any) -> None:
    text = saved(receipt).decode()

    assert change(text) != text
    assert file_verify(change(text).encode()).code == "unreadable"


def test_lines_taken_out_added_or_words_beside_the_signature_are_found(receipt: Receipt) -> None:
    shorter, longer, beside = (copy.deepcopy(receipt_json(receipt)) for _ in range(3))
    del shorter["receipt"]["lines"][0]
    longer["receipt"]["lines"].append(longer["receipt"]["lines"][0])
    beside["total"] = 1

    assert {file_verify(json.dumps(copy_).encode()).code for copy_ in (shorter, longer, beside)} == {"altered"}


def test_laid_out_anew_the_data_is_still_the_same(receipt: Receipt) -> None:
    text = json.dumps(receipt_json(receipt), indent=4, sort_keys=True, ensure_ascii=False)

    assert file_verify(text.encode()).code == "genuine"


def test_a_changed_byte_anywhere_in_the_pdf_is_found(receipt: Receipt) -> None:
    document = receipt_pdf(receipt)
    rng = random.Random(6)
    places = rng.sample(range(5, len(document) - 1), 300)

    codes = set()
    for place in places:
        altered = bytearray(document)
        altered[place] ^= 1 << rng.randrange(8)
        codes.add(file_verify(bytes(altered)).code)

    assert "genuine" not in codes
    assert file_verify(document).code == "genuine"


def test_a_pdf_that_was_added_to_or_cut_is_found(receipt: Receipt) -> None:
    document = receipt_pdf(receipt)
    body = document.partition(b"%smartcart-receipt ")[0]

    assert file_verify(document + b"%% more").code == "altered"
    assert file_verify(document + b"1 0 obj <</A 1>> endobj\n").code == "altered"
    assert file_verify(body).code == "unreadable"


def test_the_signature_of_one_receipt_does_not_fit_another(shop: Shop) -> None:
    one, two = receipt_for(shop), receipt_for(shop)
    mixed = receipt_json(one) | {"signature": receipt_json(two)["signature"]}
    tail = receipt_pdf(two).rpartition(b"%smartcart-receipt ")[2]
    document = receipt_pdf(one).rpartition(b"%smartcart-receipt ")[0]

    assert file_verify(json.dumps(mixed).encode()).code == "altered"
    assert file_verify(document + b"%smartcart-receipt " + tail).code == "altered"


def test_another_retailers_key_signs_nothing_of_ours(receipt: Receipt) -> None:
    make_shop("Vale Foods")
    foreign = SigningKey.objects.create(
        retailer_id=receipt_for(make_shop("Third")).store.retailer_id, purpose="pass", kid="0" * 16, public=b"x" * 32,
        private_sealed=b"x", created_at=NOW,
    )  # fmt: skip
    Receipt.objects.filter(pk=receipt.pk).update(key=foreign)
    receipt.refresh_from_db()

    assert receipt_verify(receipt).code == "altered"


def test_our_own_row_is_not_believed_either(receipt: Receipt, client: Client) -> None:
    receipt.body["totals"]["due"] += 100
    receipt.save()

    assert receipt_verify(receipt).code == "altered"
    assert "The signature does not hold" in client.get(f"/r/{receipt.public_id}/").content.decode()


def test_after_a_rotation_old_receipts_still_hold_and_new_ones_have_the_new_key(shop: Shop) -> None:
    old = receipt_for(shop)
    key = key_rotate(retailer_id=shop.store.retailer_id, purpose=KeyPurpose.RECEIPT, now=NOW, actor=shop.sue)
    new = receipt_for(shop)

    assert old.key != new.key == key
    assert [receipt_verify(receipt).code for receipt in (old, new)] == ["genuine", "genuine"]
    assert AuditEntry.objects.filter(action="key.rotate", subject=f"key:{key.kid}").count() == 1


def test_a_revoked_key_is_believed_no_more_and_another_signs_on(shop: Shop, client: Client) -> None:
    old = receipt_for(shop)
    assert old.key is not None
    key_revoke(kid=old.key.kid, now=NOW)
    new = receipt_for(shop)

    old.refresh_from_db()
    assert receipt_verify(Receipt.objects.get(pk=old.pk)).code == "revoked"
    assert receipt_verify(new).code == "genuine"
    published = client.get(f"/verify/keys/{shop.store.retailer.slug}.json").json()["keys"]
    assert [jwk["kid"] for jwk in published] == [new.key.kid if new.key else ""]


def test_with_another_secret_of_the_server_signing_goes_on_with_a_new_key(shop: Shop, settings: Any) -> None:
    old = receipt_for(shop)
    before = settings.SECRET_KEY
    settings.SECRET_KEY = "another secret, long enough for the purpose"
    settings.SECRET_KEY_FALLBACKS = [before]
    assert key_active(retailer_id=shop.store.retailer_id, purpose=KeyPurpose.RECEIPT, now=NOW) == old.key
    settings.SECRET_KEY_FALLBACKS = []

    new = receipt_for(shop)

    assert new.key != old.key
    assert receipt_verify(old).code == receipt_verify(new).code == "genuine"


def test_the_private_half_is_nowhere_in_the_database_in_the_clear(shop: Shop) -> None:
    receipt_for(shop)
    key = SigningKey.objects.get(purpose="receipt")

    assert bytes(key.public) not in bytes(key.private_sealed)
    assert bytes(key.private_sealed).startswith(b"gAAAA")


def test_who_has_only_the_published_keys_can_check_a_copy_without_us(receipt: Receipt, client: Client) -> None:
    held = json.loads(client.get(f"/r/{receipt.public_id}/receipt.json").content)
    keys = client.get(f"/verify/keys/{receipt.store.retailer.slug}.json").json()["keys"]
    public = {jwk["kid"]: from_text(jwk["x"]) for jwk in keys}[held["signature"]["key"]]
    signature = from_text(held["signature"]["value"])

    assert holds(public, signature, RECEIPT, canonical(held["receipt"]))
    assert not holds(public, signature, RECEIPT, canonical(held["receipt"] | {"number": 2}))


def test_a_document_with_a_fraction_is_never_signed(receipt: Receipt) -> None:
    with pytest.raises(TypeError):
        canonical(receipt_document(receipt) | {"weight": 0.5})


@pytest.mark.parametrize("language", ["en", "de", "es", "fr"])
def test_the_page_says_the_verdict_and_never_shows_what_an_altered_copy_claims(
    receipt: Receipt, client: Client, language: str
) -> None:
    altered = receipt_json(receipt)
    altered["receipt"]["lines"][0]["name"] = "Golden crown"

    good = client.post("/verify/", {"receipt": receipt.public_id, "lang": language}).content.decode()
    bad = client.post("/verify/", {"file": BytesIO(json.dumps(altered).encode()), "lang": language}).content.decode()

    assert 'data-verdict="genuine"' in good
    assert "Milk 1 l" in good
    assert 'data-verdict="altered"' in bad
    assert "Golden crown" not in bad


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"receipt": 1}', b"[1]", b"{" * 5000, b"%PDF-1.4 nothing", b"\x89PNG no"]
)
def test_what_is_no_receipt_is_said_to_be_unreadable(db: None, data: bytes) -> None:
    assert file_verify(data).code == "unreadable"
