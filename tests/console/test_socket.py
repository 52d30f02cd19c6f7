"""The console's socket: for staff of the store and from our own pages only; it passes nudges on."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from carts.nudges import store_group
from console.models import SecondFactor
from console.routing import websocket_urlpatterns
from console.services.factors import factor_begin
from tests.console.world import World, make_world

pytestmark = pytest.mark.django_db(transaction=True)
OURS = b"http://testserver"


@pytest.fixture
def world(transactional_db: None, plain_static: None, now: datetime) -> World:
    return make_world(now, carts=1)


class Browser:
    """A browser's side of the socket."""

    def __init__(self, cookie: str, store: object, origin: bytes | None) -> None:
        headers = [(b"host", b"testserver"), (b"cookie", cookie.encode())]
        headers += [] if origin is None else [(b"origin", origin)]
        self.scope = {
            "type": "websocket", "path": "/ws/console/", "query_string": f"store={store}".encode(), "headers": headers,
        }  # fmt: skip
        self._app: Any = ApplicationCommunicator(websocket_urlpatterns[0].callback, self.scope)  # type: ignore[no-untyped-call]

    async def open(self) -> bool:
        await self._app.send_input({"type": "websocket.connect"})
        return bool((await self._app.receive_output(3))["type"] == "websocket.accept")

    async def say(self, text: str) -> None:
        await self._app.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> Any:
        """What came, or the code of the close."""
        message = await self._app.receive_output(3)
        return message["code"] if message["type"] == "websocket.close" else json.loads(message["text"])

    async def close(self) -> None:
        await self._app.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._app.wait(3)


def cookie_of(user: User | None) -> str:
    if user is None:
        return ""
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def browse(
    user: User | None,
    store: object,
    talk: Callable[[Browser], Awaitable[Any]],
    origin: bytes | None = OURS,
) -> Any:
    """Runs a talk between a signed-in browser and the consumer."""
    browser = Browser(cookie_of(user), store, origin)
    return asyncio.run(talk(browser))  # type: ignore[arg-type]


async def opened_and_closed(browser: Browser) -> Any:
    assert await browser.open()
    return await browser.hear()


def test_a_session_that_still_owes_its_code_is_not_let_in(world: World) -> None:
    factor = factor_begin(user=world.ben)
    SecondFactor.objects.filter(pk=factor.pk).update(enrolled_at=world.ben.date_joined)

    assert browse(world.ben, world.store.pk, opened_and_closed) == 4401


async def told(browser: Browser, store_id: int) -> Any:
    """Opens, and nudges the store until it is heard: the consumer joins the group after it has accepted."""
    assert await browser.open()
    hearing = asyncio.ensure_future(browser.hear())
    while not hearing.done():
        await get_channel_layer().group_send(store_group(store_id), {"type": "look", "what": "trip", "id": "7"})
        await asyncio.wait([hearing], timeout=0.05)
    return hearing.result()


def test_staff_of_the_store_hear_its_nudges(world: World) -> None:
    async def talk(browser: Browser) -> Any:
        heard = await told(browser, world.store.pk)
        await browser.close()
        return heard

    assert browse(world.ben, world.store.pk, talk) == {"type": "look", "what": "trip", "id": "7"}


@pytest.mark.parametrize("origin", [None, b"http://evil.example", b"http://testserver.evil.example", b"null"])
def test_a_page_of_another_site_gets_no_socket(world: World, origin: bytes | None) -> None:
    async def talk(browser: Browser) -> bool:
        return await browser.open()

    assert browse(world.ben, world.store.pk, talk, origin) is False


def test_who_is_not_signed_in_is_told_by_4401(world: World) -> None:
    assert browse(None, world.store.pk, opened_and_closed) == 4401


@pytest.mark.parametrize("store", ["foreign", "0", "-1", "many", "99999999999999999999"])
def test_a_foreign_and_an_absent_store_are_refused_alike(world: World, store: str) -> None:
    asked = world.other.pk if store == "foreign" else store

    assert browse(world.ben, asked, opened_and_closed) == 4403


def test_a_session_that_ends_loses_its_socket(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.consumers.RECHECK_S", 0.02)

    async def talk(browser: Browser) -> Any:
        await told(browser, world.store.pk)
        await sync_to_async(User.objects.filter(pk=world.ben.pk).update)(is_active=False)
        while isinstance(heard := await browser.hear(), dict):
            continue
        return heard

    assert browse(world.ben, world.store.pk, talk) == 4401


def test_what_a_console_says_is_ignored(world: World) -> None:
    async def talk(browser: Browser) -> Any:
        assert await browser.open()
        await browser.say('{"type": "look", "what": "board", "id": "1"}')
        await browser.say("not json")
        hearing = asyncio.ensure_future(browser.hear())
        while not hearing.done():
            layer = get_channel_layer()
            await layer.group_send(store_group(world.store.pk), {"type": "look", "what": "trip", "id": "7"})
            await asyncio.wait([hearing], timeout=0.05)
        await browser.close()
        return hearing.result()

    assert browse(world.ben, world.store.pk, talk)["what"] == "trip"
