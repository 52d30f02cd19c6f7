"""Ports for servers of the tests' own."""

import contextlib
import random
import socket


def free_port() -> int:
    """A port below those that the system gives to clients: another test's call may else take it before its server
    starts, and a cart that asks for an absent server would be connected to itself now and then."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
