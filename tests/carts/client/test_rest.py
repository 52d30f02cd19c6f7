"""REST calls: money moves once, and a refusal is an error with the server's code."""

import asyncio
import json
from collections.abc import Callable

import httpx
import pytest

from carts.client import EnrolmentNeeded, Problem, RestClient, Storage, Unreachable
from carts.client.answers import CartInfo

CHECKOUT = {"id": "c1", "trip": "t1", "state": "paid", "amount": 250, "currency": "EUR", "exponent": 2, "revision": 4}
STORE = {"id": 1, "code": "main", "name": "Main", "currency": "EUR", "exponent": 2}

Answers = Callable[[httpx.Request], httpx.Response]


async def no_wait(seconds: float) -> None:
    assert seconds > 0


def client(answer: Answers, storage: Storage | None = None) -> RestClient:
    transport = httpx.MockTransport(answer)
    return RestClient("http://shop.example", token="tok", storage=storage, sleep=no_wait, transport=transport)


def problem(status: int, code: str) -> httpx.Response:
    body = {"type": "about:blank", "title": "No", "status": status, "code": code, "detail": "Do something else."}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})


def test_enrolment_gives_the_token_that_later_calls_carry() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        body = {"token": "fresh", "cart": {"id": "7", "label": "C7"}, "store": STORE, "retailer": {"name": "R"}}
        return httpx.Response(201 if "enrol" in request.url.path else 200, json=body)

    async def go() -> None:
        async with client(answer) as rest:
            enrolled = await rest.enrol("K7QD-M2XR")
            await rest.device()

            assert enrolled.cart == CartInfo("7", "C7")
            assert asked[1].headers["Authorization"] == "Device fresh"

    asyncio.run(go())


def test_a_payment_without_an_answer_is_repeated_with_the_same_key() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx.ReadTimeout("late")
        if len(keys) == 2:
            return problem(409, "idempotency_key_running")
        return httpx.Response(201, json=CHECKOUT)

    async def go() -> None:
        async with client(answer) as rest:
            checkout = await rest.pay("c1", source="sandbox:approve")

            assert checkout.state == "paid"
            assert len(keys) == 3
            assert len(set(keys)) == 1

    asyncio.run(go())


def test_a_payment_that_was_cut_short_keeps_its_key_in_the_next_process(storage_path: str) -> None:
    keys: list[str] = []

    def away(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        raise httpx.ConnectError("away")

    def back(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx.Response(201, json=CHECKOUT)

    async def go() -> None:
        before = Storage(storage_path)
        async with client(away, before) as rest:
            with pytest.raises(Unreachable):
                await rest.pay("c1", source="sandbox:approve")
        before.close()

        after = Storage(storage_path)
        async with client(back, after) as rest:
            await rest.pay("c1", source="sandbox:approve")
            await rest.pay("c1", source="sandbox:approve")
        after.close()

        assert len(set(keys[:-1])) == 1
        assert keys[-1] != keys[0]

    asyncio.run(go())


def test_a_refused_payment_is_not_repeated_and_the_next_attempt_is_another() -> None:
    keys: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        keys.append(request.headers["Idempotency-Key"])
        return problem(409, "checkout_in_review")

    async def go() -> None:
        async with client(answer) as rest:
            for _ in range(2):
                with pytest.raises(Problem) as refused:
                    await rest.pay("c1", source="sandbox:approve")

            assert (refused.value.status, refused.value.code) == (409, "checkout_in_review")
            assert len(keys) == len(set(keys)) == 2

    asyncio.run(go())


def test_a_payment_whose_answer_cannot_be_read_is_never_charged_under_a_second_key() -> None:
    keys: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        keys.add(request.headers["Idempotency-Key"])
        return httpx.Response(201, text="{")

    async def go() -> None:
        async with client(answer) as rest:
            for _ in range(2):
                with pytest.raises(Problem, match="answer_malformed"):
                    await rest.pay("c1", source="sandbox:approve")

            assert len(keys) == 1

    asyncio.run(go())


def test_another_card_is_another_intention() -> None:
    keys: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        keys.add(request.headers["Idempotency-Key"])
        raise httpx.ConnectError("away")

    async def go() -> None:
        async with client(answer) as rest:
            for source in ("sandbox:approve", "sandbox:slow"):
                with pytest.raises(Unreachable):
                    await rest.pay("c1", source=source)

            assert len(keys) == 2

    asyncio.run(go())


def test_a_revoked_token_asks_for_enrolment() -> None:
    async def go() -> None:
        async with client(lambda request: problem(401, "token_revoked")) as rest:
            with pytest.raises(EnrolmentNeeded, match="token_revoked"):
                await rest.device()

    asyncio.run(go())


def test_an_answer_that_is_no_problem_document_still_has_a_code() -> None:
    async def go() -> None:
        async with client(lambda request: httpx.Response(502, text="<html>")) as rest:
            with pytest.raises(Problem) as refused:
                await rest.keys()

            assert refused.value.code == "http_502"

    asyncio.run(go())


def test_a_success_that_cannot_be_read_is_an_error_too() -> None:
    async def go() -> None:
        async with client(lambda request: httpx.Response(200, json={"results": 3})) as rest:
            with pytest.raises(Problem, match="answer_malformed"):
                await rest.search("milk")

    asyncio.run(go())


def test_a_code_with_strange_characters_stays_one_path_segment() -> None:
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path.decode())
        return problem(404, "unknown_code")

    async def go() -> None:
        async with client(answer) as rest:
            with pytest.raises(Problem):
                await rest.product("]C1 01/../x?y")

            assert paths == ["/api/v1/catalogue/products/%5DC1%2001%2F..%2Fx%3Fy"]

    asyncio.run(go())


def test_the_exit_pass_is_sent_under_the_contracts_name() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert json.loads(request.content) == {"pass": "p"}
        return httpx.Response(200, json={"open": True})

    async def go() -> None:
        async with client(answer) as rest:
            assert await rest.open_gate("p") is True

    asyncio.run(go())
