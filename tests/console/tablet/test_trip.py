"""A whole trip on the tablet page, and what it shows on the way."""

import pytest
from playwright.sync_api import expect

from tests.console.tablet.tablet_page import BANANAS, EGGS, OAT, SPAGHETTI, Tablet, wait_for

pytestmark = pytest.mark.browser


def test_ana_pairs_shops_pays_and_leaves_with_receipt_and_exit_pass(tablet: Tablet) -> None:
    tablet.pair()
    tablet.start()

    tablet.wedge(OAT)
    tablet.put(OAT)
    expect(tablet.line(OAT)).to_have_attribute("data-status", "verified")
    tablet.pay()
    tablet.page.locator("[data-source=approve]").click()

    expect(tablet.page.locator(".receipt .pass")).to_have_count(2)
    expect(tablet.page.locator(".receipt .lead")).to_contain_text("1.99")
    assert [event["kind"] for event in tablet.server.store.journal] == ["start", "scan", "seal"]
    assert tablet.server.store.journal[1]["data"] == {"code": OAT, "source": "scanner"}
    assert tablet.faults == []


def test_a_wrong_code_is_explained_and_pairs_nothing(tablet: Tablet) -> None:
    tablet.open("?code=AAAA-BBBB")

    tablet.page.locator(".pairing button[type=submit]").click()

    expect(tablet.page.get_by_role("alert")).to_contain_text("not valid")
    assert tablet.page.url.endswith("/tablet/"), "the one-time code must leave the address"


def test_the_first_scan_starts_the_trip(tablet: Tablet) -> None:
    tablet.pair()

    tablet.wedge(OAT)

    expect(tablet.line(OAT)).to_be_visible()
    assert [event["kind"] for event in tablet.server.store.journal] == ["start", "scan"]


def test_produce_chosen_by_key_is_weighed_on_the_cart(shopping: Tablet) -> None:
    shopping.page.locator("[data-role=find]").click()
    shopping.page.locator(f".tile[data-code='{BANANAS}']").click()
    shopping.put(BANANAS)

    expect(shopping.line(BANANAS)).to_have_attribute("data-status", "verified")
    expect(shopping.line(BANANAS).locator(".unit")).to_contain_text("kg at")
    assert shopping.server.store.journal[-1]["data"] == {"code": BANANAS, "source": "keyed"}


def test_search_finds_by_name_and_scans_what_is_chosen(shopping: Tablet) -> None:
    shopping.page.locator("[data-role=find]").click()
    shopping.page.locator(".find .field").fill("spag")
    tile = shopping.page.locator(f".find .tile[data-code='{SPAGHETTI}']")
    expect(tile).to_contain_text("2.54/kg")  # the comparison price: 1.29 for 508 g
    tile.click()

    expect(shopping.line(SPAGHETTI).locator(".unit")).to_contain_text("2.54/kg")


def test_one_more_and_one_less_change_the_quantity_and_savings_show(shopping: Tablet) -> None:
    shopping.wedge(OAT)
    shopping.line(OAT).locator("[data-role=more]").click()
    expect(shopping.line(OAT).locator(".saving")).to_contain_text("0.50")
    expect(shopping.page.locator(".total .saving")).to_contain_text("0.50")

    shopping.line(OAT).locator("[data-role=less]").click()
    expect(shopping.line(OAT).locator(".number")).to_have_text("1")

    assert shopping.server.store.journal[-1]["data"] == {"line": 1, "quantity": 1}


def test_what_was_not_scanned_is_asked_about_and_one_tap_settles_it(shopping: Tablet) -> None:
    shopping.put(EGGS)
    card = shopping.page.locator(".ask-card")
    expect(card).to_contain_text("without a scan")

    card.get_by_role("button", name="It is Free-range eggs, 10").click()

    expect(card).to_have_count(0)
    expect(shopping.line(EGGS)).to_have_attribute("data-status", "verified")


def test_taking_it_out_again_settles_it_too(shopping: Tablet) -> None:
    shopping.put(EGGS)
    card = shopping.page.locator(".ask-card")
    card.get_by_role("button", name="Take it out").click()
    expect(card.locator(".told")).to_be_visible()

    shopping.page.locator(f".inside[data-code='{EGGS}'] button").click()

    expect(card).to_have_count(0)


def test_the_bag_and_help_buttons_say_so_to_the_server(shopping: Tablet) -> None:
    shopping.page.get_by_role("button", name="My bag").click()
    shopping.page.get_by_role("dialog").get_by_role("button", name="OK").click()
    expect(shopping.page.locator(".note")).to_contain_text("bag")
    shopping.page.get_by_role("button", name="Help").click()
    shopping.page.get_by_role("button", name="Call a colleague").click()
    expect(shopping.page.locator(".note")).to_contain_text("on the way")

    assert [event["kind"] for event in shopping.server.store.journal[1:]] == ["bag", "assist"]


def test_dragging_into_the_cart_places_and_dragging_out_lifts(shopping: Tablet) -> None:
    shopping.page.locator(f".thing[data-code='{OAT}'] .picture").drag_to(shopping.page.locator(".cart-zone"))
    expect(shopping.page.locator(".inside")).to_have_count(1)
    assert [event["kind"] for event in shopping.server.store.journal] == ["start"], "a drag is no scan"

    shopping.page.locator(".inside .picture").drag_to(shopping.page.locator(".total"))

    expect(shopping.page.locator(".inside")).to_have_count(0)
    wait_for(lambda: shopping.server.scenes and shopping.server.scenes[-1]["items"] == [])


def test_a_code_that_nobody_knows_blocks_nothing(shopping: Tablet) -> None:
    shopping.wedge("0000000000000")
    expect(shopping.page.locator(".toast")).to_contain_text("do not know this code")

    shopping.wedge(OAT)

    expect(shopping.line(OAT)).to_be_visible()


def test_pausing_covers_the_basket_until_the_shopper_is_back(shopping: Tablet) -> None:
    shopping.page.get_by_role("button", name="Settings").click()
    shopping.page.get_by_role("button", name="Leave the cart for a while").click()
    expect(shopping.page.locator(".paused")).to_be_visible()

    shopping.page.get_by_role("button", name="Go on shopping").click()

    expect(shopping.page.locator(".paused")).to_be_hidden()
    wait_for(lambda: [event["kind"] for event in shopping.server.store.journal[1:]] == ["pause", "resume"])


def test_ending_without_paying_asks_first_and_returns_to_the_welcome(shopping: Tablet) -> None:
    shopping.page.get_by_role("button", name="Settings").click()
    shopping.page.get_by_role("button", name="End without paying").click()
    shopping.page.get_by_role("button", name="End the trip").click()

    expect(shopping.page.locator(".idle")).to_be_visible()
    wait_for(lambda: shopping.server.store.state == "cancelled")
