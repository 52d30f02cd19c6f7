"""`make screenshots`: every page at three sizes, of a store where carts are shopping, into docs/screenshots."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import django
from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from console.demo.people import PASSWORD  # noqa: E402  needs the apps to be loaded
from tests.journeys.running import ROOT, RunningStore, running_store  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"": (1280, 800), "-wide": (1920, 1080), "-phone": (390, 844)}
OFFICE = (
    "reports", "policy", "disputes", "refunds", "day", "stock", "weights", "cameras", "undelivered",
)  # fmt: skip
CHROMIUM = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-quic",
]  # fmt: skip


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, running_store(Path(folder)) as store, sync_playwright() as player:
        log = Path(folder) / "carts.log"
        command = [sys.executable, "manage.py", "simulate", "carts", "--server", store.url, "--speed", "3"]
        with log.open("wb") as out:
            carts = subprocess.Popen([*command, "--camera", store.camera], cwd=ROOT, env=store.environment, stdout=out)
        try:
            browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
            _all(browser, store, log)
        finally:
            carts.terminate()
            carts.wait()
    print(f"{len(list(FOLDER.glob('*.png')))} pictures in {FOLDER.relative_to(ROOT)}")


def _all(browser: Browser, store: RunningStore, log: Path) -> None:
    tablet = browser.new_page(viewport={"width": 1280, "height": 800})
    _shop(tablet, store)
    _wait_for(log, "receipt: ")
    receipt = re.findall(r"(/r/\S+/)", log.read_text())[-1]
    _shoot(tablet, "tablet")
    page = browser.new_page()
    _shoot_at(page, store.url + receipt, "receipt")
    _shoot_at(page, f"{store.url}/console/login/", "login")
    _log_in(page, f"{store.url}/console/login/", "ben@hillandvale.example")
    board = page.url
    _wait_for(log, "in_review")
    _shoot_at(page, board, "board")
    review = page.get_attribute('a[href*="/console/reviews/"]', "href")
    trip = page.get_attribute('a[href*="/console/trips/"]', "href")
    _shoot_at(page, store.url + (trip or ""), "trip")
    _shoot_at(page, store.url + (review or ""), "review")
    for name in ("trips", "fleet"):
        _shoot_at(page, f"{board}{name}/", name)
    manager = browser.new_page()
    _log_in(manager, f"{store.url}/console/login/", "mia@hillandvale.example")
    for name in OFFICE:
        _shoot_at(manager, f"{board}{name}/", name)
    _shoot_at(manager, f"{store.url}/console/account/", "account")
    _shoot_at(page, f"{store.url}/api/docs/", "api")
    admin = browser.new_page()
    _log_in(admin, f"{store.url}/admin/login/", "ada@hillandvale.example")
    _shoot_at(admin, f"{store.url}/admin/", "admin-home")
    _shoot_at(admin, f"{store.url}/admin/inventory/product/", "admin")


def _shop(page: Page, store: RunningStore) -> None:
    """Pair the tablet page, put four things in, the last of them unscanned, and wait for the advice."""
    truth = json.loads((store.data / "demo" / "truth.json").read_text())
    page.goto(f"{store.url}/tablet/?code={truth['tablets'][0]['enrolment_code']}")
    page.locator(".pairing button[type=submit]").click()
    page.locator(".idle .button.main").click()
    *scanned, forgotten = [code for code in truth["products"] if len(code) == 13][:4]
    for code in scanned:
        _act(page, code, "Scan")
        _act(page, code, "Put")
        page.locator(f".line[data-code='{code}'][data-status='verified']").wait_for(timeout=30_000)
    _act(page, forgotten, "Put")
    page.locator(".ask-card").first.wait_for(timeout=30_000)


def _act(page: Page, code: str, name: str) -> None:
    page.locator(f".thing[data-code='{code}']").get_by_role("button", name=name).last.click()


def _log_in(page: Page, address: str, user: str) -> None:
    page.goto(address)
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def _shoot_at(page: Page, address: str, name: str) -> None:
    for suffix, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        page.wait_for_load_state("load")
        page.wait_for_timeout(1200)  # plots and fragments have come by then
        page.screenshot(path=FOLDER / f"{name}{suffix}.png")


def _shoot(page: Page, name: str) -> None:
    for suffix, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        page.screenshot(path=FOLDER / f"{name}{suffix}.png")


def _wait_for(log: Path, text: str, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while text not in log.read_text():
        if time.monotonic() > deadline:
            raise SystemExit(f"the simulated carts never said {text!r}")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
