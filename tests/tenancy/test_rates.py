"""120 calls at once against 20 a minute: exactly 20 pass, on the database and on Redis."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from checkout.services.order_feed import token_create
from inventory.models import RateWindow
from inventory.services import rates
from inventory.services.rates import WINDOW, TooMany, rate_take
from tests.inventory.world import NOW, make_store

CALLS, LIMIT = 120, 20


def passed(retailer_id: int, kind: str) -> int:
    """How many of the calls pass."""

    def one(number: int) -> bool:
        try:
            rate_take(retailer_id=retailer_id, kind=kind, limit=LIMIT, now=NOW)
        except TooMany:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(16) as pool:
        return sum(pool.map(one, range(CALLS)))


@pytest.mark.django_db(transaction=True)
def test_of_120_calls_at_once_exactly_20_pass_by_the_database(settings: Any) -> None:
    settings.REDIS_URL = ""
    ours, theirs = make_store(), make_store("Vale Foods")

    assert passed(ours.retailer_id, "system") == LIMIT
    assert passed(theirs.retailer_id, "system") == LIMIT  # each tenant has a minute of its own


@pytest.mark.skipif(not settings.REDIS_URL, reason="needs Redis: set REDIS_URL")
def test_of_120_calls_at_once_exactly_20_pass_by_redis() -> None:
    assert passed(1, uuid.uuid4().hex) == LIMIT


@pytest.mark.django_db(transaction=True)
def test_control_who_reads_and_then_writes_lets_more_pass(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = ""
    store, together = make_store(), threading.Barrier(8)
    RateWindow.objects.create(retailer=store.retailer, kind="system", used=LIMIT - 1, ends_at=NOW + WINDOW)

    def careless(retailer_id: int, kind: str, limit: int, now: Any) -> int:
        row = RateWindow.objects.get(retailer_id=retailer_id, kind=kind)
        together.wait()
        RateWindow.objects.filter(pk=row.pk).update(used=row.used + 1)
        return 0 if row.used < limit else 1000

    monkeypatch.setattr(rates, "_taken_in_database", careless)

    def one(number: int) -> None:
        try:
            rate_take(retailer_id=store.retailer_id, kind="system", limit=LIMIT, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert len(list(pool.map(one, range(8)))) == 8  # one was left


@pytest.mark.django_db
def test_the_next_minute_begins_when_the_first_is_over(settings: Any) -> None:
    settings.REDIS_URL = ""
    store = make_store()

    def take(now: Any) -> None:
        rate_take(retailer_id=store.retailer_id, kind="system", limit=1, now=now)

    take(NOW)
    with pytest.raises(TooMany) as refused:
        take(NOW + timedelta(seconds=20))
    take(NOW + WINDOW)

    assert refused.value.headers == {"Retry-After": "40"}


@pytest.mark.django_db
def test_a_system_that_calls_too_often_is_told_when_to_come_back(settings: Any) -> None:
    settings.REDIS_URL, settings.API_CALLS_PER_MINUTE = "", 2
    _, text = token_create(retailer=make_store().retailer, name="ERP", staff=None, now=timezone.now())
    client = Client(headers={"authorization": f"Bearer {text}"})

    answers = [client.get("/api/v1/orders") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].json()["code"] == "rate_limited"
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert 0 < int(answers[2]["Retry-After"]) <= 60
