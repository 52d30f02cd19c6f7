"""A cart with its storage in the test's own folder, and a server to talk to."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from random import Random

import pytest

from carts.client import CartClient, Scale, Storage

from .fake_server import FakeServer

SCALE = Scale(division_g=1, capacity_g=40_000, rate_hz=10)

Carts = Callable[..., AbstractAsyncContextManager[CartClient]]


@pytest.fixture
def storage_path(tmp_path: Path) -> Path:
    return tmp_path / "cart.sqlite3"


@pytest.fixture
def cart_on(storage_path: Path) -> Carts:
    @asynccontextmanager
    async def make(server: FakeServer, token: str = "good-token") -> AsyncIterator[CartClient]:
        storage = Storage(storage_path)
        cart = CartClient(server=server.address, token=token, storage=storage, scale=SCALE, random=Random(1))
        try:
            async with cart:
                yield cart
        finally:
            storage.close()

    return make
