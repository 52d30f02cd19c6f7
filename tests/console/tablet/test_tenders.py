"""Several tenders, the way to a till, and lines that wait for a word, on the tablet page."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.console.tablet.tablet_page import OAT, Tablet, wait_for

pytestmark = pytest.mark.browser


def sealed(tablet: Tablet) -> Tablet:
    tablet.wedge(OAT)
    expect(tablet.line(OAT)).to_be_visible()
    tablet.pay()
    return tablet


def paid_with(tablet: Tablet) -> list[tuple[str, str, int, int]]:
    checkout = tablet.server.store.checkout
    assert checkout is not None
    return [(row["method"], row["state"], row["amount"], row["tip"]) for row in checkout["payments"]]


def test_a_gift_card_is_taken_back_and_a_part_is_paid_and_the_till_takes_the_rest(shopping: Tablet) -> None:
    shopping.server.till.most_tip = 60
    page = sealed(shopping).page
    page.locator("[data-source=points]").click()
    expect(page.get_by_role("alert")).to_contain_text("covers only €1.50")
    page.get_by_role("button", name="Take back").click()
    expect(page.locator(".held")).to_have_count(0)

    page.locator(".part summary").click()
    page.get_by_label("How much of it?").fill("99")
    expect(page.get_by_text("Type an amount up to")).to_be_visible()
    page.locator("[data-source=approve]").click()
    expect(page.get_by_label("How much of it?")).to_be_focused()
    page.get_by_label("How much of it?").fill("0,99")
    page.get_by_label("10 %").check()
    page.locator("[data-source=approve]").click()
    expect(page.locator(".held")).to_contain_text("Card: €0.99")
    expect(page.locator(".tips")).to_have_count(0)

    page.locator("[data-source=till]").click()
    expect(page.locator(".pass.till img")).to_be_visible()
    page.locator("[data-role=till-back]").click()
    page.locator("[data-source=till]").click()
    expect(page.locator(".pass.till img")).to_be_visible()
    shopping.server.till.take_at_till()

    expect(page.locator(".receipt .pass")).to_have_count(2)
    kinds = [(method, state) for method, state, _, _ in paid_with(shopping)]
    assert kinds == [
        ("points", "voided"), ("card", "captured"), ("till", "voided"), ("till", "captured"),
    ]  # fmt: skip
    assert [tip for _, _, _, tip in paid_with(shopping)].count(0) == 3
    assert len(shopping.faults) == 0


def test_a_card_is_held_to_the_reader_that_staff_named_for_this_cart(tablet: Tablet) -> None:
    tablet.server.till.providers = ["stripe"]
    tablet.pair()
    page = tablet.page
    page.get_by_role("button", name="Settings").click()
    reader = page.get_by_label("Card reader")
    reader.fill("4242 4242 4242 4242")
    reader.blur()
    expect(page.get_by_text("That is no reader’s name")).to_be_visible()
    reader.fill("tmr_Hazel7")
    reader.blur()
    expect(page.get_by_text("This cart has a card reader.")).to_be_visible()
    page.keyboard.press("Escape")
    tablet.start()
    sealed(tablet)
    expect(page.locator(".pay-card")).to_have_count(0)

    page.locator("[data-source=reader]").click()

    expect(page.get_by_text("Hold your card to the reader.")).to_be_visible()
    wait_for(tablet.server.till.asked_for)
    tablet.server.till.take_at_till()
    expect(page.locator(".receipt .pass")).to_have_count(2)
    assert paid_with(tablet) == [("card", "captured", 199, 0)]


PROBLEMS: list[dict[str, Any]] = [
    {"id": 1, "line": 1, "name": "Oat drink", "kind": "limit", "limit": 1,
     "resolutions": ["allowed", "reduced", "removed"]},
    {"id": 2, "line": 2, "name": "Wine", "kind": "age", "limit": 16, "resolutions": ["confirmed", "removed"]},
    {"id": 3, "line": 3, "name": "Sesame paste", "kind": "recalled", "limit": None, "resolutions": ["removed"]},
]  # fmt: skip


def test_lines_in_question_say_why_and_what_may_be_done_and_the_shopper_keeps_what_is_allowed(
    shopping: Tablet,
) -> None:
    shopping.server.till.problems = PROBLEMS
    shopping.wedge(OAT)
    expect(shopping.line(OAT)).to_be_visible()
    shopping.wedge(OAT)
    wait_for(lambda: sum(line["quantity"] for line in shopping.server.store.basket()["lines"]) == 2)
    shopping.pay()
    rows = shopping.page.locator(".problems li")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("16 years")
    expect(rows.nth(1)).to_contain_text("Nothing is written down")
    expect(rows.nth(2)).to_contain_text("recalled")

    rows.nth(0).locator("[data-role=reduce]").click()

    expect(shopping.page.locator(".shopping")).to_be_visible()
    wait_for(lambda: sum(line["quantity"] for line in shopping.server.store.basket()["lines"]) == 1)
    assert len(shopping.faults) == 0
