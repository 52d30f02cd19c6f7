"""Database reads of the stream, off the event loop and off the thread that Django's async views share."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from django.db import close_old_connections

T = TypeVar("T")
_pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="stream-reads")


async def run(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    """Call in a thread with a database connection of its own that is closed when it has gone stale."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_pool, partial(_clean, call, *args, **kwargs))


def _clean(call: Callable[..., T], /, *args: object, **kwargs: object) -> T:
    close_old_connections()
    try:
        return call(*args, **kwargs)
    finally:
        close_old_connections()
