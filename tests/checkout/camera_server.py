"""A camera of our own making: a real HTTP server whose manners are scripted by the path."""

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import parse_http_list, parse_keqv_list

USER, PASSWORD, REALM, NONCE = "viewer", "käse und brot", "camera", "dcd98b7102dd2f0e8b11d0f600bfb0c0"


class Camera(ThreadingHTTPServer):
    """`asked` are the paths with queries; `picture` is what it gives; `gate` holds back what is to be slow."""

    daemon_threads = True

    def __init__(self, picture: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Manners)
        self.picture = picture
        self.asked: list[tuple[str, dict[str, list[str]]]] = []
        self.gate = threading.Event()
        self.snapshots = ""

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{path}"


class Manners(BaseHTTPRequestHandler):
    server: Camera

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.server.asked.append((parts.path, parse_qs(parts.query)))
        getattr(self, f"do_{parts.path.strip('/')}")()

    def do_plain(self) -> None:
        self._picture(self.server.picture)

    def do_basic(self) -> None:
        expected = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self._guarded(f'Basic realm="{REALM}"', self.headers.get("Authorization") == expected)

    def do_digest(self) -> None:
        """RFC 7616 with MD5 and qop=auth, computed here independently of the client's library."""
        scheme, _, rest = self.headers.get("Authorization", "").partition(" ")
        challenge = f'Digest realm="{REALM}", qop="auth", nonce="{NONCE}", algorithm=MD5'
        if scheme != "Digest":
            self._guarded(challenge, False)
            return
        told = parse_keqv_list(parse_http_list(rest))
        ha1 = _md5(f"{USER}:{REALM}:{PASSWORD}")
        ha2 = _md5(f"GET:{told['uri']}")
        expected = _md5(":".join([ha1, NONCE, told["nc"], told["cnonce"], told["qop"], ha2]))
        self._guarded(challenge, told["response"] == expected and told["uri"] == self.path)

    def do_stream(self) -> None:
        self._parts(3)

    def do_stalling(self) -> None:
        self._parts(1)
        self.server.gate.wait(30)

    def do_endless_part(self) -> None:
        self._parts(0)
        try:
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff")
            for _ in range(400):
                self.wfile.write(bytes(65536))
        except OSError:
            return

    def _parts(self, count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", 'multipart/x-mixed-replace; boundary="frame"')
        self.end_headers()
        for _ in range(count):
            self.wfile.write(b"--frame\r\nContent-Type: image/jpeg\r\n\r\n" + self.server.picture + b"\r\n")
        self.wfile.write(b"--frame\r\n")
        self.wfile.flush()

    def do_POST(self) -> None:
        """ONVIF's media service: two calls, each with a UsernameToken that is computed here anew."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        nonce, created = _between(body, "Nonce"), _between(body, "Created")
        raw = base64.b64decode(nonce) + created.encode() + PASSWORD.encode()
        expected = base64.b64encode(hashlib.sha1(raw, usedforsecurity=False).digest()).decode()
        envelope = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:m="{}" xmlns:t="{}"><s:Body>'
        start = envelope.format("http://www.onvif.org/ver10/media/wsdl", "http://www.onvif.org/ver10/schema")
        if _between(body, "Password") != expected or _between(body, "Username") != USER:
            answer = start + "<s:Fault><s:Code><s:Subcode>ter:NotAuthorized</s:Subcode></s:Code></s:Fault>"
        elif self.server.snapshots == "bomb":
            answer = '<!DOCTYPE x [<!ENTITY a "aaaa">]>' + start
        elif "GetSnapshotUri" in body:
            uri = self.server.snapshots or self.server.url("digest")
            answer = start + f"<m:GetSnapshotUriResponse><m:MediaUri><t:Uri>{uri}</t:Uri></m:MediaUri>"
            answer += "</m:GetSnapshotUriResponse>"
        else:
            answer = start + '<m:GetProfilesResponse><m:Profiles token="main"/></m:GetProfilesResponse>'
        answer += "</s:Body></s:Envelope>"
        self._picture(answer.encode(), kind="application/soap+xml")

    def do_redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", "/plain")
        self.end_headers()

    def do_page(self) -> None:
        self._picture(b"<html>log in first</html>", kind="text/html")

    def do_broken(self) -> None:
        self.send_error(500)

    def do_announced(self) -> None:
        self._picture(b"", length=50_000_000)

    def do_endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.end_headers()
        try:
            for _ in range(400):
                self.wfile.write(bytes(65536))
        except OSError:
            return

    def do_silent(self) -> None:
        self.server.gate.wait(30)

    def do_heads(self) -> None:
        """Never ends its headers."""
        try:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.server.gate.wait(0.02):
                self.wfile.write(b"X: y\r\n")
                self.wfile.flush()
        except OSError:
            return

    def do_dripping(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.end_headers()
        try:
            while not self.server.gate.wait(0.02):
                self.wfile.write(b"x")
                self.wfile.flush()
        except OSError:
            return

    def _guarded(self, challenge: str, allowed: bool) -> None:
        if allowed:
            self._picture(self.server.picture)
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _picture(self, data: bytes, *, kind: str = "image/jpeg", length: int | None = None) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Tests are quiet."""


@contextmanager
def camera_server(picture: bytes) -> Iterator[Camera]:
    """Runs until the block ends."""
    server = Camera(picture)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.gate.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _between(body: str, tag: str) -> str:
    found = re.search(rf"<(?:\w+:)?{tag}(?: [^>]*)?>([^<]*)<", body)
    return found.group(1) if found else ""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
