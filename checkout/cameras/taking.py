"""Pictures of a camera, whatever it speaks: a few in a row, so that the sharpest can be chosen."""

import secrets
import time
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

import msgspec

from checkout.cameras.addresses import address_of
from checkout.cameras.errors import CameraAway, CameraError
from checkout.cameras.http import TIMEOUT_S, post_xml, snapshot, stream_pictures
from checkout.cameras.onvif import snapshot_uri
from checkout.cameras.rtsp import rtsp_picture

BURST = 3


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """How a camera is reached; `loopback` lets it stand on this machine (the demo's)."""

    adapter: str
    url: str
    username: str = ""
    password: str = ""
    loopback: bool = False


def pictures_taken(
    camera: Connection, *, cart_label: str = "", most: int = BURST, now: datetime, timeout_s: float = TIMEOUT_S
) -> list[bytes]:
    """One picture at least, up to `most` in a row, within `timeout_s` in all. Raises CameraAway or PictureRefused."""
    if camera.adapter == "mjpeg":
        return stream_pictures(
            camera.url, cart_label=cart_label, username=camera.username, password=camera.password, most=most,
            timeout_s=timeout_s, loopback=camera.loopback,
        )  # fmt: skip
    if camera.adapter == "rtsp":
        address = address_of(camera.url, loopback=camera.loopback)
        login = {"username": camera.username, "password": camera.password}
        return [rtsp_picture(camera.url, address, timeout_s=timeout_s, **login)]
    if camera.adapter not in {"http", "onvif"}:
        raise CameraAway("camera_wrong", "this camera is not asked: its pictures are brought")
    ends = time.monotonic() + timeout_s
    url = _onvif_url(camera, now, timeout_s) if camera.adapter == "onvif" else camera.url
    take = partial(
        snapshot, url, cart_label=cart_label, username=camera.username, password=camera.password,
        loopback=camera.loopback,
    )  # fmt: skip
    found = [take(timeout_s=max(0.05, ends - time.monotonic()))]
    while len(found) < most and time.monotonic() < ends - timeout_s / 2:
        try:
            found.append(take(timeout_s=max(0.05, ends - time.monotonic())))
        except CameraError:
            break
    return found


def _onvif_url(camera: Connection, now: datetime, timeout_s: float) -> str:
    post = partial(
        post_xml, camera.url, username=camera.username, password=camera.password, timeout_s=timeout_s,
        loopback=camera.loopback,
    )  # fmt: skip
    url = snapshot_uri(
        post, username=camera.username, password=camera.password, nonce=secrets.token_bytes(16), created=now
    )
    if (urlsplit(url).hostname or "").lower() != (urlsplit(camera.url).hostname or "").lower():
        # It gets our password: only the camera itself may have it.
        raise CameraAway("camera_forbidden", "the camera's snapshots are at another address than the camera")
    return url
