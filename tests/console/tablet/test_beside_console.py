"""The tablet page and the staff console side by side, on the real server."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from console.demo.people import PASSWORD
from tests.journeys.running import RunningStore, running_store

pytestmark = [pytest.mark.browser, pytest.mark.journey]

OAT, MILK = "9521000000018", "9521000000032"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    with running_store(tmp_path_factory.mktemp("beside")) as running:
        yield running


@pytest.fixture
def ana(chromium: Browser, store: RunningStore) -> Iterator[Page]:
    """Ana's tablet, paired and shopping."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    tablet = json.loads((store.data / "demo" / "truth.json").read_text())["tablets"][0]
    page.goto(f"{store.url}/tablet/?code={tablet['enrolment_code']}")
    page.locator(".pairing button[type=submit]").click()
    page.locator(".idle .button.main").click()
    expect(page.locator(".shopping")).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def ben(chromium: Browser, store: RunningStore) -> Iterator[Page]:
    """Ben at the console's board."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{store.url}/console/")
    page.locator("input[name=username]").fill("ben@hillandvale.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/console/stores/*/")
    yield page
    context.close()


def act(page: Page, code: str, name: str) -> None:
    page.locator(f".thing[data-code='{code}']").get_by_role("button", name=name).last.click()


def test_an_unscanned_product_goes_to_ben_who_clears_it_and_ana_pays(ana: Page, ben: Page) -> None:
    act(ana, OAT, "Scan")
    act(ana, OAT, "Put")
    expect(ana.locator(f".line[data-code='{OAT}']")).to_have_attribute("data-status", "verified", timeout=20_000)
    act(ana, MILK, "Put")
    expect(ana.locator(".ask-card")).to_contain_text("without a scan", timeout=20_000)
    expect(ben.get_by_text("C-11").first).to_be_visible()

    ana.locator("[data-role=pay]").click()
    expect(ana.locator(".next li")).to_have_count(3, timeout=20_000)
    ben.locator("a[href*='/console/reviews/']").first.click(timeout=40_000)
    ben.get_by_role("button", name="Take this review").click()
    ben.locator("#settle").click()
    expect(ana.locator(".pay-card").first).to_be_visible(timeout=20_000)
    ana.locator("[data-source=approve]").click()

    expect(ana.locator(".receipt .pass")).to_have_count(2, timeout=20_000)
    expect(ana.locator(".receipt .lead")).to_contain_text("1.99")
