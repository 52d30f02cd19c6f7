"""Two servers behind a balancer on PostgreSQL, Redis and RabbitMQ: one is killed, and its carts go on at the other."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from carts.client import Command, Incoming, RestClient, Storage, TokenFile, Welcome
from carts.simulator.cameralink import CameraLink
from carts.simulator.cart import VirtualCart
from carts.simulator.enrolment import obtain_token
from carts.simulator.pace import Pace
from carts.simulator.scripts import SCRIPTS
from carts.simulator.truth import CartPlan, read_truth
from carts.simulator.visit import Visit
from carts.simulator.world import World
from deploy.production_like import NEEDED, Installation, Server, installation
from tests.journeys.running import NO_AUDITS, run
from tests.journeys.staff import Ben

pytestmark = [
    pytest.mark.journey,
    pytest.mark.skipif(not all(os.environ.get(name) for name in NEEDED), reason="needs PostgreSQL, Redis and a broker"),
]
SPEED = 8.0
STREAM = "/ws/cart/"
PATIENCE_S = 60.0  # for what takes a second or two; a loaded machine may take longer
TRIP_S = 150.0
EVENTS = "SELECT seq, kind, outcome, trip_id FROM carts_journalentry WHERE stream = %s ORDER BY seq"
DOUBTS = "SELECT state, reasons FROM checkout_escalation"
DISCREPANCIES = "SELECT kind, opened_ms, state, explanation FROM carts_discrepancy WHERE trip_id = %s ORDER BY number"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(tmp_path_factory.mktemp("site")) as running:
        run(running.environment, "shell", "--verbosity", "0", "--command", NO_AUDITS)
        yield running


@dataclass
class Ana:
    """A shopper with her cart, seen from the cart's side and from the database."""

    cart: VirtualCart
    visit: Visit
    site: Installation
    heard: list[Incoming]

    async def mid_trip(self, lines: int) -> str:
        """Wait until so many lines lie in the basket; the trip's id."""
        await self.cart.client.until(lambda state: len(state.lines) >= lines, PATIENCE_S)
        trip = self.cart.client.state.trip
        assert trip is not None
        return trip.id

    async def next_server(self, epoch: int) -> None:
        """Wait until she is connected again, after the connection of this epoch."""
        await self.cart.client.until(lambda state: (state.epoch or 0) > epoch, PATIENCE_S)

    @property
    def epochs(self) -> int:
        """How many connections this cart has had."""
        return sum(isinstance(message, Welcome) for message in self.heard)

    def rows(self, query: str, key: object) -> list[dict[str, Any]]:
        with psycopg.connect(self.site.environment["DATABASE_URL"], row_factory=dict_row) as connection:
            return connection.execute(query.encode(), [key]).fetchall()

    def unlike_what_was_acknowledged(self) -> list[str]:
        """How the journal differs from what this cart was told is on disk."""
        told = {seq: (result.event, result.outcome) for seq, result in self.cart.client.state.results.items()}
        kept = [
            (row["seq"], (row["kind"], row["outcome"])) for row in self.rows(EVENTS, self.cart.client.storage.stream)
        ]
        faults = [f"seq {seq} was told {told.get(seq)}, kept {event}" for seq, event in kept if told.get(seq) != event]
        if [seq for seq, _ in kept] != list(range(1, self.cart.client.storage.last + 1)):
            faults.append(f"seqs kept: {[seq for seq, _ in kept]}, given out to {self.cart.client.storage.last}")
        return faults


def world_of(site: Installation) -> World:
    truth = read_truth(site.folder / "demo" / "truth.json")
    return World(site.url, truth, site.folder / "simulator", Pace(SPEED), seed=5, camera=CameraLink(site.camera))


@contextlib.asynccontextmanager
async def ana_at(site: Installation, folder: Path, world: World, *, place: int = 0) -> AsyncIterator[Ana]:
    """Enrolled, connected, with an empty cart; `place` chooses one of the demo's carts."""
    plan: CartPlan = world.truth.carts[place]
    storage = Storage(folder / f"{place}.sqlite3")
    try:
        async with RestClient(site.url, storage=storage) as rest:
            # The token outlives a test: the demo's code of a cart is good once.
            await obtain_token(plan, TokenFile(world.cart_folder(plan.label) / "token"), rest)
            random = world.random(plan.label)
            async with VirtualCart(
                plan.label, server=site.url, rest=rest, storage=storage, pace=world.pace, random=random
            ) as cart:
                heard: list[Incoming] = []
                cart.client.listen(heard.append)
                yield Ana(cart, Visit(cart, SCRIPTS["honest"], world), site, heard)
    finally:
        storage.close()


def kill(server: Server) -> None:
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)


def told(site: Installation, story: Coroutine[Any, Any, None], seconds: float = TRIP_S) -> None:
    """Run a story to its end; if it does not come there, say what the servers said."""
    try:
        asyncio.run(asyncio.wait_for(story, seconds))
    except TimeoutError:
        ends = {server.port: server.process.poll() for server in site.servers}
        with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
            doubts = connection.execute(DOUBTS.encode()).fetchall()
        pytest.fail(
            f"the story did not end; exit codes of the servers {ends}; looked into: {doubts};"
            f" the processes' log:\n{site.log[-3000:]}"
        )


def test_a_command_of_staff_reaches_a_cart_on_the_other_server(site: Installation, tmp_path: Path) -> None:
    async def story() -> None:
        async with ana_at(site, tmp_path, world_of(site)) as ana:
            trip = asyncio.create_task(ana.visit.run())
            trip_id = await ana.mid_trip(1)
            (here,) = site.balancer.holders(STREAM)
            elsewhere = next(server for server in site.servers if server.port != here[1])

            ben = await asyncio.to_thread(Ben, elsewhere.url)
            await asyncio.to_thread(ben._post, f"/console/trips/{trip_id}/commands/locate/", {})
            await ana.cart.client.until(lambda state: commands(ana.heard) != [], PATIENCE_S)
            ben.close()

            assert commands(ana.heard) == ["locate"]
            assert await trip == "paid"

    told(site, story())


def test_the_carts_of_a_killed_server_go_on_at_the_other(site: Installation, tmp_path: Path) -> None:
    async def story() -> None:
        world = world_of(site)
        async with ana_at(site, tmp_path, world) as ana, ana_at(site, tmp_path, world, place=1) as bea:
            trips = [asyncio.create_task(one.visit.run()) for one in (ana, bea)]
            ids = [await one.mid_trip(2) for one in (ana, bea)]

            killed, left = two_servers(site)
            kill(killed)
            ends = await asyncio.gather(*trips)

            assert ends == ["paid", "paid"]
            assert site.balancer.holders(STREAM) == [("127.0.0.1", left.port)] * 2
            for one, trip_id in zip((ana, bea), ids, strict=True):
                assert one.unlike_what_was_acknowledged() == []
                assert one.rows(DISCREPANCIES, trip_id) == []
                assert {str(row["trip_id"]) for row in one.rows(EVENTS, one.cart.client.storage.stream)} == {trip_id}
            assert ana.epochs + bea.epochs > 2  # at least one of them was cut and came back

    told(site, story())


def test_what_is_checked_after_a_takeover_tells_one_that_forgot_the_trip(site: Installation, tmp_path: Path) -> None:
    """The control: had the events not been on disk, the checks above would fail."""
    site.revive()

    async def story() -> None:
        async with ana_at(site, tmp_path, world_of(site)) as ana:
            trip = asyncio.create_task(ana.visit.run())
            trip_id = await ana.mid_trip(3)
            epoch = ana.cart.client.state.epoch or 0

            site.balancer.hold()
            kill(two_servers(site)[0])
            forget_what_was_bought(site, trip_id)
            site.balancer.release()
            await ana.next_server(epoch)
            await ana.cart.client.until(lambda state: bool(state.discrepancies), PATIENCE_S)
            trip.cancel()
            await asyncio.gather(trip, return_exceptions=True)

            assert ana.unlike_what_was_acknowledged() != []
            assert ana.rows(DISCREPANCIES, trip_id) != []

    told(site, story())


def two_servers(site: Installation) -> tuple[Server, Server]:
    """One that holds a cart's stream, and the other."""
    port = site.balancer.holders(STREAM)[0][1]
    holder = next(server for server in site.servers if server.port == port)
    return holder, next(server for server in site.servers if server is not holder)


def commands(heard: list[Incoming]) -> list[str]:
    return [message.name for message in heard if isinstance(message, Command)]


def forget_what_was_bought(site: Installation, trip_id: str) -> None:
    """Take away what a takeover is made from, as if it had never been on disk: all but the start and the newest scan.

    Were the newest gone too, the cart would be asked for all of them again, still have them, and heal the journal.
    """
    with psycopg.connect(site.environment["DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM carts_snapshot WHERE trip_id = %s", [trip_id])
        connection.execute(
            "DELETE FROM carts_journalentry WHERE trip_id = %(trip)s AND kind IN ('scan', 'level') AND id <"
            " (SELECT max(id) FROM carts_journalentry WHERE trip_id = %(trip)s AND kind = 'scan')",
            {"trip": trip_id},
        )
