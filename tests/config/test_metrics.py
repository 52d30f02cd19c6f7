"""`/metrics` is shut without its token, and tells what waits."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from checkout.models import OutboxMessage
from checkout.selectors.figures import figures
from tests.inventory.world import make_store

TOKEN = "t" * 40


def scrape(client: Client) -> dict[str, float]:
    body = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    return {sample.name: sample.value for family in text_string_to_metric_families(body) for sample in family.samples}


@pytest.mark.django_db
def test_without_a_token_set_there_are_no_metrics(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
def test_another_token_is_refused(client: Client, settings: Settings, header: str) -> None:
    settings.METRICS_TOKEN = TOKEN

    response = client.get("/metrics", headers={"Authorization": header})

    assert (response.status_code, response.content) == (401, b"")


@pytest.mark.django_db
def test_messages_that_have_not_left_are_counted_with_their_age(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    store, now = make_store("Hill Foods"), timezone.now()
    for age, fate in ((90, {}), (600, {"delivered_at": now}), (900, {"dead_at": now})):
        made = now - timedelta(seconds=age)
        OutboxMessage.objects.create(store=store, topic="t", group="g", created_at=made, due_at=made, **fate)

    told = scrape(client)

    assert (told["smartcart_outbox_pending"], told["smartcart_outbox_dead"]) == (1, 1)
    assert 90 <= told["smartcart_outbox_oldest_seconds"] < 600
    assert "smartcart_journal_rows_total" in told


@pytest.mark.django_db
def test_where_nothing_waits_every_figure_is_nought() -> None:
    told = figures(timezone.now())

    assert set(vars(told).values()) == {0}
