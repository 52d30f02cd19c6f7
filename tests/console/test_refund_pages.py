"""The pages where money goes back, where a second person is asked, and where what was not delivered is sent again."""

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from checkout.models import Checkout, LineProblem, OutboxMessage, Refund
from checkout.providers import registry
from checkout.providers.free import Free
from checkout.providers.sandbox import Sandbox
from checkout.services.advancing import payment_advance
from checkout.services.payments import payment_start
from inventory.models import Role
from tests.checkout.world import NOW, WINE, Shop, make_shop, make_trip, open_checkout
from tests.inventory.world import make_person


@pytest.fixture
def shop(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    from checkout import tasks

    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    own = Sandbox(tmp_path / "sandbox.sqlite3", pause=lambda seconds: None)
    monkeypatch.setattr(registry, "_providers", lambda: (own, Free()))
    for task in (tasks.deliver_outbox, tasks.advance_refund):
        monkeypatch.setattr(task, "delay", lambda *arguments: None)
    made = make_shop()
    made.store.policy = made.store.policy | {"refunds": {"four_eyes_minor": 250, "days": 10_000}}
    made.store.save()
    return made


def sold(shop: Shop) -> Checkout:
    checkout = open_checkout(shop, make_trip(shop))
    attempt = payment_start(checkout_id=checkout.id, method="card", source="sandbox:approve", key="k", now=NOW)
    payment_advance(attempt_id=attempt.id, now=NOW)
    return Checkout.objects.get(id=checkout.id)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def give(client: Client, checkout: Checkout, **form: Any) -> Any:
    page = client.get(f"/console/sales/{checkout.id}/").content.decode()
    found = re.search(r'name="key" value="(\w+)"', page)
    assert found is not None
    body = {"key": found[1], "reason": "damaged"} | form
    return body, client.post(f"/console/sales/{checkout.id}/refund/", body)


def test_a_supervisor_opens_a_sale_by_its_receipt_and_gives_pieces_back_once(shop: Shop) -> None:
    checkout, client = sold(shop), signed_in(shop.sue)
    found = client.get(f"/console/stores/{shop.store.pk}/refunds/", {"receipt": "1"})
    assert found.headers["Location"] == f"/console/sales/{checkout.id}/"

    body, answer = give(client, checkout, pieces_1="1")
    again = client.post(f"/console/sales/{checkout.id}/refund/", body)

    assert [answer.status_code, again.status_code] == [302, 302]
    assert [(refund.state, refund.amount_minor) for refund in Refund.objects.all()] == [("done", 149)]
    assert re.search(r"1 · \D*1[.,]49", client.get(f"/console/sales/{checkout.id}/").content.decode())


def test_the_same_form_with_another_choice_is_refused(shop: Shop) -> None:
    checkout, client = sold(shop), signed_in(shop.sue)
    body, _ = give(client, checkout, pieces_1="1")

    other = client.post(f"/console/sales/{checkout.id}/refund/", body | {"pieces_1": "2"})
    without = client.post(f"/console/sales/{checkout.id}/refund/", {"reason": "damaged", "pieces_1": "1"})

    assert [other.status_code, without.status_code] == [422, 400]
    assert Refund.objects.count() == 1


def test_a_large_sum_waits_for_another_person(shop: Shop) -> None:
    checkout, eve = sold(shop), make_person("eve", Role.SUPERVISOR, store=shop.store)
    give(signed_in(shop.sue), checkout, all="yes")
    refund = Refund.objects.get()
    page = f"/console/stores/{shop.store.pk}/refunds/"
    assert "Somebody else must agree" in signed_in(shop.sue).get(page).content.decode()

    own = signed_in(shop.sue).post(f"/console/refunds/{refund.id}/decide/", {"agree": "yes"})
    other = signed_in(eve).post(f"/console/refunds/{refund.id}/decide/", {"agree": "yes"})

    refund.refresh_from_db()
    assert [own.status_code, other.status_code, refund.state, refund.decided_by] == [403, 302, "done", eve]


def test_a_refund_stays_readable_when_who_asked_for_it_has_left(shop: Shop) -> None:
    checkout = sold(shop)
    give(signed_in(shop.sue), checkout, all="yes")
    Refund.objects.update(requested_by=None)
    client = signed_in(shop.sue)

    pages = [client.get(f"/console/sales/{checkout.id}/"), client.get(f"/console/stores/{shop.store.id}/refunds/")]

    assert [page.status_code for page in pages] == [200, 200]
    assert all("somebody who has left" in page.content.decode() for page in pages)


@pytest.mark.parametrize("form", [{}, {"pieces_1": "x"}, {"pieces_1": "9"}, {"pieces_1": "1", "reason": ""}])
def test_a_form_that_makes_no_sense_gives_nothing_back(shop: Shop, form: dict[str, str]) -> None:
    assert give(signed_in(shop.sue), sold(shop), **form)[1].status_code == 422
    assert not Refund.objects.exists()


def test_who_may_not_give_back_finds_no_such_pages(shop: Shop) -> None:
    checkout = sold(shop)
    for person in (shop.ben, shop.cal):
        client = signed_in(person)
        paths = [f"/console/sales/{checkout.id}/", f"/console/stores/{shop.store.pk}/refunds/",
                 f"/console/stores/{shop.store.pk}/undelivered/"]  # fmt: skip
        assert [client.get(path).status_code for path in paths] == [404, 404, 404]
        posted = client.post(f"/console/sales/{checkout.id}/refund/", {"key": uuid.uuid4().hex, "all": "yes"})
        assert posted.status_code == 404
    assert Client().get(f"/console/sales/{checkout.id}/").status_code == 302


def test_a_manager_sends_again_what_was_given_up(shop: Shop) -> None:
    boss = signed_in(make_person("max", Role.MANAGER, store=shop.store))
    letters = [
        OutboxMessage.objects.create(
            store=shop.store, topic="webhook.checkout.paid", group="g", created_at=NOW, due_at=NOW, dead_at=NOW,
            attempts=12, error="answered 500",
        )
        for _ in range(2)
    ]  # fmt: skip
    path = f"/console/stores/{shop.store.pk}/undelivered/"
    assert "answered 500" in boss.get(path).content.decode()

    boss.post(f"{path}replay/", {"message": letters[0].pk})
    assert OutboxMessage.objects.filter(dead_at=None).count() == 1
    boss.post(f"{path}replay/", {"all": "yes"})

    assert not OutboxMessage.objects.exclude(dead_at=None).exists()
    assert "Everything was delivered" in boss.get(path).content.decode()


def test_staff_confirm_an_age_on_the_board(shop: Shop) -> None:
    checkout = open_checkout(shop, make_trip(shop, items={WINE: 1}))
    client, path = signed_in(shop.ben), f"/console/stores/{shop.store.pk}/problems/"
    assert "is the shopper 16 or older?" in client.get(path).content.decode()
    row = LineProblem.objects.get(checkout=checkout)
    foreign = signed_in(shop.cal).post(f"/console/problems/{row.pk}/", {"resolution": "confirmed"})

    client.post(f"/console/problems/{row.pk}/", {"resolution": "confirmed"}, headers={"HX-Request": "true"})

    checkout.refresh_from_db()
    assert (foreign.status_code, checkout.state) == (404, "cleared")
    assert "older" not in client.get(path).content.decode()
