"""One face for both ways, with a clock over all of it."""

import asyncio
import hashlib
from typing import Final, NamedTuple
from urllib.parse import unquote

import asyncssh
import httpx

from inventory.addresses import AddressRefused, address_checked, anywhere, is_public
from inventory.fetching.errors import FetchFailed
from inventory.fetching.https import over_https
from inventory.fetching.sftp import over_sftp

MOST_BYTES: Final = 50 * 1024 * 1024
SECONDS: Final = 120.0


class Place(NamedTuple):
    """Where a file is, and how to be let in; `etag` is the file's that is here already."""

    url: str
    username: str = ""
    password: str = ""
    host_key: str = ""
    etag: str = ""


class Fetched(NamedTuple):
    """The file; `data` is None where the server says that it has not changed."""

    data: bytes | None
    sha256: str = ""
    etag: str = ""


def fetch(place: Place, *, private: bool = False, most_bytes: int = MOST_BYTES, timeout_s: float = SECONDS) -> Fetched:
    """The file, or FetchFailed. `private` allows plain HTTP and addresses of the house. Not to be called on a loop."""
    return asyncio.run(_in_time(place, private, most_bytes, timeout_s))


def place_check(url: str, *, host_key: str = "", private: bool = False) -> httpx.URL:
    """The address in parts; raises FetchFailed `address_refused` for what is no address of a file."""
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError) as error:
        raise FetchFailed("address_refused", "This is no address.") from error
    if parts.scheme not in ({"https", "sftp", "http"} if private else {"https", "sftp"}):
        raise FetchFailed("address_refused", "Write an address that begins with https:// or sftp://.")
    if not parts.host or parts.userinfo:
        raise FetchFailed("address_refused", "Write the server's name, and the user's name in its own field.")
    if parts.scheme == "sftp" and not host_key.startswith("SHA256:"):
        raise FetchFailed("host_key", "For SFTP the fingerprint of the server's key is needed, SHA256:…")
    return parts


async def _in_time(place: Place, private: bool, most_bytes: int, timeout_s: float) -> Fetched:
    url = place_check(place.url, host_key=place.host_key, private=private)
    port = url.port or {"https": 443, "http": 80}.get(url.scheme, 22)
    try:
        async with asyncio.timeout(timeout_s):
            reach = anywhere if private else is_public
            address = await asyncio.to_thread(address_checked, url.host, port, reach=reach)
            return await _fetched(place, url, address, port, most_bytes)
    except AddressRefused as error:
        raise FetchFailed(error.code, error.detail) from error
    except (TimeoutError, httpx.TimeoutException) as error:
        raise FetchFailed("too_slow", f"No file within {timeout_s:g} s.") from error
    except (httpx.HTTPError, asyncssh.Error, OSError) as error:
        raise FetchFailed("unreachable", f"{type(error).__name__}: {error}"[:160]) from error


async def _fetched(place: Place, url: httpx.URL, address: str, port: int, most_bytes: int) -> Fetched:
    if url.scheme == "sftp":
        data = await over_sftp(
            address, port, unquote(url.path), username=place.username, password=place.password,
            host_key=place.host_key, most_bytes=most_bytes,
        )  # fmt: skip
        return Fetched(data, hashlib.sha256(data).hexdigest())
    found, etag = await over_https(
        url, address, username=place.username, password=place.password, etag=place.etag, most_bytes=most_bytes
    )
    return Fetched(found, hashlib.sha256(found).hexdigest() if found is not None else "", etag)
