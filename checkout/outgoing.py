"""Calls to addresses that a retailer has typed in: only public ones are called, at the address that was checked.

A name is resolved once, every address that it has must be public, and the connection goes to that very address, so that
a name which means another machine a moment later leads nowhere. Redirects are not followed. Nothing of the answer but
its status is read.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from inventory.addresses import AddressRefused, Resolve, address_checked, anywhere, is_public, resolved

TIMEOUT_S = 10.0


def target(url: str, *, private: bool = False, resolve: Resolve = resolved) -> tuple[str, str]:
    """The URL with the address that was checked in place of the name, and the name. Raises AddressRefused."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused("address_refused", "This is no port.") from error
    if parts.scheme not in {"https", "http"} or not host or parts.username or parts.password:
        raise AddressRefused("address_refused", "An https address without a user's name is needed.")
    if parts.scheme == "http" and not private:
        raise AddressRefused("address_refused", "An https address is needed.")
    address = address_checked(host, port, reach=anywhere if private else is_public, resolve=resolve)
    literal = f"[{address}]" if ":" in address else address
    return parts._replace(netloc=f"{literal}:{port}").geturl(), host


def post(url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False) -> int:
    """The status of the answer; raises AddressRefused, or httpx.HTTPError where none came within 10 s."""
    address, host = target(url, private=private)
    named = urlsplit(url).netloc
    with (
        httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", address, content=body, headers={**headers, "host": named}, extensions={"sni_hostname": host}
        ) as answer,
    ):
        return answer.status_code
