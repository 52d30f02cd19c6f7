"""The REST calls of a cart. Calls that move money carry an idempotency key that outlives a restart."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from .answers import (
    Checkout,
    Device,
    Enrolled,
    GateAnswer,
    GateSync,
    ProblemBody,
    Product,
    Products,
    Rolled,
    Ticket,
)
from .errors import EnrolmentNeeded, Problem, Unreachable
from .storage import Storage

T = TypeVar("T")

# Refusals worth another try with the same key: the first is still running, or the server asks to wait.
AGAIN_STATUS = frozenset({408, 429})
AGAIN_CODE = frozenset({"idempotency_key_running"})
ATTEMPTS = 5


class RestClient:
    """Typed calls under `/api/v1/`.

    Raises Problem for an answer of the server that is an error, EnrolmentNeeded for a token it does not take,
    Unreachable when there is no answer. `storage` keeps idempotency keys; without one they live in memory.
    """

    def __init__(
        self,
        server: str,
        *,
        token: str | None = None,
        storage: Storage | None = None,
        timeout_s: float = 20.0,
        trust_env: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.token = token
        self._keys = storage if storage is not None else Storage(":memory:")
        self._sleep = sleep
        self._http = httpx.AsyncClient(
            base_url=f"{server.rstrip('/')}/api/v1/", timeout=timeout_s, trust_env=trust_env, transport=transport
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the HTTP connections."""
        await self._http.aclose()

    async def enrol(self, code: str) -> Enrolled:
        """Trades a one-time code for a device token, and uses it from now on. Problem `enrolment_code_invalid`."""
        enrolled = await self._call(Enrolled, "POST", "device/enrol", {"code": code})
        self.token = enrolled.token
        return enrolled

    async def device(self) -> Device:
        """Which cart this token is."""
        return await self._call(Device, "GET", "device")

    async def roll(self) -> str:
        """A fresh token; the old one ends at once."""
        self.token = (await self._call(Rolled, "POST", "device/roll", {})).token
        return self.token

    async def ticket(self) -> Ticket:
        """A one-use ticket for a stream that cannot set headers."""
        return await self._call(Ticket, "POST", "device/ticket", {})

    async def search(self, text: str, limit: int = 20) -> tuple[Product, ...]:
        """Products by words of their name."""
        query = {"q": text, "limit": str(limit)}
        return (await self._call(Products, "GET", "catalogue/search", query=query)).results

    async def keys(self) -> tuple[Product, ...]:
        """Loose produce, by PLU."""
        return (await self._call(Products, "GET", "catalogue/keys")).results

    async def product(self, code: str) -> Product:
        """One product. Problem `unknown_code`."""
        return await self._call(Product, "GET", f"catalogue/products/{quote(code, safe='')}")

    async def checkout(self, trip: str, *, language: str | None = None) -> Checkout:
        """Starts the checkout of a sealed trip; asked again, it answers with the same one."""
        body = {} if language is None else {"language": language}
        return await self._call_once(Checkout, f"trips/{trip}/checkout", body)

    async def read_checkout(self, checkout: str | int) -> Checkout:
        """Where the checkout stands."""
        return await self._call(Checkout, "GET", f"checkouts/{checkout}")

    async def pay(self, checkout: str | int, *, source: str, method: str = "card") -> Checkout:
        """One payment attempt. However often it is repeated before an answer, it is charged once."""
        return await self._call_once(Checkout, f"checkouts/{checkout}/payments", {"method": method, "source": source})

    async def open_gate(self, exit_pass: str, *, nonce: str = "") -> bool:
        """Spends an exit pass; with the same nonce again it is the same opening. Problems `pass_used`, `pass_expired`,
        `pass_unknown`."""
        body = {"pass": exit_pass} | ({"nonce": nonce} if nonce else {})
        return (await self._call(GateAnswer, "POST", "gate/open", body)).open

    async def sync_gate(self, opened: Sequence[Mapping[str, Any]] = ()) -> GateSync:
        """Tells what the gate opened alone, [{pass, at}], and learns what it must know to be alone again."""
        return await self._call(GateSync, "POST", "gate/sync", {"opened": list(opened)})

    async def _call_once(self, answer: type[T], path: str, body: dict[str, Any]) -> T:
        purpose = f"{path} {hashlib.sha256(msgspec.json.encode(body, order='sorted')).hexdigest()}"
        key = self._keys.key_for(purpose)
        for attempt in range(ATTEMPTS):
            try:
                result = await self._call(answer, "POST", path, body, key=key)
            except (Problem, Unreachable) as error:
                if isinstance(error, Problem) and _is_final(error):
                    self._keys.settle_key(purpose)
                    raise
                if attempt == ATTEMPTS - 1:
                    raise
                await self._sleep(0.5 * 2.0**attempt)
            else:
                self._keys.settle_key(purpose)
                return result
        raise AssertionError("the last attempt returns or raises")

    async def _call(
        self,
        answer: type[T],
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        query: dict[str, str] | None = None,
        key: str | None = None,
    ) -> T:
        headers = {"Accept": "application/json"}
        if self.token is not None:
            headers["Authorization"] = f"Device {self.token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            response = await self._http.request(method, path, json=body, params=query, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable("unreachable", f"{method} {path}: {error!r}") from error
        return _read(response, answer)


def _is_final(problem: Problem) -> bool:
    # A success that could not be read is not final: money may have moved, so the same key must ask again.
    refused = 400 <= problem.status < 500
    return refused and problem.status not in AGAIN_STATUS and problem.code not in AGAIN_CODE


def _read(response: httpx.Response, answer: type[T]) -> T:
    if response.is_success:
        try:
            return msgspec.json.decode(response.content, type=answer)
        except msgspec.DecodeError as error:
            raise Problem(response.status_code, "answer_malformed", f"the server's answer: {error}") from error
    problem = _problem(response)
    if response.status_code == 401:
        raise EnrolmentNeeded(problem.code or "unauthorised", problem.detail or "enrol the cart again")
    raise Problem(response.status_code, problem.code, problem.detail or problem.title, problem.fields)


def _problem(response: httpx.Response) -> ProblemBody:
    try:
        return msgspec.json.decode(response.content, type=ProblemBody)
    except msgspec.DecodeError:
        return ProblemBody(code=f"http_{response.status_code}", detail=response.reason_phrase)
