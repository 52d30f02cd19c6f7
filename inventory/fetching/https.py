"""A file by HTTPS: no redirects, no proxies, and no more than was agreed."""

import httpx

from inventory.fetching.errors import FetchFailed

STATUS = {401: "not_let_in", 403: "not_let_in", 404: "not_found", 410: "not_found"}


async def over_https(
    url: httpx.URL, address: str, *, username: str, password: str, etag: str, most_bytes: int
) -> tuple[bytes | None, str]:
    """The file and its ETag, None where it is still the one of `etag`. The connection goes to `address`."""
    headers = {"host": url.netloc.decode("ascii"), "accept-encoding": "identity"}
    if etag:
        headers["if-none-match"] = etag
    literal = url.copy_with(host=address, username=None, password=None)
    auth = httpx.BasicAuth(username, password) if username else None
    async with (
        httpx.AsyncClient(timeout=30, follow_redirects=False, trust_env=False) as client,
        client.stream("GET", literal, headers=headers, auth=auth, extensions={"sni_hostname": url.host}) as response,
    ):
        if response.status_code == 304 and etag:
            return None, etag
        if response.status_code != 200:
            code = STATUS.get(response.status_code, "wrong_answer")
            raise FetchFailed(code, f"The server answered with status {response.status_code}.")
        data = bytearray()
        # Not aiter_bytes: a compressed body could swell past the limit within one chunk.
        async for chunk in response.aiter_raw():
            data += chunk
            if len(data) > most_bytes:
                raise FetchFailed("too_large", f"The file has more than {most_bytes} bytes.")
        return bytes(data), response.headers.get("etag", "")[:200]
