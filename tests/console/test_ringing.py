"""Sound and vibration of the board, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.console.site import SignIn, Site

pytestmark = pytest.mark.browser


def test_a_review_that_begins_to_wait_is_heard_and_felt_by_who_asked_for_it(site: Site, sign_in: SignIn) -> None:
    sue, ben = sign_in("sue"), sign_in("ben")
    ben.add_init_script("window.felt = 0; navigator.vibrate = () => { window.felt += 1; return true; };")
    sue.goto(site.review)
    sue.keyboard.press("t")
    expect(sue.locator("#settle")).to_be_visible()
    ben.goto(site.board)
    expect(ben.locator(".queue")).to_contain_text("Sue Lindqvist")

    ben.keyboard.press("s")
    expect(ben.get_by_role("button", name="Sound and vibrate")).to_have_attribute("aria-pressed", "true")
    assert ben.evaluate("felt") == 1  # a taste of it
    sue.keyboard.press("q")

    expect(ben.locator(".queue")).not_to_contain_text("Sue Lindqvist", timeout=4_000)
    assert ben.evaluate("felt") == 2
    ben.keyboard.press("s")
    sue.goto(site.review)
    sue.keyboard.press("t")
    expect(sue.locator("#settle")).to_be_visible()
    expect(ben.locator(".queue")).to_contain_text("Sue Lindqvist", timeout=4_000)
    sue.keyboard.press("q")
    expect(ben.locator(".queue")).not_to_contain_text("Sue Lindqvist", timeout=4_000)
    assert ben.evaluate("felt") == 2
