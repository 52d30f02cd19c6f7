"""What holds for every screen of the tablet page: accessible, self-contained, under a strict policy, calm."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.tablet.tablet_page import BANANAS, EGGS, OAT, Tablet, wait_for

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SMALL = """() => [...document.querySelectorAll("#tablet button, #tablet a, dialog button, dialog input")]
    .filter(element => element.checkVisibility())
    .map(element => [element.getBoundingClientRect(), element])
    .filter(([box]) => box.width && (box.width < 44 || box.height < 31.9))
    .map(([box, element]) => `${element.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.fixture
def axe(tablet: Tablet) -> Callable[[], list[str]]:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; `npm ci` brings it")
    tablet.page.add_init_script(path=AXE)

    def violations() -> list[str]:
        tablet.page.evaluate("Promise.all(document.getAnimations().map(a => a.finished.catch(() => 0)))")
        script = "rules => axe.run({exclude: ['#sensors']}, {runOnly: rules}).then(r => r.violations)"
        found: list[dict[str, Any]] = tablet.page.evaluate(script, RULES)
        return [
            f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:240]}"
            for one in found
            for node in one["nodes"]
        ]

    return violations


@pytest.mark.parametrize("contrast", [False, True])
def test_no_screen_has_an_accessibility_violation(tablet: Tablet, axe: Callable[[], list[str]], contrast: bool) -> None:
    found: dict[str, list[str]] = {}
    page = tablet.page
    # Breathing and turning go on for ever; what is judged stands still.
    page.emulate_media(reduced_motion="reduce")
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.documentElement.classList.add('still'))")
    tablet.open()
    expect(page.locator(".pairing")).to_be_visible()
    found["pairing"] = axe()
    tablet.pair()
    if contrast:
        page.evaluate("import('/static/console/tablet/core/settings.js').then(m => m.saveSettings({contrast: true}))")
        page.reload()
        tablet.connected()
    found["idle"] = axe()
    tablet.start()
    found["empty"] = axe()
    tablet.wedge(OAT)
    tablet.wedge(OAT)
    tablet.wedge(BANANAS)
    expect(tablet.line(BANANAS)).to_be_visible()
    page.locator("[data-role=find]").click()
    expect(page.locator(".tile").first).to_be_visible()
    found["find"] = axe()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Settings").click()
    found["settings"] = axe()
    page.keyboard.press("Escape")
    tablet.server.push(card())
    expect(page.locator(".ask-card")).to_be_visible()
    found["card"] = axe()
    tablet.pay()
    expect(page.locator(".pay-card").first).to_be_visible()
    found["pay"] = axe()
    page.locator("[data-source=approve]").click()
    expect(page.locator(".receipt .pass")).to_have_count(2)
    found["receipt"] = axe()

    assert {name: faults for name, faults in found.items() if faults} == {}


def card(**more: Any) -> dict[str, Any]:
    body = {
        "type": "discrepancy",
        "id": "d1",
        "kind": "unscanned",
        "state": "open",
        "at": 1,
        "expected_g": 0,
        "observed_g": 660,
        "tolerance_g": 9,
        "probability": 0.9,
        "candidates": [],
        "advice": "About 660 g came into the cart without a scan.",
    }
    return body | more


def test_nothing_is_asked_of_another_host_and_the_policy_holds(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()

    assert [url for url in shopping.addresses if not url.startswith((shopping.server.url, "data:", "blob:"))] == []
    assert shopping.faults == []
    markup = shopping.page.content()
    assert "<script>" not in markup
    assert " onclick=" not in markup


def test_what_the_server_says_is_never_read_as_markup(shopping: Tablet) -> None:
    shopping.server.push(card(advice="<img src=x onerror=alert(1)><b>bold</b>"))

    expect(shopping.page.locator(".ask-card .advice")).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    assert shopping.page.locator(".ask-card .advice > *").count() == 0


def test_a_card_and_the_total_are_read_out(shopping: Tablet) -> None:
    shopping.server.push(card())
    expect(shopping.page.locator("#spoken")).to_contain_text("About 660 g")

    shopping.wedge(OAT)

    expect(shopping.page.locator("#spoken")).to_contain_text("Total €1.99")


@pytest.mark.parametrize(
    ("kind", "buttons"),
    [
        ("unscanned", ["Scan it", "Take it out", "It is my bag", "Ask for help"]),
        ("mismatch", ["Scan it", "Take it out", "It is my bag", "Ask for help"]),
        ("not_placed", ["Put it in", "I don’t want it", "Ask for help"]),
        ("removed", ["Remove it from my list", "I put it back in", "Ask for help"]),
        ("not_removed", ["Take it out", "I keep it", "Ask for help"]),
        ("basket", ["Scan it", "It is my bag", "Ask for help"]),
        ("scale_fault", ["Ask for help"]),
    ],
)
def test_each_kind_of_discrepancy_offers_its_ways_out(shopping: Tablet, kind: str, buttons: list[str]) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()

    shopping.server.push(card(kind=kind, line=1))

    for name in buttons:
        expect(shopping.page.locator(".ask-card").get_by_role("button", name=name)).to_be_visible()


def test_a_dispute_names_its_discrepancy(shopping: Tablet) -> None:
    shopping.server.push(card())

    shopping.page.get_by_role("button", name="That is not right").click()
    expect(shopping.page.locator(".told")).to_contain_text("Thank you")

    wait_for(lambda: shopping.server.store.journal[-1]["data"].get("discrepancy") == "d1")


def test_targets_are_large_enough_for_fingers(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.server.push(card(candidates=[{"product": EGGS, "name": "Free-range eggs, 10", "probability": 0.8}]))
    expect(shopping.page.locator(".ask-card")).to_be_visible()
    assert shopping.page.evaluate(SMALL) == []

    shopping.page.get_by_role("button", name="Settings").click()

    assert shopping.page.evaluate(SMALL) == []


def test_settings_change_the_page_and_survive_a_reload(shopping: Tablet) -> None:
    page = shopping.page
    page.get_by_role("button", name="Settings").click()
    for name in ("Large text", "High contrast", "Left-hand mode"):
        page.get_by_role("switch", name=name).check()
    page.get_by_role("radio", name="Deutsch").check()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Ihr Einkauf")).to_be_visible()

    page.reload()

    root = page.locator("html")
    expect(root).to_have_attribute("lang", "de")
    expect(root).to_have_attribute("data-text", "large")
    expect(root).to_have_attribute("data-contrast", "high")
    expect(root).to_have_attribute("data-hand", "left")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (800, 1280), (1280, 800), (1920, 1080)])
def test_nothing_sticks_out_sideways(shopping: Tablet, width: int, height: int) -> None:
    shopping.page.set_viewport_size({"width": width, "height": height})
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.server.push(card())
    expect(shopping.page.locator(".ask-card")).to_be_visible()

    assert shopping.page.evaluate("document.querySelector('#tablet').scrollWidth <= innerWidth")
    assert shopping.page.evaluate(
        "document.querySelector('#screen').scrollWidth <= document.querySelector('#screen').clientWidth"
    )


def test_staff_find_stop_and_release_the_cart(shopping: Tablet) -> None:
    shopping.server.push({"type": "command", "name": "locate", "data": {}})
    expect(shopping.page.get_by_role("alert")).to_contain_text("Here I am")

    shopping.server.push({"type": "command", "name": "lock", "data": {"text": "Ben is on his way."}})
    expect(shopping.page.locator(".overlay.lock")).to_contain_text("Ben is on his way.")
    shopping.server.push({"type": "command", "name": "lock", "data": {"on": False}})

    expect(shopping.page.locator(".overlay.lock")).to_have_count(0)
