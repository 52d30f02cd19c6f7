"""What the client does when a connection ends: the contract's table of close codes."""

import asyncio

import pytest

from carts.client import EnrolmentNeeded, Stopped, Storage

from .conftest import Carts
from .fake_server import FakeServer


@pytest.mark.parametrize("code", [1012, 4408, 1001, 1011])
def test_a_restart_or_a_time_out_is_followed_by_a_reconnect(cart_on: Carts, code: int) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.closes = [code]
            async with cart_on(server) as cart:
                result = await cart.outcome(cart.start(), 10)

            assert result.outcome == "started"
            assert len(server.hellos) == 2

    asyncio.run(go())


@pytest.mark.parametrize(
    ("close", "code"), [(4400, "malformed"), (4403, "forbidden"), (4406, "no_common_subprotocol"), (4409, "superseded")]
)
def test_a_close_that_forbids_it_is_not_followed_by_a_reconnect(cart_on: Carts, close: int, code: str) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.closes = [close]
            async with cart_on(server) as cart:
                with pytest.raises(Stopped) as stopped:
                    await cart.outcome(cart.start(), 5)

            assert (stopped.value.code, stopped.value.close) == (code, close)
            assert len(server.hellos) == 1

    asyncio.run(go())


def test_a_token_that_is_not_taken_asks_for_a_new_enrolment(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server, token="revoked") as cart:
            with pytest.raises(EnrolmentNeeded):
                await cart.outcome(cart.start(), 5)

            assert server.hellos == []

    asyncio.run(go())


def test_a_server_without_the_subprotocol_stops_the_client(cart_on: Carts) -> None:
    async def go() -> None:
        server = FakeServer()
        server.subprotocol = None
        async with server, cart_on(server) as cart:
            with pytest.raises(Stopped) as stopped:
                await cart.outcome(cart.start(), 5)

            assert stopped.value.code == "no_common_subprotocol"

    asyncio.run(go())


def test_a_conflict_quarantines_the_storage_until_it_is_renewed(cart_on: Carts, storage_path: object) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.closes = [4422]
            async with cart_on(server) as cart:
                with pytest.raises(Stopped, match="conflict"):
                    await cart.outcome(cart.start(), 5)

            async with cart_on(server) as cart:
                with pytest.raises(Stopped, match="quarantined"):
                    await cart.outcome(cart.scan("1"), 5)
            assert len(server.hellos) == 1

            storage = Storage(str(storage_path))
            storage.renew()
            storage.close()
            async with cart_on(server) as cart:
                assert (await cart.outcome(cart.start(), 5)).seq == 1

    asyncio.run(go())
