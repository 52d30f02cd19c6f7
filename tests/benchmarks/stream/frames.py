"""What a frame costs: a bare echo, ours, and a stock consumer, each in turn, in rounds."""

import asyncio
import statistics

from tests.benchmarks.stream.load import Sender, rounds
from tests.benchmarks.stream.server import SANSIO, WIRE, Running, folder, serving, shop_for
from tests.benchmarks.stream.world import Shop

CARTS = 200
OURS = "config.asgi:application"
ECHO, STOCK = "tests.benchmarks.stream.peers:echo", "tests.benchmarks.stream.peers:stock"
SERVERS = {"echo": (ECHO, SANSIO), "ours": (OURS, WIRE), "ours, uvicorn's socket": (OURS, SANSIO),
           "stock": (STOCK, SANSIO)}  # fmt: skip
# Slow enough that the server is done with a round before the next, so that a read never holds two frames of a socket.
EVERY_S = {ECHO: 0.025, OURS: 0.04, STOCK: 0.25}


def senders_for(shop: Shop, carts: int) -> list[Sender]:
    return [Sender(token, shop.goods, seed) for seed, token in enumerate(shop.tokens[:carts])]


async def _cost(application: str, running: Running, shop: Shop, count: int) -> float:
    senders = senders_for(shop, CARTS)
    for sender in senders:
        await sender.open(running.port)
        if application != ECHO:
            await sender.begin()
    await asyncio.sleep(1)
    before, heard = running.cpu_s(), sum(sender.heard for sender in senders)
    await rounds(senders, count, EVERY_S[application])
    if application == ECHO:
        while sum(sender.heard for sender in senders) - heard < count * CARTS:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    else:
        for sender in senders:
            await sender.settled()
    return (running.cpu_s() - before) / (count * CARTS) * 1e6


def cost(application: str, ws: str, count: int) -> float:
    """Microseconds of the server's CPU for each frame that came in."""
    with folder() as data:
        shop = shop_for(data, CARTS, 500)
        with serving(application, data, ws=ws) as running:
            return asyncio.run(asyncio.wait_for(_cost(application, running, shop, count), 120))


def report(turns: int, count: int) -> None:
    figures: dict[str, list[float]] = {name: [] for name in SERVERS}
    for turn in range(turns):
        for name, (application, ws) in SERVERS.items():
            figures[name].append(cost(application, ws, count if application != STOCK else max(50, count // 8)))
        seen = ", ".join(f"{name} {values[-1]:.1f} µs" for name, values in figures.items())
        print(f"  round {turn + 1} of {turns}: {seen}", flush=True)
    echo, ours, plain, stock = (statistics.median(values) for values in figures.values())
    print("\n| server | CPU µs a frame |\n| --- | --- |")
    print(f"| bare echo (uvicorn, websockets-sansio) | {echo:.1f} |\n| ours, as shipped | {ours:.1f} |")
    print(f"| ours on websockets-sansio | {plain:.1f} |\n| stock Channels and DRF | {stock:.1f} |")
    print(
        f"\nbare echo's CPU a frame / ours: {echo / ours:.2f}   (must 0.25, aim 0.45; on its socket {echo / plain:.2f})"
    )
    print(f"our frames a core / stock's: {stock / ours:.1f}   (must 8, aim 15; on its socket {stock / plain:.1f})")
