"""A retailer's servers on this machine: SFTP (asyncssh) and HTTP, each in a thread of its own, with one file."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "shop", "open sesame"


class Sftp:
    """Where it listens, and the fingerprint of its key."""

    def __init__(self, port: int, fingerprint: str) -> None:
        self.port = port
        self.fingerprint = fingerprint

    def url(self, path: str = "/goods.csv") -> str:
        return f"sftp://127.0.0.1:{self.port}{path}"


class _Doorman(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


@contextmanager
def sftp_server(folder: Path) -> Iterator[Sftp]:
    """A real SFTP server that shows a folder."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    started, found, loop = threading.Event(), [], asyncio.new_event_loop()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(
            _Doorman, "127.0.0.1", 0, server_host_keys=[key],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder).encode()),
        )  # fmt: skip

    def run() -> None:
        asyncio.set_event_loop(loop)
        acceptor = loop.run_until_complete(listen())
        found.append(acceptor.get_port())
        started.set()
        loop.run_forever()
        acceptor.close()
        loop.run_until_complete(acceptor.wait_closed())
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert started.wait(30)
        yield Sftp(found[0], key.get_fingerprint())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)


class Web:
    """An HTTP server's file; `asked` are the headers of the requests that came."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.etag = '"1"'
        self.redirect = ""
        self.asked: list[dict[str, str]] = []
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/goods.csv"


@contextmanager
def web_server(data: bytes) -> Iterator[Web]:
    """A real HTTP server with one file."""
    web = Web(data)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(dict(self.headers))
            if web.redirect:
                self._answer(302, b"", location=web.redirect)
            elif self.headers.get("If-None-Match") == web.etag:
                self._answer(304, b"")
            else:
                self._answer(200, web.data, etag=web.etag)

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()
