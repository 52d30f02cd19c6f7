"""One picture out of an RTSP stream, decoded by FFmpeg (PyAV) in a process of its own that ends with it."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from checkout.cameras.addresses import Address
from checkout.cameras.errors import CameraAway

_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG")
START_SECONDS = 1.5


def rtsp_picture(url: str, address: Address, *, username: str, password: str, timeout_s: float) -> bytes:
    """A JPEG within `timeout_s` (and 1.5 s for the process); raises CameraAway."""
    parts = urlsplit(url)
    login = f"{quote(username, safe='')}:{quote(password, safe='')}@" if username else ""
    # To the address that was checked, not to what the name means by now.
    host = f"[{address.ip}]" if ":" in address.ip else address.ip
    target = parts._replace(netloc=f"{login}{host}:{address.port}").geturl()
    try:
        done = subprocess.run(  # noqa: S603 our own module
            [sys.executable, "-m", "checkout.cameras._rtsp", str(timeout_s)],
            input=target.encode(),
            capture_output=True,
            timeout=timeout_s + START_SECONDS,
            cwd=_ROOT,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise CameraAway("camera_slow", f"no picture within {timeout_s:g} s") from error
    if done.returncode == 0 and done.stdout:
        return done.stdout
    why = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no picture"]
    refused = "401" in why[0] or "Unauthorized" in why[0]
    if refused:
        raise CameraAway("camera_refused", "the camera does not take our user name and password")
    raise CameraAway("camera_unreachable", why[0].replace(target, url)[:160])
