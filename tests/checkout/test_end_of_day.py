"""The end of a store's day: counted once, held against the provider's list, and every difference somebody's work."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from checkout.exports import day_csv, day_poslog, guarded
from checkout.models import BusinessDay, DayDifference, OutboxMessage, PaymentAttempt, Receipt, WebhookEndpoint
from checkout.providers.sandbox import Sandbox
from checkout.reconciling import Entry, ListUnreadable, compare, entries_from_csv
from checkout.services.business_days import (
    DayInvalid,
    DayNotOver,
    DayUnsettled,
    day_bounds,
    day_close,
    day_of,
    day_open,
)
from checkout.services.payments import payment_start
from checkout.services.refunding import refund_advance
from checkout.services.refunds import refund_line
from checkout.services.settlement_lists import ListInvalid, NoList, NoteMissing, difference_explain, list_ask, list_take
from inventory.models import AuditEntry
from tests.checkout.receipts import receipt_for
from tests.checkout.world import BREAD, CAVIAR, MILK, NOW, Shop, make_trip, open_checkout

DAY = date(2026, 3, 2)
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _sandbox_of_that_day(sandbox: Sandbox) -> None:
    sandbox._clock = NOW.timestamp


def row(provider_row: PaymentAttempt) -> str:
    return f"charge,{provider_row.reference},{provider_row.amount_minor / 100:.2f},EUR"


def list_of(*rows: str) -> bytes:
    return "\n".join(["type,reference,amount,currency", *rows]).encode()


def sold(shop: Shop) -> list[PaymentAttempt]:
    receipt_for(shop)
    receipt_for(shop, "en", **{MILK: 1})
    return list(PaymentAttempt.objects.order_by("amount_minor"))


def test_a_day_is_closed_once_with_totals_that_add_up(shop: Shop) -> None:
    attempts = sold(shop)
    sale = Receipt.objects.earliest("number").checkout_id
    refund = refund_line(checkout_id=sale, line=1, reference="r", staff=shop.sue, now=NOW)
    refund_advance(refund_id=refund.id, now=NOW)

    day = day_close(store=shop.store, day=DAY, staff=shop.sue, now=LATER)
    receipt_for(shop)
    again = day_close(store=shop.store, day=DAY, now=LATER + timedelta(hours=1))

    assert day.totals == again.totals
    assert (again.closed_at, again.closed_by) == (LATER, shop.sue)
    totals = day.totals
    assert totals["adds_up"]
    assert totals["receipts"] == {"count": 2, "first": 1, "last": 2}
    assert totals["sales"]["due"] == sum(attempt.amount_minor for attempt in attempts)
    assert sum(rate["gross"] for rate in totals["taxes"]) == totals["sales"]["due"]
    assert totals["tenders"][0] | {"amount": 0} == {
        "method": "card", "provider": "sandbox", "count": 2, "amount": 0, "tips": 0, "rounding": 0, "refunds": 1,
        "refunded": refund.amount_minor,
    }  # fmt: skip
    assert AuditEntry.objects.filter(action="day.close").count() == 1


def test_a_day_that_is_not_over_or_has_not_begun_is_not_closed(shop: Shop) -> None:
    _, ends = day_bounds(shop.store, DAY)

    with pytest.raises(DayNotOver):
        day_close(store=shop.store, day=DAY, now=ends + timedelta(minutes=4))
    with pytest.raises(DayInvalid):
        day_close(store=shop.store, day=DAY + timedelta(days=1), now=NOW)
    assert day_close(store=shop.store, day=DAY, now=ends + timedelta(minutes=5)).state == "closed"


def test_a_day_waits_for_a_payment_whose_end_is_unknown(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop))
    payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)

    with pytest.raises(DayUnsettled):
        day_close(store=shop.store, day=DAY, now=LATER)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Vienna", date(2026, 3, 29), 23), ("Europe/Vienna", date(2026, 10, 25), 25), ("Asia/Tokyo", DAY, 24)],
)
def test_a_day_is_the_stores_own_also_when_the_clocks_change(shop: Shop, zone: str, day: date, hours: int) -> None:
    shop.store.timezone = zone

    begins, ends = day_bounds(shop.store, day)

    assert (ends.astimezone(UTC) - begins.astimezone(UTC)) == timedelta(hours=hours)
    assert day_of(shop.store, begins) == day
    assert day_of(shop.store, ends - timedelta(microseconds=1)) == day


def test_a_stadiums_day_may_begin_after_midnight(shop: Shop) -> None:
    shop.store.policy = {"end_of_day": {"starts_at": "04:00"}}

    assert day_of(shop.store, datetime(2026, 3, 3, 2, 30, tzinfo=UTC)) == DAY
    assert day_of(shop.store, datetime(2026, 3, 3, 3, 0, tzinfo=UTC)) == date(2026, 3, 3)


def test_lists_that_agree_leave_nothing_to_do(shop: Shop) -> None:
    attempts = sold(shop)
    day = day_open(store=shop.store, day=DAY, now=LATER)

    for _ in range(2):
        list_take(business_day=day, provider="sandbox", data=list_of(*map(row, attempts)), name="a.csv", now=LATER)
        list_ask(business_day=day, provider="sandbox", now=LATER)

    assert DayDifference.objects.count() == 0
    assert day.lists.count() == 1


def test_every_difference_is_a_piece_of_work(shop: Shop) -> None:
    one, two = sold(shop)
    receipt_for(shop, "en", **{BREAD: 1})
    three = PaymentAttempt.objects.exclude(pk__in=[one.pk, two.pk]).get()
    day = day_open(store=shop.store, day=DAY, now=LATER)
    data = list_of(f"charge,{one.reference},0.01,EUR", row(three), row(three), "charge,sbx_ghost,5.00,EUR")

    list_take(business_day=day, provider="sandbox", data=data, name="a.csv", now=LATER)

    found = {item.reference: (item.kind, item.ours_minor, item.theirs_minor) for item in day.differences.all()}
    assert found == {
        one.reference: ("amount", one.amount_minor, 1),
        two.reference: ("missing_there", two.amount_minor, None),
        three.reference: ("twice", three.amount_minor, 2 * three.amount_minor),
        "sbx_ghost": ("missing_here", None, 500),
    }


def test_money_that_the_provider_took_and_we_do_not_know_of_is_found(shop: Shop, sandbox: Sandbox) -> None:
    from checkout.providers import Payment

    sold(shop)
    ghost = Payment(key="ghost", amount_minor=4999, currency="EUR", source="sandbox:approve")
    sandbox.authorise(ghost)
    sandbox.capture(ghost)

    list_ask(business_day=day_open(store=shop.store, day=DAY, now=LATER), provider="sandbox", now=LATER)

    difference = DayDifference.objects.get()
    assert (difference.kind, difference.theirs_minor) == ("missing_here", 4999)


def test_a_later_list_that_agrees_closes_the_work_and_one_that_differs_anew_opens_it(shop: Shop) -> None:
    one, two = sold(shop)
    day = day_open(store=shop.store, day=DAY, now=LATER)

    def take(*rows: str) -> DayDifference:
        list_take(business_day=day, provider="sandbox", data=list_of(*rows), name="a.csv", now=LATER)
        return DayDifference.objects.get()

    assert take(row(one)).state == "open"
    assert take(row(one), row(two)).state == "gone"
    difference = take(row(one))
    assert difference.state == "open"
    difference_explain(difference_id=difference.id, staff=shop.sue, note="Chargeback 17", now=LATER)
    assert take(row(one)).state == "explained"
    assert take(row(one), f"charge,{two.reference},0.02,EUR").state == "open"


def test_an_explanation_needs_words_and_is_recorded(shop: Shop) -> None:
    sold(shop)
    day = day_open(store=shop.store, day=DAY, now=LATER)
    list_take(business_day=day, provider="sandbox", data=list_of(), name="empty.csv", now=LATER)
    difference = day.differences.earliest("reference")

    with pytest.raises(NoteMissing):
        difference_explain(difference_id=difference.id, staff=shop.sue, note="  ", now=LATER)
    difference_explain(difference_id=difference.id, staff=shop.sue, note="Known", now=LATER)

    assert AuditEntry.objects.get(action="day.explain").actor == shop.sue


def test_what_was_booked_on_the_day_before_is_no_difference_today(shop: Shop) -> None:
    attempts = sold(shop)
    next_day = day_open(store=shop.store, day=DAY + timedelta(days=1), now=LATER)

    list_take(business_day=next_day, provider="sandbox", data=list_of(row(attempts[0])), name="a.csv", now=LATER)

    assert DayDifference.objects.count() == 0


def test_a_provider_without_a_list_is_said_to_have_none(shop: Shop) -> None:
    day = day_open(store=shop.store, day=DAY, now=LATER)

    for provider in ("free", "nobody"):
        with pytest.raises(NoList):
            list_ask(business_day=day, provider=provider, now=LATER)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("reference,amount\nx,1", "type"),
        ("type,reference,amount,currency\nsale,x,1,EUR", "Line 2"),
        ("type,reference,amount,currency\ncharge,x,1.001,EUR", "Line 2"),
        ("type,reference,amount,currency\ncharge,x,NaN,EUR", "Line 2"),
        ("type,reference,amount,currency\ncharge,x,-1,EUR", "Line 2"),
        ("type,reference,amount,currency\ncharge,,1,EUR", "Line 2"),
    ],
)
def test_a_list_that_can_not_be_read_says_where(text: str, word: str) -> None:
    with pytest.raises(ListUnreadable, match=word):
        entries_from_csv(text, exponent=2)


def test_a_list_is_read_with_semicolons_other_columns_and_a_mark_at_its_start(shop: Shop) -> None:
    text = "\ufeffAmount;Fee;Type;Currency;Reference\n12.34;0.10;Charge;eur;a\n-5.00;0;refund;EUR;b\n;;;;\n"

    assert entries_from_csv(text, exponent=2) == [Entry("charge", "a", 1234, "EUR"), Entry("refund", "b", 500, "EUR")]
    day = day_open(store=shop.store, day=DAY, now=LATER)
    with pytest.raises(ListInvalid):
        list_take(business_day=day, provider="sandbox", data=b"\xff\xfe", name="a.csv", now=LATER)


def test_books_that_agree_have_no_difference_in_any_order() -> None:
    rows = [Entry("charge", str(number), number, "EUR") for number in range(50)] + [Entry("refund", "1", 1, "EUR")]

    assert compare(rows, rows[::-1]) == []
    assert [found.kind for found in compare(rows, rows[1:])] == ["missing_there"]
    assert [found.kind for found in compare(rows[:-1], rows)] == ["missing_here"]


def test_the_files_for_accounting_add_up_to_the_day(shop: Shop) -> None:
    sold(shop)
    day = day_close(store=shop.store, day=DAY, now=LATER)

    table = list(csv.DictReader(io.StringIO(day_csv(day))))
    log = day_poslog(day)["POSLog"]

    sales = next(line for line in table if line["section"] == "sales")
    due = f"{day.totals['sales']['due'] / 100:.2f}"
    assert sales["gross"] == due
    assert f"{sum(float(line['gross']) for line in table if line['section'] == 'tender'):.2f}" == due
    grand = sum(float(t["RetailTransaction"]["Total"]["TransactionGrandAmount"]) for t in log["Transaction"])
    assert f"{grand:.2f}" == due
    assert json.loads(json.dumps(log)) == log


def test_a_cell_that_would_run_in_a_spreadsheet_is_defused() -> None:
    assert [guarded(cell) for cell in ("=1+1", "@x", "-x", "-1.50", 7)] == ["'=1+1", "'@x", "'-x", "-1.50", 7]


def test_the_command_closes_writes_files_and_may_be_run_again(shop: Shop, tmp_path: Path, capsys: Any) -> None:
    sold(shop)
    target = tmp_path / "day.csv"

    for _ in range(2):
        call_command(
            "end_of_day", "--store", "hill-foods/market", "--day", str(DAY), "--ask", "sandbox", "--csv", str(target)
        )

    assert BusinessDay.objects.filter(store=shop.store, state="closed").count() == 1
    assert target.read_text().startswith("store,day,section")
    assert "0 differences" in capsys.readouterr().out


def test_the_retailer_is_told_of_a_closed_day_once(shop: Shop) -> None:
    WebhookEndpoint.objects.create(
        retailer=shop.store.retailer, url="https://erp.example/", secret_sealed=b"", topics=["day."], created_at=NOW
    )
    receipt_for(shop, "en", **{CAVIAR: 1})

    for _ in range(2):
        day_close(store=shop.store, day=DAY, now=LATER)

    message = OutboxMessage.objects.get(topic="webhook.day.closed")
    assert message.payload["data"]["totals"]["sales"]["due"] == 4999
