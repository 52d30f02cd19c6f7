"""A retailer signs up by one command, and a cart enrols and shops right after it."""

import re
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from rest_framework.test import APIClient

from carts.live.hub import Hub
from inventory.models import AuditEntry, Retailer, Store
from tests.carts.live.cast import on_the_loop, open_tablet

CSV = "code,name,price,gtin\nM1,Milk 1 l,1.49,9521000000018\n"


def sign_up(*args: str, **options: Any) -> str:
    out = StringIO()
    call_command("retailer_create", *args, manager="mia@hill.example", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_after_one_command_and_a_catalogue_a_cart_enrols_and_shops(tmp_path: Any) -> None:
    said = sign_up("Hill & Vale", venue="stadium", carts=2, lanes=2)

    file = tmp_path / "goods.csv"
    file.write_text(CSV)
    call_command("import_catalogue", "--store", "hill-vale/hill-vale", str(file), stdout=StringIO())
    codes = re.findall(r"C-\d\d  (\w{4}-\w{4})", said)
    answer = APIClient().post("/api/v1/device/enrol", {"code": codes[0]}, format="json")

    async def story(hub: Hub) -> None:
        ana = open_tablet(hub, answer.json()["token"])
        await ana.hello()
        await ana.event("start")
        scan = await ana.event("scan", code="9521000000018", source="scanner")
        await ana.until(lambda: ana.basket["totals"]["due"] == 149)
        assert scan["outcome"] == "added"

    assert len(codes) == 2
    assert answer.status_code == 201
    on_the_loop(story)


@pytest.mark.django_db
def test_the_manager_signs_in_with_the_password_that_was_shown_and_sees_the_store(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    said = sign_up("Hill & Vale", venue="cafeteria", store="Canteen", language="de")
    password = re.search(r"password (\S+) \(shown", said)
    assert password is not None
    client = Client()

    assert client.login(username="mia@hill.example", password=password[1])
    store = Store.objects.get(code="canteen")
    assert client.get(f"/console/stores/{store.pk}/").status_code == 200
    assert (store.venue, store.language, store.lanes.count()) == ("cafeteria", "de", 1)
    assert AuditEntry.objects.filter(action="retailer.create", retailer=store.retailer).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [({}, "already exists"), ({"timezone": "Vienna"}, "time zone"), ({"manager": "mia"}, "no e-mail")],
)
def test_what_is_wrong_is_said_and_nothing_is_made(options: dict[str, str], words: str) -> None:
    Retailer.objects.create(name="Taken", slug="taken")
    name = "New" if options else "Taken"

    with pytest.raises(CommandError, match=words):
        call_command("retailer_create", name, **{"manager": "mia@hill.example", **options}, stdout=StringIO())

    assert (Retailer.objects.count(), User.objects.count(), Store.objects.count()) == (1, 0, 0)
