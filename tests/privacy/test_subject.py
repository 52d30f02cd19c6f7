"""One shopper's export and erasure: all that is theirs, nothing of others, and books that still add up."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from carts.models import Discrepancy, JournalEntry, TraceBlock, Trip
from carts.points import packed
from checkout.models import Dispute, Receipt, ReceiptMail
from checkout.services.receipt_mail import mail_ask
from inventory.models import AuditEntry, MemberCard
from inventory.privacy.classes import PSEUDONYM
from inventory.privacy.subject import expired_forget
from inventory.services.audit import audit_verify
from inventory.services.pseudonyms import member_card_add, pseudonym
from tests.checkout.receipts import receipt_for
from tests.checkout.world import NOW, Shop, make_shop

ANA, BEN, GUEST = "ana-wallet-1", "ben-wallet-2", "guest"


def bought(shop: Shop, shopper: str) -> Receipt:
    """A paid trip of this shopper, with all that may lead to them."""
    receipt = receipt_for(shop)
    trip = receipt.checkout.trip
    Trip.objects.filter(pk=trip.pk).update(
        shopper=pseudonym(shop.store.retailer_id, shopper) if shopper != GUEST else "",
        assist_reason=f"{shopper} can't reach it",
        ended_at=NOW,
    )
    TraceBlock.objects.create(
        trip=trip, from_ms=0, to_ms=9, packed=packed([(0, 0.0), (9, 500.0)]), delete_after=NOW + timedelta(days=30)
    )
    JournalEntry.objects.create(
        cart=trip.cart, trip=trip, epoch=1, kind="assist", at_ms=5, arrived_at=NOW, data={"reason": shopper}
    )
    Discrepancy.objects.create(
        trip=trip, number=1, kind="mismatch", opened_ms=1, expected_g=1, observed_g=2, tolerance_g=1, probability=0.5,
        advice="", disputed=f"{shopper} says no",
    )  # fmt: skip
    Dispute.objects.create(
        store=shop.store, receipt=receipt, line=1, note=f"{shopper}'s words", amount_minor=1, opened_at=NOW
    )
    mail_ask(receipt=receipt, address=f"{shopper}@example.org", now=NOW)
    return receipt


def run(name: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, retailer="hill-foods", stdout=out, **options)
    return out.getvalue()


def personal() -> str:
    """What any table that the register calls personal holds in the clear."""
    tables: list[Any] = [Trip, JournalEntry, Discrepancy, Dispute, ReceiptMail, AuditEntry, Receipt, MemberCard]
    return "\n".join(repr(row) for table in tables for row in table.objects.values_list())


def test_an_export_holds_all_of_one_shopper_and_nothing_of_another(shop: Shop, tmp_path: Path) -> None:
    receipt, other = bought(shop, ANA), bought(shop, BEN)

    run("shopper_export", shopper=[ANA], out=tmp_path / "ana.json")

    text = (tmp_path / "ana.json").read_text()
    found = json.loads(text)
    assert [row["public_id"] for row in found["tables"]["checkout.Receipt"]] == [receipt.public_id]
    assert found["tables"]["checkout.ReceiptMail"][0]["address"] == f"{ANA}@example.org"
    assert found["tables"]["carts.TraceBlock"][0]["readings"] == [[0, 0.0], [9, 500.0]]
    assert {"shopping", "books", "words"} <= {entry["name"] for entry in found["classes"]}
    assert BEN not in text
    assert other.public_id not in text


def test_an_erasure_leaves_no_word_of_the_shopper_and_books_that_are_still_true(shop: Shop) -> None:
    receipt, other = bought(shop, ANA), bought(shop, BEN)
    member_card_add(retailer=shop.store.retailer, number="2000123456")
    before = Receipt.objects.values("body", "signature", "number").get(pk=receipt.pk)
    assert ANA in personal()
    kept = personal().count(BEN)

    run("shopper_erase", shopper=[ANA], card=["2000123456"], yes=True)

    assert ANA not in personal()
    assert personal().count(BEN) == kept
    assert not TraceBlock.objects.filter(trip=receipt.checkout.trip).exists()
    assert TraceBlock.objects.filter(trip=other.checkout.trip).exists()
    assert Trip.objects.get(pk=receipt.checkout.trip_id).shopper == ""
    assert not MemberCard.objects.exists()
    assert Receipt.objects.values("body", "signature", "number").get(pk=receipt.pk) == before
    assert audit_verify(retailer_id=shop.store.retailer_id).broken_at is None
    assert AuditEntry.objects.filter(action="shopper.erase").count() == 1
    with pytest.raises(CommandError, match="Nothing is kept"):
        run("shopper_export", shopper=[ANA])


def test_a_guest_is_found_by_the_receipt_and_a_foreign_retailer_finds_nothing(shop: Shop) -> None:
    receipt = bought(shop, GUEST)
    make_shop("Next Door")

    assert "1 trips" in run("shopper_erase", receipt=[receipt.public_id])
    assert ReceiptMail.objects.exclude(address_sealed=b"").exists(), "without --yes nothing is changed"
    with pytest.raises(CommandError, match="Nothing is kept"):
        call_command("shopper_erase", retailer="next-door", receipt=[receipt.public_id], yes=True)
    run("shopper_erase", receipt=[receipt.public_id], yes=True)

    assert not ReceiptMail.objects.exclude(address_sealed=b"").exists()


def test_a_trip_under_way_is_not_erased(shop: Shop) -> None:
    receipt = bought(shop, ANA)
    Trip.objects.filter(pk=receipt.checkout.trip_id).update(ended_at=None)

    with pytest.raises(CommandError, match="under way"):
        run("shopper_erase", shopper=[ANA], yes=True)

    assert Dispute.objects.exclude(note="").exists()


def test_pseudonyms_and_words_go_by_themselves_when_their_time_is_over(shop: Shop) -> None:
    trip = bought(shop, ANA).checkout.trip
    late = NOW + PSEUDONYM.period

    assert expired_forget(now=late) == 0
    assert expired_forget(now=late + timedelta(seconds=1)) > 0

    trip.refresh_from_db()
    assert (trip.shopper, trip.assist_reason) == ("", "")


def test_a_card_is_another_stranger_at_each_retailer_and_its_number_is_nowhere(shop: Shop) -> None:
    number = "2000123456"
    mine = member_card_add(retailer=shop.store.retailer, number=number)
    theirs = member_card_add(retailer=make_shop("Next Door").store.retailer, number=number)

    assert mine.code != theirs.code
    assert number not in repr(list(MemberCard.objects.values_list()))
    assert str(mine) == "…3456"
