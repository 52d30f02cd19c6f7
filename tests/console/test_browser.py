"""The console in a real browser: live beside another, by keyboard, on a phone, without a network, for everybody."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.console.site import ACCOUNT, ROOT, SignIn, Site

pytestmark = pytest.mark.browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def test_no_page_complains_and_no_request_leaves_the_host(site: Site, sign_in: SignIn) -> None:
    page = sign_in("max")
    complaints: list[str] = []
    hosts: set[str] = set()
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]) if "://" in request.url else None)

    for path in site.pages:
        page.goto(path)
        expect(page.locator("#liveness")).to_have_attribute("data-state", "live")

    assert complaints == []
    assert hosts == {site.host}


@pytest.mark.parametrize(("scheme", "size"), [("light", (1280, 800)), ("dark", (390, 844))])
def test_every_page_holds_wcag_2_2_aa(site: Site, sign_in: SignIn, scheme: str, size: tuple[int, int]) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci")
    page = sign_in("max", color_scheme=scheme, viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    found = {}
    for path in [*site.pages, *ACCOUNT, "taken", "/console/stores/999/"]:
        if path == "taken":
            page.goto(site.review)
            page.get_by_role("button", name="Take this review").click()
            page.get_by_role("button", name="Refuse").wait_for()
        else:
            page.goto(path)
        page.add_script_tag(path=AXE)
        violations = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
        if violations:
            found[path] = [(item["id"], [node["html"][:200] for node in item["nodes"][:3]]) for item in violations]

    assert found == {}, json.dumps(found, indent=1)


def test_two_people_at_one_review_see_each_other_and_one_decides(site: Site, sign_in: SignIn) -> None:
    sue, ben = sign_in("sue"), sign_in("ben")
    sue.goto(site.review)
    ben.goto(site.review)

    sue.keyboard.press("t")

    expect(ben.locator(".head .chip")).to_have_text("With Sue Lindqvist", timeout=2_500)
    expect(ben.get_by_role("button", name="Take this review")).to_have_count(0)
    expect(sue.locator(".head .chip")).to_have_text("With you")


def test_a_review_is_settled_by_keyboard_alone(site: Site, sign_in: SignIn) -> None:
    sue, ben = sign_in("sue"), sign_in("ben")
    ben.goto(site.trip)
    sue.keyboard.press("n")
    sue.wait_for_url(re.compile("/reviews/"))
    expect(sue.locator("#settle")).to_contain_text("Clear: all is well")

    sue.keyboard.press("a")
    sue.keyboard.press("j")
    sue.keyboard.press("j")
    sue.keyboard.press("+")
    expect(sue.locator("#settle")).to_contain_text("Correct 2 lines, then clear")
    sue.keyboard.press("c")

    sue.wait_for_url(re.compile(r"/stores/\d+/$"))
    expect(sue.get_by_text("Cart 04 is corrected and can pay.")).to_be_visible()
    expect(ben.locator("#trip")).to_contain_text("Lines corrected", timeout=2_500)
    expect(ben.locator(".basket")).to_contain_text("Peanut butter 350 g")


def test_what_one_has_typed_survives_a_fresh_look(site: Site, sign_in: SignIn) -> None:
    sue = sign_in("sue")
    sue.goto(site.review)
    sue.keyboard.press("t")
    sue.locator("#settle").wait_for()
    sue.locator(".lines input").first.fill("3")
    sue.keyboard.press("Escape")

    sue.evaluate(
        "() => { const review = document.getElementById('review');"
        " review.dataset.seen = ''; review.dispatchEvent(new CustomEvent('look')); }"
    )
    sue.wait_for_function("() => document.getElementById('review').dataset.seen !== ''")

    expect(sue.locator(".lines input").first).to_have_value("3")
    expect(sue.locator("#settle")).to_contain_text("Correct 1 line, then clear")


def test_a_refusal_without_a_reason_says_so_in_the_dialog(site: Site, sign_in: SignIn) -> None:
    sue = sign_in("sue")
    sue.goto(site.review)
    sue.keyboard.press("t")
    sue.locator("#settle").wait_for()

    sue.keyboard.press("x")
    sue.get_by_role("button", name="Refuse the sale").click()

    expect(sue.get_by_role("dialog").get_by_role("alert")).to_have_text("Choose a reason for the refusal.")


def test_without_the_socket_the_board_polls_and_stays_right(site: Site, sign_in: SignIn) -> None:
    sue, ben = sign_in("sue"), sign_in("ben")
    ben.route_web_socket(re.compile("/ws/console/"), lambda ws: ws.close(code=1012))
    ben.goto(site.board)
    expect(ben.locator("#liveness")).to_have_attribute("data-state", "polling")

    sue.goto(site.review)
    sue.keyboard.press("t")

    expect(ben.locator(".queue")).to_contain_text("Sue Lindqvist", timeout=4_000)


def test_a_cut_network_is_shown_and_a_decision_is_not_lost_in_silence(site: Site, sign_in: SignIn) -> None:
    sue = sign_in("sue")
    sue.goto(site.review)
    sue.keyboard.press("t")
    sue.locator("#settle").wait_for()

    sue.context.set_offline(True)
    sue.keyboard.press("c")

    expect(sue.locator("#problem")).to_contain_text("Nothing was changed")
    expect(sue.locator("#liveness")).to_have_attribute("data-state", "offline", timeout=15_000)
    sue.context.set_offline(False)
    expect(sue.locator("#liveness")).to_have_attribute("data-state", re.compile("live|polling"), timeout=15_000)


def test_the_question_mark_lists_the_keys(site: Site, sign_in: SignIn) -> None:
    page = sign_in("sue")

    page.keyboard.press("?")

    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_the_board_can_be_walked_and_searched_by_keys(site: Site, sign_in: SignIn) -> None:
    page = sign_in("sue")

    page.keyboard.press("/")
    page.keyboard.type("cart 0")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")

    expect(page.locator(".row-link:focus")).to_have_text("Cart 02")
    page.get_by_label("Find a cart").fill("99")
    expect(page.get_by_text("No cart fits.")).to_be_visible()


def test_on_a_phone_nothing_overflows_and_the_decision_is_within_a_thumbs_reach(site: Site, sign_in: SignIn) -> None:
    phone = sign_in("max", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)

    for path in [*site.pages, *ACCOUNT]:
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
    phone.goto(site.review)
    phone.get_by_role("button", name="Take this review").tap()
    settle = phone.locator("#settle")
    settle.wait_for()
    box = settle.bounding_box()

    assert box is not None
    assert box["y"] > 844 * 0.6
    assert box["height"] >= 44


def test_the_plot_shows_the_moment_in_question(site: Site, sign_in: SignIn) -> None:
    page = sign_in("sue")
    page.goto(site.trip)
    page.locator("#plot canvas").wait_for()

    page.locator(".timeline .discrepancy button").first.click()
    page.locator("#plot .u-over").hover()

    expect(page.locator(".plot-tip")).to_contain_text("Weight without a scan")
