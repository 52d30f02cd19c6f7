"""RTSP cameras, against GStreamer's RTSP server: neither ours nor FFmpeg's. Skipped where it is not installed."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from checkout.cameras import CameraAway, Connection, pictures_taken
from checkout.services.cameras import sharpest
from tests.checkout.camera_server import PASSWORD, USER

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PYTHON = "/usr/bin/python3"  # Debian's packages are for Debian's Python
NEEDED = """
import gi
for name in ("Gst", "GstRtsp", "GstRtspServer"):
    gi.require_version(name, "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer
Gst.init(None)
assert Gst.ElementFactory.find("x264enc") and Gst.ElementFactory.find("rtpjpegpay")
"""
SERVER = (
    NEEDED
    + """
import sys
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
auth = GstRtspServer.RTSPAuth()
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "viewer")
auth.add_digest(sys.argv[1], sys.argv[2], token)
server.set_auth(auth)
source = "videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=10/1"
for path, coder in (
    ("/h264", "x264enc tune=zerolatency key-int-max=10 ! rtph264pay"),
    ("/jpeg", "jpegenc ! rtpjpegpay"),
):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {source} ! {coder} name=pay0 )")
    may = "viewer, media.factory.access=(boolean)true, media.factory.construct=(boolean)true"
    factory.add_role_from_structure(Gst.Structure.new_from_string(may))
    server.get_mount_points().add_factory(path, factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
"""
)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    try:
        there = subprocess.run([PYTHON, "-c", NEEDED], capture_output=True, check=False).returncode == 0
    except OSError:
        there = False
    if not there:
        pytest.skip("no RTSP server: apt install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-ugly")
    server = subprocess.Popen([PYTHON, "-c", SERVER, USER, PASSWORD], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.stdout.close()
    finally:
        server.kill()
        server.wait()


def taken(url: str, *, password: str = PASSWORD, timeout_s: float = 20) -> list[bytes]:
    connection = Connection(adapter="rtsp", url=url, username=USER, password=password, loopback=True)
    return pictures_taken(connection, now=AT, timeout_s=timeout_s)


@pytest.mark.parametrize("coding", ["h264", "jpeg"])
def test_one_picture_comes_from_an_rtsp_stream_behind_a_digest_password(port: int, coding: str) -> None:
    (picture,) = taken(f"rtsp://127.0.0.1:{port}/{coding}")

    opened = sharpest([picture], [])
    assert (opened.width, opened.height) == (320, 240)
    assert opened.sharpness > 10


def test_an_rtsp_camera_refuses_a_wrong_password(port: int) -> None:
    with pytest.raises(CameraAway) as caught:
        taken(f"rtsp://127.0.0.1:{port}/h264", password="wrong")

    assert caught.value.code == "camera_refused"


def test_an_rtsp_camera_without_such_a_stream_gives_no_picture_and_our_password_is_in_no_word(port: int) -> None:
    with pytest.raises(CameraAway) as caught:
        taken(f"rtsp://127.0.0.1:{port}/none")

    assert caught.value.code == "camera_unreachable"
    assert PASSWORD not in str(caught.value)
