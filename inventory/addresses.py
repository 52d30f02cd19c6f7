"""The guard of calls to addresses that people have typed in: it is for feeds, webhooks and cameras alike.

A name is resolved once, every address it has must be within reach, and the connection goes to the one that was checked.
So neither a name that means a machine of ours, nor one that changes its meaning after the check, leads into the house.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final

Resolve = Callable[[str, int], list[str]]
Reach = Callable[[str], bool]
_IP = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(Exception):
    """`code` is stable: `unreachable` (nobody knows the name) or `address_refused` (it leads where nothing may)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def resolved(host: str, port: int) -> list[str]:
    """The addresses that a name has now; raises AddressRefused `unreachable`. Blocks."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("unreachable", f"The name {host[:100]} can't be found.") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Whether an address is the internet's: no private, loopback, link-local, carrier's, reserved or multicast one."""
    return all(
        part.is_global and not (part.is_multicast or part.is_reserved or getattr(part, "is_site_local", False))
        for part in _parts(address)
    )


def is_nearby(address: str) -> bool:
    """Whether an address may be one in a store's own network, or the internet's: neither this machine, nor link-local
    (where clouds keep their secrets), nor multicast, unspecified or reserved."""
    return not any(
        part.is_loopback or part.is_link_local or part.is_multicast or part.is_unspecified or part.is_reserved
        for part in _parts(address)
    )


def is_this_machine(address: str) -> bool:
    """Whether an address is one of this machine alone (loopback)."""
    return all(part.is_loopback for part in _parts(address))


def anywhere(address: str) -> bool:
    """For a server that is told to call its own house: tests, and systems in its own network."""
    return True


def address_checked(host: str, port: int, *, reach: Reach = is_public, resolve: Resolve = resolved) -> str:
    """The address to connect to. Raises AddressRefused unless all that the name stands for is within reach. Blocks."""
    found = resolve(host, port)
    if not found or not all(reach(address) for address in found):
        raise AddressRefused("address_refused", f"{host[:100]} leads to no address that may be called from here.")
    return found[0]


def _parts(address: str) -> list[_IP]:
    """The address, and what an IPv6 one carries of IPv4 (6to4, Teredo, NAT64); of a mapped one the IPv4 address alone.

    All of them are judged: whichever of them a router takes, it leads nowhere that it may not.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    if ip in _NAT64:  # a translator's prefix, not an address of its own
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return [ip, *(part for part in (ip.sixtofour, *(ip.teredo or ())) if part is not None)]
