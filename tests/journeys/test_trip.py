"""The way through it, over real sockets: a cart shops, the server checks, a person settles it, a receipt comes out."""

import asyncio
import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from carts.simulator.cameralink import CameraLink
from carts.simulator.pace import Pace
from carts.simulator.scripts import SCRIPTS
from carts.simulator.shopping import shop_once
from carts.simulator.truth import CartPlan, read_truth
from carts.simulator.world import World
from tests.journeys.running import RunningStore
from tests.journeys.staff import Ben

pytestmark = pytest.mark.journey
SPEED = 12.0


class Story:
    """A teller that keeps what is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, who: str, text: str) -> None:
        self.lines.append(f"{who}: {text}")

    def told(self, pattern: str) -> list[str]:
        return [line for line in self.lines if re.search(pattern, line)]


def world_of(store: RunningStore, story: Story) -> World:
    return World(
        server=store.url,
        truth=read_truth(store.data / "demo" / "truth.json"),
        folder=store.data / "simulator",
        pace=Pace(SPEED),
        seed=3,
        camera=CameraLink(store.camera),
        review_minutes=50,
        teller=lambda name: story,
    )


def shop(store: RunningStore, script: str, beside: Callable[[], object] | None = None) -> tuple[str, Story]:
    """One trip by a script, with somebody else doing something beside it."""
    story = Story()
    world = world_of(store, story)
    plan: CartPlan = next(plan for plan in world.truth.carts if plan.script == script)

    async def both() -> str:
        other: Awaitable[object] = asyncio.to_thread(beside) if beside else asyncio.sleep(0)
        end, _ = await asyncio.gather(shop_once(plan, SCRIPTS[script], world), other)
        return end

    try:
        return asyncio.run(asyncio.wait_for(both(), 300)), story
    except TimeoutError:
        log = (store.data / "processes.log").read_text()[-3000:]
        pytest.fail("\n".join([*story.lines[-40:], "the processes' log:", log]))


def receipt_of(store: RunningStore, story: Story) -> str:
    path = story.told(r"/r/")[-1].split()[-1]
    return path if path.startswith("http") else store.url + path


def test_an_honest_shopper_gets_from_enrolment_to_receipt_and_out_without_an_alarm(store: RunningStore) -> None:
    end, story = shop(store, "honest")

    assert end == "paid", "\n".join(story.lines)
    assert story.told("discrepancy") == []
    assert story.told("gate: opens once") != []
    page = httpx.get(receipt_of(store, story))
    document = httpx.get(receipt_of(store, story) + "receipt.pdf")
    assert page.status_code == 200
    assert "scanned and weighed" in page.text
    assert document.content.startswith(b"%PDF")


def test_a_forgotten_scan_is_noticed_put_right_by_the_shopper_and_paid(store: RunningStore) -> None:
    end, story = shop(store, "forgetful")

    assert end == "paid", "\n".join(story.lines)
    assert story.told("unscanned") != []
    assert story.told("cleared") != []


def test_a_trip_in_doubt_is_looked_at_and_settled_by_staff_before_it_is_paid(store: RunningStore) -> None:
    def ben_settles_it() -> None:
        ben = Ben(store.url)
        review = ben.waiting_review()
        picture = ben.http.get(ben.pictures(review)[0])
        assert picture.headers["content-type"] == "image/jpeg"
        ben.settle(review, conclusion="cleared", cause="forgot_scan", note="Counted it: all paid for.")
        ben.close()

    end, story = shop(store, "review", beside=ben_settles_it)

    assert end == "paid", "\n".join(story.lines)
    assert story.told("in_review") != []
    assert httpx.get(receipt_of(store, story)).status_code == 200


def test_a_store_next_door_sees_nothing_of_it(store: RunningStore) -> None:
    cal = Ben(store.url, "cal@hillandvale.example")
    ben = Ben(store.url)
    board = ben.http.get("/console/").url.path

    foreign = cal.http.get(board)
    absent = cal.http.get("/console/stores/999999/")

    assert foreign.status_code == absent.status_code == 404
    cal.close()
    ben.close()
