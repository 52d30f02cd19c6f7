"""Overhead cameras: asking one for pictures (`checkout.pictures` makes them safe).

Files:
    errors      CameraAway (with the reason), PictureRefused
    addresses   where a camera may stand: no way from there into our own insides
    taking      a few pictures in a row, whatever the camera speaks
    http        snapshots with no, basic or digest authentication, and streams
    mjpeg, onvif, rtsp (`_rtsp` is the process that decodes a stream)
    sealing     the camera's password, encrypted at rest
"""

from checkout.cameras.errors import CameraAway, CameraError, PictureRefused
from checkout.cameras.http import snapshot
from checkout.cameras.sealing import seal, unseal
from checkout.cameras.taking import BURST, Connection, pictures_taken

__all__ = [
    "BURST",
    "CameraAway",
    "CameraError",
    "Connection",
    "PictureRefused",
    "pictures_taken",
    "seal",
    "snapshot",
    "unseal",
]
