"""A snapshot over HTTP. The camera is not trusted: time, size and type are bounded, redirects are not followed."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Generator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, TypeVar

import httpx

from checkout.cameras.addresses import address_of
from checkout.cameras.errors import CameraAway, PictureRefused
from checkout.cameras.mjpeg import pictures_of

T = TypeVar("T")

TIMEOUT_S = 2.0
MOST_BYTES = 8 * 1024 * 1024


class ChallengeAuth(httpx.Auth):
    """Answers the scheme that the camera asks for, digest before basic; sends nothing before it is asked."""

    def __init__(self, username: str, password: str) -> None:
        self._basic = httpx.BasicAuth(username, password)
        self._digest = httpx.DigestAuth(username, password)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        response = yield request
        schemes = {value.split(" ")[0].lower() for value in response.headers.get_list("WWW-Authenticate")}
        if response.status_code != 401 or not schemes & {"basic", "digest"}:
            return
        if "digest" not in schemes:
            yield from self._basic.auth_flow(request)
            return
        flow = self._digest.auth_flow(request)
        next(flow)
        yield flow.send(response)


def snapshot(
    url: str,
    *,
    cart_label: str = "",
    username: str = "",
    password: str = "",
    timeout_s: float = TIMEOUT_S,
    loopback: bool = False,
) -> bytes:
    """The picture's bytes, within `timeout_s` in all; raises CameraAway or PictureRefused.

    The cart's label goes along as `?cart=`: the simulated camera draws that cart, a real one ignores it. `loopback`
    lets a camera stand on this machine. Must not be called on an event loop.
    """
    request = _Request(url, cart_label, _auth(username, password), loopback)
    return asyncio.run(in_time(_fetch(request), timeout_s))


def stream_pictures(
    url: str,
    *,
    cart_label: str = "",
    username: str = "",
    password: str = "",
    most: int = 3,
    timeout_s: float = TIMEOUT_S,
    loopback: bool = False,
) -> list[bytes]:
    """At least one and at most `most` pictures in a row of an MJPEG stream, within `timeout_s` in all."""
    request = _Request(url, cart_label, _auth(username, password), loopback)
    found: list[bytes] = []
    try:
        asyncio.run(in_time(_stream(request, most, found), timeout_s))
    except CameraAway:
        # A slow stream may have given fewer than asked for: what is whole is good.
        if not found:
            raise
    return found


def post_xml(
    url: str, body: str, *, username: str, password: str, timeout_s: float = TIMEOUT_S, loopback: bool = False
) -> bytes:
    """A SOAP answer, whatever its status; raises CameraAway."""
    request = _Request(url, "", _auth(username, password), loopback, body.encode())
    return asyncio.run(in_time(_fetch(request), timeout_s))


class _Request(NamedTuple):
    url: str
    cart_label: str
    auth: httpx.Auth | None
    loopback: bool
    body: bytes | None = None


def _auth(username: str, password: str) -> httpx.Auth | None:
    return ChallengeAuth(username, password) if username else None


async def in_time(work: Coroutine[Any, Any, T], timeout_s: float) -> T:
    """The work within a time in all; raises CameraAway."""
    try:
        # httpx's own time-outs are for each read: a camera that drips could hold us for ever.
        async with asyncio.timeout(timeout_s):
            return await work
    except (TimeoutError, httpx.TimeoutException) as error:
        raise CameraAway("camera_slow", f"no picture within {timeout_s:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CameraAway("camera_unreachable", f"{type(error).__name__}: {error}"[:160]) from error


async def _fetch(request: _Request) -> bytes:
    async with _answer(request) as response:
        if request.body is None:
            _check_head(response)
        data = bytearray()
        # Not aiter_bytes: a compressed body could swell past the limit within one chunk.
        async for chunk in response.aiter_raw():
            data += chunk
            if len(data) > MOST_BYTES:
                raise PictureRefused("picture_too_large", f"more than {MOST_BYTES} bytes")
        return bytes(data)


async def _stream(request: _Request, most: int, found: list[bytes]) -> None:
    async with _answer(request) as response:
        kind, _, rest = response.headers.get("Content-Type", "").partition(";")
        if response.status_code in {401, 403}:
            raise CameraAway("camera_refused", "the camera does not take our user name and password")
        if response.status_code != 200 or kind.strip().lower() != "multipart/x-mixed-replace":
            raise CameraAway("camera_wrong", f"the camera answered with {kind or 'no type'} and not with a stream")
        boundary = rest.partition("boundary=")[2].partition(";")[0].strip()
        async for picture in pictures_of(response.aiter_raw(), boundary, most):
            found.append(picture)


@asynccontextmanager
async def _answer(request: _Request) -> AsyncIterator[httpx.Response]:
    found = await asyncio.to_thread(address_of, request.url, loopback=request.loopback)
    address = httpx.URL(request.url)
    if request.cart_label:
        address = address.copy_merge_params({"cart": request.cart_label})
    headers = {"Accept": "image/*, multipart/x-mixed-replace", "Host": address.netloc.decode()}
    if request.body is not None:
        headers["Content-Type"] = "application/soap+xml; charset=utf-8"
    method = "GET" if request.body is None else "POST"
    # Proxies of the environment are for the internet, cameras are in the house. The connection goes to the address
    # that was checked; name and certificate stay those of the camera.
    async with (
        httpx.AsyncClient(timeout=30, follow_redirects=False, trust_env=False) as client,
        client.stream(
            method, address.copy_with(host=found.ip), auth=request.auth, headers=headers, content=request.body,
            extensions={"sni_hostname": found.host},
        ) as response,
    ):  # fmt: skip
        yield response


def _check_head(response: httpx.Response) -> None:
    if response.status_code in {401, 403}:
        raise CameraAway("camera_refused", "the camera does not take our user name and password")
    if response.status_code != 200:
        raise CameraAway("camera_wrong", f"the camera answered with status {response.status_code}")
    kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if not kind.startswith("image/"):
        raise CameraAway("camera_wrong", f"the camera answered with {kind or 'no type'} and not with a picture")
    length = response.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise PictureRefused("picture_too_large", f"{length} bytes, at most {MOST_BYTES} are taken")
