"""Chromium, a fake server and a tablet page for each test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from tests.console.tablet.fake_server import FakeServer
from tests.console.tablet.tablet_page import Tablet


@pytest.fixture
def server(settings: Settings) -> Iterator[FakeServer]:
    settings.ROOT_URLCONF = "tests.console.tablet.urls"
    settings.DEMO = True
    # Static files come from the fake itself.
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "whitenoise" not in name]
    server = FakeServer().start()
    yield server
    server.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(8_000)
    yield page
    context.close()


@pytest.fixture
def tablet(page: Page, server: FakeServer) -> Tablet:
    """A tablet that is not paired yet."""
    return Tablet(page, server)


@pytest.fixture
def shopping(tablet: Tablet) -> Tablet:
    """Ana's tablet in the middle of a trip that holds nothing yet."""
    tablet.pair()
    tablet.start()
    return tablet
