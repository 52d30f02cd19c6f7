"""The client keeps its side of the wire contract, over real sockets."""

import asyncio

import pytest

from carts.client import CartClient, Stopped, Storage, stream_url
from carts.client.storage import KEPT_AFTER_ACK

from .conftest import SCALE, Carts
from .fake_server import FakeServer


def test_the_stream_begins_with_hello_and_nothing_of_the_token_is_in_it(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            await server.until(lambda: server.hellos)

            hello = server.hellos[0]
            assert hello["type"] == "hello"
            assert (hello["first"], hello["last"], hello["seen"]) == (None, None, None)
            assert hello["scale"] == {"division_g": 1.0, "capacity_g": 40000.0, "rate_hz": 10.0}
            assert hello["stream"] == cart.storage.stream
            assert "good-token" not in str(hello)
            assert "ticket" not in hello

    asyncio.run(go())


def test_events_are_numbered_without_holes_and_answered(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            cart.start()
            cart.scan("4011", source="keyed", quantity=2)

            result = await cart.outcome(cart.remove(code="4011"), 5)

            assert result.outcome == "removed"
            assert [(event["seq"], event["kind"]) for event in server.of_type("event")] == [
                (1, "start"),
                (2, "scan"),
                (3, "remove"),
            ]
            assert server.kept[2]["data"] == {"code": "4011", "source": "keyed", "quantity": 2}

    asyncio.run(go())


def test_what_is_recorded_before_there_is_a_connection_is_sent_after_a_restart(
    cart_on: Carts, storage_path: object
) -> None:
    async def go() -> None:
        offline = Storage(str(storage_path))
        cart = CartClient(server="http://127.0.0.1:9", token="x", storage=offline, scale=SCALE)
        cart.start()
        cart.scan("4011")
        stream = offline.stream
        offline.close()

        async with FakeServer() as server, cart_on(server) as later:
            await later.outcome(2, 5)

            assert server.hellos[0]["stream"] == stream
            assert (server.hellos[0]["first"], server.hellos[0]["last"]) == (1, 2)
            assert later.scan("4012") == 3

    asyncio.run(go())


def test_never_more_events_are_in_flight_than_there_are_credits(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.credits, server.acks_held = 4, True
            async with cart_on(server) as cart:
                for number in range(12):
                    cart.scan(str(number))
                await server.until(lambda: len(server.kept) == 4)

                await server.release_acks()
                await cart.outcome(12, 5)

                assert server.most_in_flight == 4
                assert sorted(server.kept) == list(range(1, 13))

    asyncio.run(go())


def test_after_a_cut_line_the_cart_goes_on_from_what_the_server_kept(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            await cart.outcome(cart.start(), 5)

            server.acks_held = True
            cart.scan("1")
            await server.until(lambda: 2 in server.kept)
            del server.kept[2]
            server.acks_held = False
            server.cut()
            await cart.outcome(2, 5)

            assert len(server.hellos) == 2
            assert [event["seq"] for event in server.of_type("event")] == [1, 2, 2]
            assert server.of_type("event")[1] == server.of_type("event")[2]

    asyncio.run(go())


def test_an_outcome_lost_with_the_line_is_asked_for_again(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            await cart.outcome(cart.start(), 5)

            server.answers_held = True
            cart.scan("1")
            await server.until(lambda: server.acked == 2)
            server.answers_held = False
            server.cut()
            result = await cart.outcome(2, 5)

            assert result.outcome == "added"

    asyncio.run(go())


def test_an_event_that_the_server_will_never_take_becomes_a_skip(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.malformed = {"bad"}
            async with cart_on(server) as cart:
                cart.start()
                cart.scan("bad")

                result = await cart.outcome(cart.scan("good"), 5)

                assert result.outcome == "added"
                skip = server.of_type("skip")[0]
                assert (skip["from"], skip["to"]) == (2, 2)

    asyncio.run(go())


@pytest.mark.parametrize("named", [1, 2])
def test_a_gap_is_filled_from_the_first_event_that_is_not_acknowledged(cart_on: Carts, named: int) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            server.acks_held = True
            cart.start()
            cart.scan("1")
            await server.until(lambda: 2 in server.kept)
            server.kept.clear()

            server.acks_held = False
            await server.say({"type": "error", "code": "gap", "detail": "expected 1", "seq": named, "retry": True})

            assert (await cart.outcome(2, 5)).outcome == "added"

    asyncio.run(go())


def test_events_that_the_cart_no_longer_holds_are_owned_up_to(cart_on: Carts, storage_path: object) -> None:
    async def go() -> None:
        storage = Storage(str(storage_path))
        for number in range(KEPT_AFTER_ACK + 3):
            storage.append("scan", {"code": str(number)}, number)
        storage.acknowledge(KEPT_AFTER_ACK + 3)
        storage.close()

        async with FakeServer() as server, cart_on(server) as cart:
            await cart.outcome(cart.scan("new"), 10)

            skip = server.of_type("skip")[0]
            assert (skip["from"], skip["to"]) == (1, 3)
            assert server.acked == KEPT_AFTER_ACK + 4

    asyncio.run(go())


def test_a_server_that_is_ahead_of_the_storage_stops_the_client(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server:
            server.acked = 7
            async with cart_on(server) as cart:
                with pytest.raises(Stopped) as stopped:
                    await cart.outcome(99, 5)

            assert stopped.value.code == "stream_ahead"

    asyncio.run(go())


def test_readings_travel_five_a_frame_and_are_dropped_while_offline(cart_on: Carts) -> None:
    async def go() -> None:
        async with FakeServer() as server, cart_on(server) as cart:
            cart.weigh(999, at=0)
            await cart.outcome(cart.start(), 5)
            for number in range(10):
                cart.weigh(number + 0.5 * (number == 9), at=1000 + 100 * number)
            await server.until(lambda: len(server.of_type("weight")) == 2)

            assert server.of_type("weight") == [
                {"type": "weight", "at": 1000, "step": 100, "grams": [0, 1, 2, 3, 4]},
                {"type": "weight", "at": 1500, "step": 100, "grams": [5, 6, 7, 8, 9.5]},
            ]

    asyncio.run(go())


def test_a_delta_that_does_not_fit_brings_a_new_hello_that_asks_for_everything(cart_on: Carts) -> None:
    async def go() -> None:
        totals: dict[str, object] = {"subtotal": 0, "discount": 0, "deposit": 0, "tax": 0, "due": 0}
        totals |= {"currency": "EUR", "exponent": 2, "items": 0}
        basket = {"type": "basket", "revision": 9, "lines": [], "totals": totals}
        async with FakeServer() as server, cart_on(server) as cart:
            await cart.outcome(cart.start(), 5)

            await server.say(basket | {"from": 8})
            await server.until(lambda: len(server.hellos) == 2)
            await cart.outcome(cart.scan("1"), 5)
            await server.say(basket)
            await cart.until(lambda state: state.seen == 9, 5)

            assert server.hellos[1]["seen"] is None

    asyncio.run(go())


def test_a_message_of_a_later_version_is_heard_as_unknown_and_breaks_nothing(cart_on: Carts) -> None:
    async def go() -> None:
        heard: list[object] = []
        async with FakeServer() as server, cart_on(server) as cart:
            cart.listen(heard.append)
            await cart.outcome(cart.start(), 5)

            await server.say({"type": "hologram", "data": 1})
            await server.say({"type": "trip", "state": "shopping", "id": "t", "colour": "red"})
            await cart.until(lambda state: state.trip is not None, 5)

            assert "Unknown" in [type(message).__name__ for message in heard]

    asyncio.run(go())


def test_the_streams_address_follows_the_sites_scheme() -> None:
    assert stream_url("https://shop.example/") == "wss://shop.example/ws/cart/"
    assert stream_url("http://127.0.0.1:8000") == "ws://127.0.0.1:8000/ws/cart/"
    with pytest.raises(ValueError, match="http"):
        stream_url("shop.example")
