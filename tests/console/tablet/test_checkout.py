"""From seal to receipt on the tablet page, with every end a payment can take."""

import pytest
from playwright.sync_api import expect

from tests.console.tablet.tablet_page import OAT, SPAGHETTI, Tablet, wait_for

pytestmark = pytest.mark.browser


def sealed(tablet: Tablet) -> Tablet:
    tablet.wedge(OAT)
    expect(tablet.line(OAT)).to_be_visible()
    tablet.pay()
    return tablet


def payments(tablet: Tablet) -> list[str | None]:
    return [key for _, path, key in tablet.server.till.calls if path.endswith("/payments")]


def test_a_declined_card_is_told_kindly_and_another_may_be_tried(shopping: Tablet) -> None:
    sealed(shopping)
    shopping.page.locator("[data-source=decline]").click()
    expect(shopping.page.get_by_role("alert")).to_contain_text("Nothing was charged")

    shopping.page.locator("[data-source=approve]").click()

    expect(shopping.page.locator(".receipt .pass")).to_have_count(2)
    first, second = payments(shopping)
    assert first != second, "another card is another payment"


def test_a_lost_answer_is_asked_for_and_never_paid_twice(shopping: Tablet) -> None:
    sealed(shopping)

    shopping.page.locator("[data-source=timeout_after]").click()
    expect(shopping.page.locator(".stage")).to_contain_text("charged once only")

    expect(shopping.page.locator(".receipt .pass")).to_have_count(2)
    assert len(shopping.server.till.charges) == 1


def test_a_payment_cut_off_by_a_reload_is_repeated_with_the_same_key(shopping: Tablet) -> None:
    sealed(shopping)
    expect(shopping.page.locator(".pay-card").first).to_be_visible()
    shopping.server.deaf = True
    shopping.page.locator("[data-source=approve]").click()
    expect(shopping.page.locator(".stage")).to_contain_text("under way")
    shopping.page.reload()
    shopping.server.deaf = False

    expect(shopping.page.locator(".receipt .pass")).to_have_count(2)

    assert len(set(shopping.server.till.charges)) == len(shopping.server.till.charges) == 1


def test_a_trip_in_review_says_what_happens_now_and_goes_on_when_staff_clear_it(shopping: Tablet) -> None:
    shopping.server.store.review = True
    sealed(shopping)
    expect(shopping.page.locator(".next li")).to_have_count(3)
    expect(shopping.page.locator(".why")).to_contain_text("Why my cart?")

    shopping.server.till.clear()

    expect(shopping.page.locator(".pay-card").first).to_be_visible()


def test_a_reload_in_review_opens_no_second_checkout(shopping: Tablet) -> None:
    shopping.server.store.review = True
    sealed(shopping)
    expect(shopping.page.locator(".next li")).to_have_count(3)

    shopping.page.reload()
    expect(shopping.page.locator(".next li")).to_have_count(3)

    opened = [key for method, path, key in shopping.server.till.calls if path.startswith("trips/")]
    assert len(set(opened)) == 1


def test_going_on_shopping_reopens_the_trip(shopping: Tablet) -> None:
    sealed(shopping)
    shopping.page.locator("[data-role=reopen]").click()
    expect(shopping.page.locator(".shopping")).to_be_visible()
    shopping.wedge(SPAGHETTI)
    expect(shopping.line(SPAGHETTI)).to_be_visible()

    shopping.pay()

    expect(shopping.page.locator(".pay-card").first).to_be_visible()
    expect(shopping.page.locator(".bill .due")).to_contain_text("3.28")


def test_the_receipt_survives_a_reload_and_a_new_trip_starts_empty(shopping: Tablet) -> None:
    sealed(shopping)
    shopping.page.locator("[data-source=approve]").click()
    expect(shopping.page.locator(".receipt .pass")).to_have_count(2)
    shopping.page.reload()
    expect(shopping.page.locator(".receipt .pass")).to_have_count(2)

    shopping.page.get_by_role("button", name="New trip").click()
    expect(shopping.page.locator(".idle")).to_be_visible()
    shopping.page.reload()
    shopping.connected()
    shopping.start()

    expect(shopping.page.locator(".line")).to_have_count(0)
    wait_for(lambda: shopping.server.store.journal[-1]["kind"] == "start")
