"""Where a camera may stand: in a store's network. What a store's staff can type must not reach our own insides.

The guard itself is `inventory.addresses`.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

from checkout.cameras.errors import CameraAway
from inventory.addresses import AddressRefused, address_checked, is_nearby, is_this_machine

PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}


class Address(NamedTuple):
    """A checked address: the scheme, the name as written, the IP to connect to, and the port."""

    scheme: str
    host: str
    ip: str
    port: int


def address_of(url: str, *, loopback: bool = False) -> Address:
    """Raises CameraAway `camera_forbidden` for this machine, link-local (where clouds keep their secrets), multicast
    and reserved addresses; `camera_unreachable` for names that nobody knows and for what is no address.

    `loopback` lets this machine through, for the simulated camera of the demo. Blocks while the name is looked up.
    """
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme.lower(), parts.hostname or ""
        port = parts.port or PORTS[scheme]
    except (ValueError, KeyError) as error:
        raise CameraAway("camera_unreachable", "this is no camera's address") from error
    if not host or parts.username or parts.password:
        raise CameraAway("camera_unreachable", "write the address without user name and password")
    try:
        ip = address_checked(host, port, reach=_with_this_machine if loopback else is_nearby)
    except AddressRefused as error:
        code = "camera_unreachable" if error.code == "unreachable" else "camera_forbidden"
        raise CameraAway(code, error.detail[:160]) from error
    return Address(scheme, host, ip, port)


def _with_this_machine(address: str) -> bool:
    return is_nearby(address) or is_this_machine(address)
