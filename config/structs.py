"""Struct types are made ready while there is one thread.

msgspec reads a struct's annotations when it first decodes one. Two threads that do so at the same moment see a type
half made, and the process dies of a segmentation fault: the carts of a killed server, which all come back at once, took
their new server down so.
"""

import importlib
from collections.abc import Iterator

import msgspec

# What decodes only when a request or a task first asks for it, and brings its structs along.
ROOTS = ("config.urls", "carts.consumers", "carts.tasks", "checkout.tasks", "inventory.tasks")


def resolve_structs() -> int:
    """Let msgspec read every struct type of the server and its worker; returns how many it read."""
    for root in ROOTS:
        importlib.import_module(root)
    return sum(_resolved(struct) for struct in _below(msgspec.Struct))


def _resolved(struct: type[msgspec.Struct]) -> bool:
    try:
        msgspec.msgpack.Decoder(struct)
    except (NameError, TypeError):  # its annotations name what only the type checker imports: nobody can decode it
        return False
    return True


def _below(base: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for struct in base.__subclasses__():
        yield struct
        yield from _below(struct)
