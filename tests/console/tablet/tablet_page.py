"""The tablet page as its user sees it, for tests."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.console.tablet.fake_server import FakeServer

OAT = "4006381333931"
SPAGHETTI = "4006381333962"
EGGS = "4006381334020"
BANANAS = "4011"


class Tablet:
    def __init__(self, page: Page, server: FakeServer) -> None:
        self.page, self.server = page, server
        self.faults: list[str] = []
        self.addresses: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda message: self._said(message.text))
        page.on("request", lambda request: self.addresses.append(request.url))

    def _said(self, text: str) -> None:
        if "Content Security Policy" in text or "Uncaught" in text:
            self.faults.append(text)

    def open(self, query: str = "") -> None:
        self.page.goto(f"{self.server.url}/tablet/{query}")

    def pair(self) -> None:
        self.open(f"?code={self.server.store.code}")
        self.page.locator(".pairing button[type=submit]").click()
        expect(self.page.locator(".idle")).to_be_visible()
        self.connected()

    def start(self) -> None:
        self.page.locator(".idle .button.main").click()
        expect(self.page.locator(".shopping")).to_be_visible()
        wait_for(lambda: self.server.store.state == "shopping")
        self.settled()

    def connected(self) -> None:
        expect(self.page.locator(".link")).to_have_attribute("data-phase", "open")

    def settled(self) -> None:
        """Everything that the tablet held is acknowledged."""
        expect(self.page.locator(".link")).to_have_attribute("data-unsent", "0")

    def wedge(self, code: str) -> None:
        """Types a code as a hardware scanner does: all keys at once, and Enter."""
        self.page.evaluate(
            """code => {
                const focus = document.activeElement ?? document.body;
                for (const key of [...code, "Enter"])
                    focus.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
            }""",
            code,
        )

    def thing(self, code: str, act: int) -> None:
        self.page.locator(f".thing[data-code='{code}'] button").nth(act).click()

    def scan(self, code: str) -> None:
        self.thing(code, 1)

    def put(self, code: str) -> None:
        self.thing(code, 2)

    def line(self, code: str) -> Any:
        return self.page.locator(f".line[data-code='{code}']")

    def cut(self) -> None:
        """The network is gone: no answer to any call, and the socket falls."""
        self.server.deaf = True
        self.server.close(1012)
        expect(self.page.locator(".link")).to_have_attribute("data-phase", "waiting")

    def mend(self) -> None:
        self.server.deaf = False
        self.page.evaluate("dispatchEvent(new Event('online'))")
        self.connected()

    def stored(self) -> list[dict[str, Any]]:
        """The events on the tablet's disk."""
        script = """async () => {
            const db = await import("/static/console/tablet/core/db.js");
            return db.transact(["events"], "readonly", ({events}) => db.done(events.getAll()));
        }"""
        found: list[dict[str, Any]] = self.page.evaluate(script)
        return found

    def pay(self) -> None:
        self.page.locator("[data-role=pay]").click()
        expect(self.page.locator(".checkout")).to_be_visible()


def wait_for(holds: Callable[[], object], seconds: float = 10) -> None:
    """Waits until something of the server holds; a server in a thread has no event to wait on."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.02)
