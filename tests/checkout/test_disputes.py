"""One tap on a line of the receipt: an answer, and the money back once."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from checkout.dispute_errors import DisputeDecided, DisputeInvalid, DisputeLate
from checkout.models import Dispute, OutboxMessage, Receipt, Refund, WebhookEndpoint
from checkout.services.disputes import (
    dispute_decide,
    dispute_open,
    dispute_refund,
    dispute_say,
    dispute_withdraw,
    disputes_follow,
    line_of,
    paid_for,
)
from checkout.services.outbox import outbox_deliver
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_decide
from inventory.errors import NotFound
from inventory.models import AuditEntry
from tests.checkout.receipts import receipt_for
from tests.checkout.world import CAVIAR, MILK, NOW, Shop

MILK_PAID = 298


@pytest.fixture
def receipt(shop: Shop) -> Receipt:
    # The pages read the clock, and the receipt is of the tests' own day.
    shop.store.policy = {**shop.store.policy, "disputes": {"days": 9999}}
    shop.store.save()
    return receipt_for(shop)


def unweighed(receipt: Receipt, line: int = 1) -> Receipt:
    """As a phone's receipt has it: nobody but the shopper saw the line."""
    receipt.body["lines"][line - 1]["checked"] = "scanned"
    receipt.save()
    return receipt


def delivered(receipt: Receipt) -> None:
    while outbox_deliver(now=NOW):
        pass


def test_a_tap_opens_one_dispute_however_often_it_is_made(receipt: Receipt, client: Client) -> None:
    address = f"/r/{receipt.public_id}/lines/1/"

    answers = [client.post(address, {"lang": "de"}) for _ in range(3)]

    dispute = Dispute.objects.get()
    assert (dispute.line, dispute.state, dispute.amount_minor) == (1, "open", MILK_PAID)
    assert answers[0].headers["Location"] == f"/r/{receipt.public_id}/?lang=de#line-1"
    page = client.get(f"/r/{receipt.public_id}/?lang=de").content.decode()
    assert "Wir sehen es uns an" in page


def test_the_shopper_says_more_and_takes_it_back_and_asks_again(receipt: Receipt, client: Client) -> None:
    address = f"/r/{receipt.public_id}/lines/1/"
    client.post(address)
    client.post(address, {"act": "say", "kind": "quantity", "note": "Only one <b>bottle</b>"})
    dispute = Dispute.objects.get()
    assert (dispute.kind, dispute.note) == ("quantity", "Only one <b>bottle</b>")
    assert "Only one &lt;b&gt;bottle" in client.get(f"/r/{receipt.public_id}/").content.decode()

    client.post(address, {"act": "withdraw"})
    assert Dispute.objects.get().state == "withdrawn"
    client.post(address)

    assert Dispute.objects.get().state == "open"


def test_lines_that_there_are_not_and_late_ones_are_refused(receipt: Receipt, client: Client) -> None:
    with pytest.raises(NotFound):
        dispute_open(receipt=receipt, line=9, now=NOW)
    with pytest.raises(DisputeLate):
        dispute_open(receipt=receipt, line=1, now=NOW + timedelta(days=10_000))
    assert client.post(f"/r/{'A' * 32}/lines/1/").status_code == 404
    assert client.get(f"/r/{receipt.public_id}/lines/1/").status_code == 405
    assert Dispute.objects.count() == 0


def test_a_forged_form_of_another_site_opens_nothing(receipt: Receipt) -> None:
    client = Client(enforce_csrf_checks=True)

    assert client.post(f"/r/{receipt.public_id}/lines/1/").status_code == 403
    assert Dispute.objects.count() == 0


def test_accepted_under_the_limit_the_money_goes_back_by_itself_and_once(receipt: Receipt, shop: Shop) -> None:
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.ben, accept=True, answer="Sorry!", now=NOW)

    delivered(receipt)
    OutboxMessage.objects.filter(topic="dispute.refund").update(delivered_at=None, due_at=NOW)
    delivered(receipt)

    dispute.refresh_from_db()
    refund = Refund.objects.get()
    assert (dispute.state, dispute.refunded_minor, dispute.cost) == ("refunded", MILK_PAID, "refund")
    assert (refund.amount_minor, refund.automatic, refund.state) == (MILK_PAID, True, "done")
    assert AuditEntry.objects.filter(action="dispute.accept", actor=shop.ben).count() == 1


def test_above_the_limit_it_takes_someone_who_may_refund(shop: Shop, client: Client) -> None:
    receipt = receipt_for(shop, "en", **{CAVIAR: 1})
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)

    with pytest.raises(NotFound):
        dispute_decide(dispute_id=dispute.id, staff=shop.ben, accept=True, answer="", now=NOW)
    assert Dispute.objects.get().state == "open"
    dispute_decide(dispute_id=dispute.id, staff=shop.sue, accept=True, answer="", now=NOW)
    delivered(receipt)

    refund = Refund.objects.get()
    assert (refund.automatic, refund.requested_by) == (False, shop.sue)


def test_a_refund_that_waits_for_a_second_person_is_followed_to_its_end(shop: Shop) -> None:
    shop.store.policy = {**shop.store.policy, "refunds": {"four_eyes_minor": 1000}}
    shop.store.save()
    receipt = receipt_for(shop, "en", **{CAVIAR: 1})
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.sue, accept=True, answer="", now=NOW)
    delivered(receipt)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.trouble) == ("accepted", "The refund waits for a second person.")
    assert disputes_follow(now=NOW) == 0

    from inventory.models import Role
    from tests.inventory.world import make_person

    boss = make_person("boss", Role.MANAGER, store=shop.store)
    refund = refund_decide(refund_id=Refund.objects.get().id, staff=boss, agree=True, now=NOW)
    refund_advance(refund_id=refund.id, now=NOW)

    assert disputes_follow(now=NOW) == 1
    dispute.refresh_from_db()
    assert (dispute.state, dispute.refunded_minor, dispute.trouble) == ("refunded", 4999, "")


def test_the_word_of_the_shopper_is_enough_where_nobody_saw_the_line(receipt: Receipt) -> None:
    dispute = dispute_open(receipt=unweighed(receipt), line=1, now=NOW)

    assert (dispute.state, dispute.automatic) == ("accepted", True)
    delivered(receipt)
    dispute.refresh_from_db()
    assert dispute.state == "refunded"


def test_a_line_that_the_scale_confirmed_is_looked_at_and_so_is_the_third_of_a_receipt(shop: Shop) -> None:
    receipt = receipt_for(shop)
    assert dispute_open(receipt=receipt, line=1, now=NOW).state == "open"

    shop.store.policy = {**shop.store.policy, "disputes": {"believe_lines": 1}}
    shop.store.save()
    other = receipt_for(shop)
    for line in (1, 2):
        unweighed(other, line)
    other = Receipt.objects.select_related("store").get(pk=other.pk)

    assert [dispute_open(receipt=other, line=line, now=NOW).state for line in (1, 2)] == ["accepted", "open"]


def test_what_staff_put_on_the_bill_and_take_back_counts_as_a_wrong_accusation(receipt: Receipt, shop: Shop) -> None:
    receipt.body["lines"][0]["checked"] = "staff"
    receipt.save()
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)

    dispute_decide(dispute_id=dispute.id, staff=shop.sue, accept=True, answer="", now=NOW)

    dispute.refresh_from_db()
    assert dispute.cost == "wrong_accusation"


def test_an_answer_stands_whoever_comes_later(receipt: Receipt, shop: Shop) -> None:
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.ben, accept=False, answer="Weighed: 2120 g", now=NOW)

    with pytest.raises(DisputeDecided):
        dispute_decide(dispute_id=dispute.id, staff=shop.sue, accept=True, answer="", now=NOW)
    with pytest.raises(DisputeDecided):
        dispute_withdraw(dispute=dispute, now=NOW)
    with pytest.raises(DisputeDecided):
        dispute_say(dispute=dispute, kind="price", note="")
    with pytest.raises(DisputeInvalid):
        dispute_say(dispute=dispute, kind="nonsense", note="")
    dispute_refund(dispute_id=dispute.id, now=NOW)
    assert (Dispute.objects.get().state, Refund.objects.count()) == ("refused", 0)


def test_a_foreign_manager_finds_no_such_dispute(receipt: Receipt, shop: Shop) -> None:
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)

    with pytest.raises(NotFound):
        dispute_decide(dispute_id=dispute.id, staff=shop.cal, accept=False, answer="", now=NOW)


def test_what_the_refund_refuses_stays_with_the_dispute_as_trouble(receipt: Receipt, shop: Shop) -> None:
    from checkout.services.refunds import refund_line

    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    refund_line(checkout_id=receipt.checkout_id, line=1, reference="else", staff=shop.sue, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.ben, accept=True, answer="", now=NOW)

    delivered(receipt)

    dispute.refresh_from_db()
    assert (dispute.state, dispute.refunded_minor) == ("accepted", None)
    assert dispute.trouble.startswith("refund_over_what_was_paid")


def test_the_retailers_systems_are_told_in_order(receipt: Receipt, shop: Shop) -> None:
    WebhookEndpoint.objects.create(
        retailer=shop.store.retailer, url="https://erp.example/", secret_sealed=b"", topics=["dispute."], created_at=NOW
    )
    dispute = dispute_open(receipt=receipt, line=1, now=NOW)
    dispute_decide(dispute_id=dispute.id, staff=shop.ben, accept=True, answer="", now=NOW)
    dispute_refund(dispute_id=dispute.id, now=NOW)

    told = [row.payload["data"] for row in OutboxMessage.objects.filter(topic__startswith="webhook.dispute")]
    types = [row.payload["type"] for row in OutboxMessage.objects.filter(topic__startswith="webhook.dispute")]
    assert types == ["dispute.opened", "dispute.decided", "dispute.refunded"]
    assert [data["state"] for data in told] == ["open", "accepted", "refunded"]


def test_what_was_paid_for_a_line_has_its_deposit_and_tax_on_top(receipt: Receipt) -> None:
    line: dict[str, Any] = line_of(receipt, 1) | {"deposit": 25, "tax": 30}

    assert paid_for(line, tax_inclusive=True) == MILK_PAID + 25
    assert paid_for(line, tax_inclusive=False) == MILK_PAID + 55
    assert MILK in {row["code"] for row in receipt.body["lines"]}
