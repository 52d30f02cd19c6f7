"""Disputes beside their evidence, and the end of the day: who sees them, and what they do."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checkout.models import BusinessDay, DayDifference, Dispute
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.services.disputes import dispute_open
from tests.console.paid import make_receipt
from tests.console.world import World

Login = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _sandbox(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Sandbox(tmp_path / "sandbox.sqlite3", pause=lambda seconds: None)
    monkeypatch.setattr(registry, "_providers", lambda: (own, Free()))
    from checkout import tasks

    for task in (tasks.look, tasks.deliver_outbox, tasks.advance_payment, tasks.advance_refund):
        monkeypatch.setattr(task, "delay", lambda *args: None)


def test_a_dispute_is_shown_beside_the_weight_of_its_line(world: World, login: Login, now: datetime) -> None:
    dispute = dispute_open(receipt=make_receipt(world, now), line=2, now=now)
    Dispute.objects.update(kind="weight", note="It was the <small> one")

    page = login(world.ben).get(f"/console/disputes/{dispute.pk}/").content.decode()

    assert "It was the &lt;small&gt; one" in page
    assert "scanned, and its weight came" in page
    assert f"/console/trips/{dispute.receipt.checkout.trip_id}/plot/" in page
    assert "Olive oil" in page
    assert "Rye bread" not in page.partition("Weight at that moment")[2].partition("Discrepancies about it")[0]
    assert "mismatch" in page


def test_staff_accept_and_refuse_with_words(world: World, login: Login, now: datetime) -> None:
    receipt = make_receipt(world, now)
    one, two = (dispute_open(receipt=receipt, line=line, now=now) for line in (1, 2))
    client = login(world.ben)

    silent = client.post(f"/console/disputes/{two.pk}/decide/", {"accept": "no", "answer": " "})
    client.post(f"/console/disputes/{one.pk}/decide/", {"accept": "yes"})
    dear = client.post(f"/console/disputes/{two.pk}/decide/", {"accept": "yes"})
    client.post(f"/console/disputes/{two.pk}/decide/", {"accept": "no", "answer": "The scale saw 1190 g."})

    assert (silent.status_code, dear.status_code) == (422, 404)
    assert [Dispute.objects.get(pk=row.pk).state for row in (one, two)] == ["accepted", "refused"]
    listed = client.get(f"/console/stores/{world.store.pk}/disputes/?state=").content.decode()
    assert "Olive oil" in listed


def test_nobody_sees_another_stores_disputes_and_auditors_do_not_answer(
    world: World, login: Login, now: datetime
) -> None:
    dispute = dispute_open(receipt=make_receipt(world, now), line=1, now=now)

    assert login(world.cal).get(f"/console/disputes/{dispute.pk}/").status_code == 404
    assert login(world.cal).get(f"/console/stores/{world.store.pk}/disputes/").status_code == 404
    assert "Accept and refund" not in login(world.ida).get(f"/console/disputes/{dispute.pk}/").content.decode()
    assert login(world.ida).post(f"/console/disputes/{dispute.pk}/decide/", {"accept": "yes"}).status_code == 404
    assert Client().get(f"/console/disputes/{dispute.pk}/").status_code == 302


def test_a_store_without_disputes_says_so(world: World, login: Login) -> None:
    page = login(world.ben).get(f"/console/stores/{world.store.pk}/disputes/").content.decode()

    assert "Nobody waits for an answer" in page


def test_a_day_is_compared_explained_closed_and_exported(world: World, login: Login, now: datetime) -> None:
    then = now - timedelta(days=2)
    day = str(then.astimezone(ZoneInfo(world.store.timezone)).date())
    make_receipt(world, then)
    client, base = login(world.sue), f"/console/stores/{world.store.pk}/day/"

    file = io.BytesIO(b"type,reference,amount,currency\ncharge,sbx_ghost,5.00,EUR\n")
    file.name = "list.csv"
    client.post(f"{base}list/", {"day": day, "provider": "sandbox", "file": file})
    page = client.get(f"{base}?day={day}").content.decode()
    assert "Not in our books" in page
    assert "Not in the provider&#x27;s list" in page
    for difference in DayDifference.objects.all():
        client.post(f"/console/differences/{difference.pk}/explain/", {"note": "Chargeback"})
    client.post(f"{base}close/", {"day": day})

    closed = client.get(f"{base}?day={day}").content.decode()
    assert BusinessDay.objects.get().state == "closed"
    assert "€14.78" in closed
    assert "Chargeback" in closed
    assert client.get(f"{base}{day}/csv/").content.decode().startswith("store,day,section")
    assert client.get(f"{base}{day}/poslog/").json()["POSLog"]["RetailStoreID"] == "harbour"
    assert client.get(f"{base}{day}/xls/").status_code == 404


def test_a_running_day_shows_its_sums_so_far_and_can_not_be_closed(world: World, login: Login, now: datetime) -> None:
    today = str(now.astimezone(ZoneInfo(world.store.timezone)).date())
    client, base = login(world.sue), f"/console/stores/{world.store.pk}/day/"

    page = client.get(f"{base}?day={today}").content.decode()

    assert "Running" in page
    assert "Close the day" not in page
    assert client.post(f"{base}close/", {"day": today}).status_code == 409
    assert client.post(f"{base}close/", {"day": "tomorrow"}).status_code == 422
    assert client.post(f"{base}list/", {"day": today, "provider": "sandbox"}).status_code == 422


def test_the_days_money_is_for_those_who_see_reports_and_to_be_touched_by_those_who_refund(
    world: World, login: Login, now: datetime
) -> None:
    base = f"/console/stores/{world.store.pk}/day/"

    assert login(world.ben).get(base).status_code == 404
    assert login(world.cal).get(base).status_code == 404
    assert login(world.ida).get(base).status_code == 200
    assert login(world.ida).post(f"{base}close/", {"day": "2026-03-02"}).status_code == 404
    assert not BusinessDay.objects.exists()
