"""A running server with the showcase in it, and people who sign in there with a browser."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page

from tests.console.world import PASSWORD
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
STORE_PAGES = (
    "trips", "fleet", "policy", "reports", "disputes", "refunds", "day", "stock", "weights", "cameras", "undelivered",
    "webhooks",
)  # fmt: skip
ACCOUNT = ("/console/account/", "/console/account/two-factor/")


class Site:
    """A running server with the showcase in it."""

    def __init__(self, url: str, ids: dict[str, Any]) -> None:
        self.url, self.host = url, url.split("//")[1]
        self.board = f"/console/stores/{ids['store']}/"
        self.review = f"/console/reviews/{ids['review']}/"
        self.trip = f"/console/trips/{ids['trip']}/"
        self.pages = [
            self.board,
            self.review,
            self.trip,
            *(f"{self.board}{name}/" for name in STORE_PAGES),
            f"{self.board}weights/{ids['product']}/",
            f"/console/disputes/{ids['dispute']}/",
            f"/console/sales/{ids['sale']}/",
            f"/console/rescans/{ids['rescan']}/",
        ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A data folder with the showcase in it; each test gets a copy."""
    folder = tmp_path_factory.mktemp("showcase")
    command = [sys.executable, "-m", "tests.console.showcase"]
    made = subprocess.run(command, env=environment(folder), cwd=ROOT, check=True, capture_output=True)
    return folder, json.loads(made.stdout)


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
    return kept | {"DATA_DIR": str(folder), "DEBUG": "1", "LOG_LEVEL": "ERROR"}


@pytest.fixture
def site(filled: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[Site]:
    """A server of this test's own on a free port."""
    folder = tmp_path / "data"
    shutil.copytree(filled[0], folder)
    port = str(free_port())
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--ws", "websockets-sansio"]
    command += ["--port", port, "--log-level", "warning"]
    server = subprocess.Popen(command, env=environment(folder), cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/console/login/", server)
        yield Site(f"http://127.0.0.1:{port}", filled[1])
    finally:
        server.terminate()
        server.wait(10)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Until the server answers; fails when it ended instead."""
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            urlopen(url).close()
        except URLError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the server never answered")


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(site: Site, chromium: Browser) -> SignIn:
    """A page of a person who has signed in; it fails on anything that the browser complains of."""

    def open_page(name: str, **options: Any) -> Page:
        page = chromium.new_context(base_url=site.url, **options).new_page()
        page.goto("/console/login/")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(r"/console/stores/\d+/$"))
        return page

    return open_page
