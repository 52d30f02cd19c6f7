"""The guide for cart makers is held against the client that it describes."""

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from carts.client import BEHAVIOURS, RestClient
from carts.simulator.scripts import SCRIPTS

from .fake_server import FakeServer

GUIDE = (Path(__file__).parents[3] / "docs" / "cart-makers.md").read_text(encoding="utf-8")
CHECKOUT = {"id": "c1", "trip": "t", "state": "cleared", "amount": 250, "currency": "EUR", "exponent": 2}
STORE = {"id": 1, "code": "main", "name": "Main", "currency": "EUR", "exponent": 2}


def answer(request: httpx.Request) -> httpx.Response:
    if request.url.path.endswith("/device/enrol"):
        body: dict[str, Any] = {"token": "good-token", "cart": {"id": "7", "label": "C7"}, "store": STORE}
        return httpx.Response(201, json=body | {"retailer": {"name": "R"}})
    state = "paid" if request.url.path.endswith("/payments") else "cleared"
    return httpx.Response(201, json=CHECKOUT | {"state": state})


def test_the_guides_program_runs_as_it_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = re.search(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    assert program is not None
    names: dict[str, Any] = {}
    whole = RestClient.__init__

    def over_a_fake(self: RestClient, server: str, **given: Any) -> None:
        whole(self, server, transport=httpx.MockTransport(answer), **given)

    monkeypatch.setattr(RestClient, "__init__", over_a_fake)
    exec(program.group(1), names)

    async def go() -> str:
        async with FakeServer() as server:
            server.trip = {"id": "t", "state": "shopping", "mode": "cart"}
            state: str = await names["run_cart"](server.address, tmp_path, "K7QD-M2XR")
            assert [event["kind"] for event in server.of_type("event")] == ["start", "scan", "seal"]
            return state

    assert asyncio.run(go()) == "paid"


def test_the_guides_table_of_closes_is_the_clients() -> None:
    table = dict(re.findall(r"^\| (\d{4}) \| `(\w+)` \|", GUIDE, re.MULTILINE))

    assert table == {str(close): behaviour.code for close, behaviour in BEHAVIOURS.items()}


def test_the_guide_names_every_script() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", GUIDE, re.MULTILINE))

    assert rows == {name: script.about for name, script in SCRIPTS.items()}
