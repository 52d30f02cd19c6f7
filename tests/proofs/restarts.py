"""PostgreSQL, Redis and the broker are restarted under load: service again within 5 s of their return, nothing lost.

Only the database is needed to acknowledge: while it is away nothing is. While Redis or the broker is away the carts
must not notice; after its return a command reaches a cart through Redis again, and a worker answers over the broker.
"""

import argparse
import asyncio
import contextlib
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from celery import Celery
from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]

from tests.benchmarks.stream.server import ROOT
from tests.proofs.books import faults
from tests.proofs.cart import Cart, hushed
from tests.proofs.crash import shop_on
from tests.proofs.instances import Service, own_postgres, own_rabbit, own_redis
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, say

CARTS = 8
BACK_S = 5.0
AWAY_S = 1.0
PATIENCE_S = 60.0
Ready = Callable[[list["Listener"]], Awaitable[None]]


class Listener(Cart):
    """A cart that also hears commands."""

    commands = 0

    def hear(self, text: bytes) -> None:
        if text.startswith(b'{"type":"command"'):
            self.commands += 1
        super().hear(text)


async def restarts(
    run: Servers, service: Service, count: int, seed: int, control: bool, ready: Ready | None
) -> Finding:
    """Restart `count` times. `ready` waits for the service's own use; without one it is the database."""
    chance, found, slowest = random.Random(seed), [], 0.0
    port = await run.start()
    carts = [Listener(token, run.shop.goods, n, port) for n, token in enumerate(run.shop.tokens[:CARTS])]
    work = [asyncio.create_task(cart.run()) for cart in carts]
    shopping = asyncio.create_task(shop_on(list(carts), chance))
    loop = asyncio.get_running_loop()
    for number in range(count):
        await _acknowledged(carts)
        await asyncio.sleep(chance.uniform(0.1, 0.6))
        if not control:
            await asyncio.to_thread(partial(service.stop, brutal=bool(number % 2)))
        if ready is None:
            await hushed(carts)
        before = sum(cart.acked for cart in carts)
        await asyncio.sleep(AWAY_S)
        told = sum(cart.acked for cart in carts) - before
        if ready is None and told:
            found.append(f"restart {number}: {told} events were acknowledged without a database")
        if not control:
            await asyncio.to_thread(service.start)
        back = loop.time()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await (_acknowledged(carts) if ready is None else ready(carts))
        except TimeoutError:
            found.append(f"restart {number}: no service after {PATIENCE_S:.0f} s")
        slowest = max(slowest, loop.time() - back)
        if loop.time() - back > BACK_S:
            found.append(f"restart {number}: service only after {loop.time() - back:.1f} s")
        broken = sum(len(cart.codes) for cart in carts)
        if ready is not None and broken:
            found.append(f"restart {number}: {broken} carts noticed it")
    shopping.cancel()
    stuck = await asyncio.gather(*(cart.settled(60) for cart in carts), return_exceptions=True)
    found += [f"{cart.name} is stuck" for cart, end in zip(carts, stuck, strict=True) if end]
    found += faults(run, carts)
    for task in work:
        task.cancel()
    await asyncio.gather(*work, shopping, return_exceptions=True)
    events = sum(cart.acked for cart in carts)
    return Finding(f"{count} restarts, {events} events acknowledged, service again within {slowest:.1f} s", found)


async def _acknowledged(carts: list[Listener]) -> None:
    """Until every cart has heard of a commit."""
    marks = [cart.acked for cart in carts]
    while any(cart.acked == mark for cart, mark in zip(carts, marks, strict=True)):  # noqa: ASYNC110
        await asyncio.sleep(0.02)


async def of_postgres(count: int, seed: int, control: bool) -> Finding | None:
    with own_postgres() as service:
        if service is None:
            return None
        with servers(CARTS, database=service.url) as run:
            return await restarts(run, service, count, seed, control, None)


async def of_redis(count: int, seed: int, control: bool) -> Finding | None:
    with own_redis() as service:
        if service is None:
            return None
        with servers(CARTS, REDIS_URL=service.url) as run:
            ready = partial(_commanded, run, service)
            if control:  # Redis goes and stays away
                service.stop()
            return await restarts(run, service, count, seed, control, ready)


async def _commanded(run: Servers, service: Service, carts: list[Listener]) -> None:
    """Until every cart has heard a command that went through Redis."""
    marks = [cart.commands for cart in carts]
    while any(cart.commands == mark for cart, mark in zip(carts, marks, strict=True)):
        layer = RedisPubSubChannelLayer(hosts=[service.url])
        body = {"type": "look", "what": "command", "data": {"name": "locate", "data": {}}}
        with contextlib.suppress(Exception):
            for cart_id in run.shop.carts[:CARTS]:
                await layer.group_send("carts", body | {"id": cart_id})
        await layer.flush()
        await asyncio.sleep(0.1)


async def of_rabbit(count: int, seed: int, control: bool) -> Finding | None:
    with own_rabbit() as service:
        if service is None:
            return None
        with servers(CARTS, BROKER_URL=service.url, TASK_QUEUE="proof") as run, _worker(run) as app:
            await _answered(app, [])
            if control:
                service.stop()
            return await restarts(run, service, count, seed, control, partial(_answered, app))


@contextlib.contextmanager
def _worker(run: Servers) -> Iterator[Celery]:
    """A worker beside the server, and an application that speaks with it."""
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--pool", "threads"]
    with (run.data / "server.log").open("ab") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=run.variables, stdout=log, stderr=log)
    try:
        yield Celery(broker=run.variables["BROKER_URL"])
    finally:
        worker.terminate()
        worker.wait(timeout=60)


async def _answered(app: Celery, carts: list[Listener]) -> None:
    """Until the worker answers a ping that went over the broker."""

    def ping() -> Any:
        with contextlib.suppress(OSError), app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
            return app.control.ping(timeout=0.5, limit=1, connection=connection)
        time.sleep(0.1)
        return None

    while not await asyncio.to_thread(ping):
        pass


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.restarts")
    kinds = {"postgres": of_postgres, "redis": of_redis, "broker": of_rabbit}
    parser.add_argument("--count", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=list(kinds))
    parser.add_argument(
        "--control", action="store_true", help="leave the service as it is; succeeds if that is noticed"
    )
    options = parser.parse_args()
    good = True
    for name in [options.only] if options.only else list(kinds):
        finding = asyncio.run(kinds[name](options.count, options.seed, options.control))
        if finding is None:
            say(f"restarts of {name}: not installed here, not tried")
            continue
        say(f"restarts of {name}: seed {options.seed}, count {options.count}: {finding.figure}")
        for fault in finding.faults[:5]:
            say(f"  - {fault}")
        good = good and bool(finding.faults) == options.control
    say(("control noticed" if good else "control NOT noticed") if options.control else ("holds" if good else "FAILED"))
    return not good


if __name__ == "__main__":
    sys.exit(main())
