"""Slows guessing down: after five wrong passwords for a name or from an address, sign-in waits.

Counted in the cache with one atomic increment before the password is looked at, so that parallel guesses count too.
"""

import hashlib

from django.core.cache import cache

LIMITS = {"name": 5, "address": 30}
WINDOW_S = 300


def attempt(*, name: str, address: str) -> bool:
    """Counts one try; False when either has had too many within the window."""
    tries = {"name": _count("name", name.strip().lower()), "address": _count("address", address)}
    return all(count <= LIMITS[kind] for kind, count in tries.items())


def forgive(*, name: str) -> None:
    """A right password: the name starts afresh."""
    cache.delete(_key("name", name.strip().lower()))


def _count(kind: str, value: str) -> int:
    key = _key(kind, value)
    cache.add(key, 0, WINDOW_S)
    try:
        return int(cache.incr(key))
    except ValueError:  # expired between the two calls
        cache.set(key, 1, WINDOW_S)
        return 1


def _key(kind: str, value: str) -> str:
    return f"console.tries.{kind}.{hashlib.sha256(value.encode()).hexdigest()[:32]}"
