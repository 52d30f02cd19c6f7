"""Webhook endpoints in the console: who keeps them, secrets told once, a test, an end."""

import base64
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from checkout.models import OutboxMessage, WebhookEndpoint
from checkout.services import webhooks
from checkout.services.endpoints import MOST_BEFORE, OVERLAP, endpoint_rotate
from checkout.services.outbox import outbox_deliver
from checkout.webhooks import SignatureInvalid, secret_text, verify
from inventory.models import AuditEntry, Role
from tests.console.world import World
from tests.inventory.world import make_person, make_store

Login = Callable[[User], Client]
URL = "https://erp.example.com/hook"


@pytest.fixture(autouse=True)
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Mapping[str, str], bytes]]:
    """What would have left; names are not resolved."""
    found: list[tuple[Mapping[str, str], bytes]] = []

    def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool) -> int:
        found.append((headers, body))
        return 204

    monkeypatch.setattr(webhooks, "post", post)
    monkeypatch.setattr(webhooks, "target", lambda url, private: (url, ""))
    monkeypatch.setattr("checkout.tasks.deliver_outbox.delay", lambda: None)
    return found


@pytest.fixture
def manager(world: World) -> User:
    return make_person("mona", Role.MANAGER, store=world.store)


@pytest.fixture
def base(world: World) -> str:
    return f"/console/stores/{world.store.pk}/webhooks/"


def added(client: Client, base: str, **fields: Any) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, and its secret as the page shows it."""
    answer = client.post(f"{base}add/", {"url": URL, "topics": ["checkout.", "refund."]} | fields)
    assert answer.status_code == 200, answer.content
    [secret] = re.findall(r"whsec_[\w+/=]+", answer.content.decode())
    return WebhookEndpoint.objects.get(url=fields.get("url", URL)), secret


def raw(secret: str) -> bytes:
    return base64.b64decode(secret.removeprefix("whsec_"))


def test_a_secret_is_shown_once_and_lies_nowhere_in_the_clear(
    world: World, manager: User, login: Login, base: str
) -> None:
    client = login(manager)
    row, secret = added(client, base)

    later = client.get(base)

    assert "no-store" in later["Cache-Control"]
    assert (row.store, row.topics) == (world.store, ["checkout.", "refund."])
    assert URL in later.content.decode()
    assert "whsec_" not in later.content.decode()
    assert raw(secret) not in bytes(row.secret_sealed)
    assert secret not in repr(list(AuditEntry.objects.values_list()))
    assert AuditEntry.objects.filter(action="webhook.add").count() == 1


def test_a_test_is_sent_signed_and_its_answer_is_on_the_page(
    manager: User, login: Login, base: str, posted: list[tuple[Mapping[str, str], bytes]], now: datetime
) -> None:
    client = login(manager)
    row, secret = added(client, base)

    client.post(f"{base}{row.pk}/test/")
    assert "On its way" in client.get(base).content.decode()
    message = OutboxMessage.objects.get(topic="webhook.endpoint.test")
    outbox_deliver(now=message.due_at)

    [(headers, body)] = posted
    assert verify(raw(secret), headers, body, now=int(message.due_at.timestamp()))
    assert b'"endpoint.test"' in body
    assert "Taken" in client.get(base).content.decode()


def signatures(row: WebhookEndpoint, world: World, posted: list[Any], now: datetime) -> Mapping[str, str]:
    posted.clear()
    message = OutboxMessage(
        store=world.store, payload={"endpoint": str(row.pk), "type": "t", "timestamp": "", "data": {}}
    )
    message.pk = 1
    webhooks.webhook_send(message, now)
    headers: Mapping[str, str] = posted[0][0]
    return headers


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(
    world: World, manager: User, login: Login, base: str, posted: list[Any], now: datetime
) -> None:
    row, first = added(login(manager), base)
    _, second = endpoint_rotate(endpoint_id=row.pk, staff=manager, store=world.store, now=now)

    for moment, secrets in ((now, 2), (now + OVERLAP - timedelta(seconds=1), 2), (now + OVERLAP, 1)):
        headers = signatures(row, world, posted, moment)
        body = posted[0][1]
        assert len(headers["webhook-signature"].split()) == secrets
        assert verify(second, headers, body, now=int(moment.timestamp()))
        if secrets == 2:
            assert verify(raw(first), headers, body, now=int(moment.timestamp()))
    with pytest.raises(SignatureInvalid):
        verify(raw(first), headers, body, now=int(moment.timestamp()))


def test_a_secret_can_not_be_changed_so_often_that_one_in_use_is_lost(
    world: World, manager: User, login: Login, base: str
) -> None:
    client = login(manager)
    row, first = added(client, base)
    answers = [client.post(f"{base}{row.pk}/rotate/") for _ in range(MOST_BEFORE + 1)]

    assert [answer.status_code for answer in answers] == [200] * MOST_BEFORE + [409]
    assert all(secret_text(raw(first)) not in answer.content.decode() for answer in answers)


def test_an_endpoint_that_is_off_is_told_nothing_and_can_be_switched_on_again(
    world: World, manager: User, login: Login, base: str
) -> None:
    client = login(manager)
    row, _ = added(client, base)

    client.post(f"{base}{row.pk}/switch/", {"on": "no"})
    assert webhooks.endpoints_for(world.store, "checkout.paid") == []
    client.post(f"{base}{row.pk}/switch/", {"on": "yes"})

    assert webhooks.endpoints_for(world.store, "checkout.paid") == [row]
    assert webhooks.endpoints_for(world.store, "day.closed") == []


def test_who_manages_one_store_touches_no_endpoint_of_the_whole_retailer(
    world: World, manager: User, login: Login, base: str
) -> None:
    whole = make_person("wanda", Role.MANAGER, retailer=world.store.retailer)
    row, _ = added(login(whole), base, all_stores="yes")
    client = login(manager)
    mine, _ = added(client, base, url=f"{URL}/mine", all_stores="yes")

    assert (row.store, mine.store) == (None, world.store)
    assert f">{URL}<" not in client.get(base).content.decode()
    assert client.post(f"{base}{row.pk}/rotate/").status_code == 404
    assert login(whole).post(f"{base}{row.pk}/test/").status_code == 302


def test_an_endpoint_of_another_store_is_absent_also_under_an_own_stores_address(
    world: World, manager: User, login: Login, base: str, now: datetime
) -> None:
    other = make_store(world.store.retailer.name, code="sister")
    foreign = WebhookEndpoint.objects.create(
        retailer=world.store.retailer, store=other, url=URL, secret_sealed=b"", created_at=now
    )
    client = login(manager)

    assert client.post(f"{base}{foreign.pk}/switch/").status_code == 404
    assert login(world.sue).get(base).status_code == 404, "a supervisor is no manager"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"url": URL}, 422),
        ({"url": "", "topics": ["day."]}, 422),
        ({"url": URL, "topics": ["root."]}, 422),
        ({"url": f"{URL}/{'x' * 300}", "topics": ["day."]}, 422),
        ({"url": URL, "topics": ["day."]}, 409),
    ],
)
def test_what_is_no_endpoint_is_refused(
    manager: User, login: Login, base: str, form: dict[str, Any], code: int
) -> None:
    client = login(manager)
    added(client, base)

    assert client.post(f"{base}add/", form).status_code == code
    assert WebhookEndpoint.objects.count() == 1


def test_a_private_address_is_refused(manager: User, login: Login, base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    answer = login(manager).post(f"{base}add/", {"url": "https://127.0.0.1/hook", "topics": ["day."]})

    assert answer.status_code == 422
    assert not WebhookEndpoint.objects.exists()
