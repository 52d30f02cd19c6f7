"""Sockets that stop reading: they are closed, cost little memory meanwhile, and do not slow the others down."""

import asyncio
import json
import socket
import statistics
from pathlib import Path
from typing import Any

from tests.benchmarks.stream.wire import Wire
from tests.proofs.cart import Cart
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, command

HEALTHY = 40
CLOSED_S, MEMORY_KB = 15.0, 50 * 1024
LINES = 30  # in the basket of a cart before it stalls, so that each answer is some kilobytes
MEASURE_S = 8.0
SMALL = 4096  # bytes of the stalled readers' receive buffers


class Timed(Cart):
    """A healthy cart that knows how long its scans took."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.waits: list[float] = []
        self.begun: dict[int, float] = {}

    def hear(self, text: bytes) -> None:
        before = self.acked
        super().hear(text)
        now = asyncio.get_running_loop().time()
        self.waits += [now - self.begun.pop(seq) for seq in range(before + 1, self.acked + 1) if seq in self.begun]

    async def shop_steadily(self) -> None:
        while True:
            self.record("scan", code=self.random.choice(self.goods)[0], source="scanner")
            self.begun[len(self.events)] = asyncio.get_running_loop().time()
            self.news.set()
            await asyncio.sleep(self.random.uniform(0.3, 0.7))


class Stubborn(Timed):
    """Reads at first; then reads no more. Every second one goes on sending."""

    wire: Wire | None = None

    async def fill(self) -> None:
        """Connect and fill the basket, reading all the while."""
        pipe = socket.socket()
        pipe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        pipe.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(pipe, ("127.0.0.1", self.port))
        wire = Wire(self.port, "/ws/cart/", self.token, self.hear, self.ended)
        await loop.create_connection(lambda: wire, sock=pipe)
        await wire.opened
        self.wire = self.line = wire
        wire.send(self.hello())
        self.record("start")
        for code, _ in self.goods[:LINES]:
            self.record("scan", code=code, source="scanner")
        async with asyncio.timeout(600):
            while self.acked < len(self.events):
                self.news.clear()
                if self.open:
                    self.pump()
                await self.news.wait()

    async def go_on(self) -> None:
        """Scan once a second, whether anybody listens or not."""
        assert self.wire
        while True:
            self.record("scan", code=self.random.choice(self.goods)[0], source="scanner")
            self.wire.send(json.dumps(self.events[-1]).encode())
            await asyncio.sleep(self.random.uniform(0.4, 0.6))


async def readers(count: int, seed: int, control: bool, *, measured: bool = True) -> Finding:
    """`count` readers stall beside healthy carts. Without `measured` nothing that depends on speed is judged."""
    with servers(count + HEALTHY, sabotage="unbounded,no_pings" if control else "") as run:
        port = await run.start()
        healthy = [Timed(run.shop.tokens[n], run.shop.goods, seed * 1000 + n, port) for n in range(HEALTHY)]
        stubborn = [
            Stubborn(run.shop.tokens[HEALTHY + n], run.shop.goods, seed * 1000 + 500 + n, port) for n in range(count)
        ]
        work = [asyncio.create_task(cart.run()) for cart in healthy]
        for cart in healthy:
            cart.record("start")
        work += [asyncio.create_task(cart.shop_steadily()) for cart in healthy]
        for at in range(0, count, 20):
            await asyncio.gather(*(cart.fill() for cart in stubborn[at : at + 20]))
        work += [asyncio.create_task(cart.go_on()) for cart in stubborn[::2]]
        found = await _watch(run, run.pids[port], healthy, stubborn, measured=measured)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
    return found


async def _watch(run: Servers, pid: int, healthy: list[Timed], stubborn: list[Stubborn], *, measured: bool) -> Finding:
    loop, found = asyncio.get_running_loop(), []
    await asyncio.sleep(2)
    before = await _p99(healthy, MEASURE_S if measured else 0.5)
    memory, sockets = rss_kb(pid), descriptors(pid)
    for cart in stubborn:
        assert cart.wire
        cart.wire.transport.pause_reading()
    began, most = loop.time(), memory
    during = asyncio.create_task(_p99(healthy, CLOSED_S))
    while descriptors(pid) > sockets - len(stubborn) and loop.time() - began < (CLOSED_S if measured else 300) + 5:
        most = max(most, rss_kb(pid))
        await asyncio.sleep(0.1)
    closed_s, left = loop.time() - began, descriptors(pid) - (sockets - len(stubborn))
    after = await during
    if left > 0:
        found.append(f"{left} stalled sockets are still open after {closed_s:.0f} s")
    if measured and closed_s > CLOSED_S + 0.5:
        found.append(f"the stalled were closed only after {closed_s:.1f} s")
    if measured and most - memory > MEMORY_KB:
        found.append(f"memory grew by {(most - memory) / 1024:.0f} MB")
    if measured and after > 2 * before:
        found.append(f"the healthy carts' p99 went from {before * 1000:.1f} to {after * 1000:.1f} ms")
    found += [f"{cart.name}, healthy, was closed: {cart.codes}" for cart in healthy if cart.codes]
    return Finding(
        f"{len(stubborn)} stalled, closed within {closed_s:.1f} s, memory grew by {(most - memory) / 1024:.1f} MB, "
        f"p99 of {len(healthy)} healthy carts {before * 1000:.1f} ms before, {after * 1000:.1f} ms meanwhile",
        found,
    )


async def _p99(carts: list[Timed], seconds: float) -> float:
    """The 99th percentile of scan to acknowledgement in the next seconds."""
    for cart in carts:
        cart.waits.clear()
    await asyncio.sleep(seconds)
    waits = [wait for cart in carts for wait in cart.waits]
    return statistics.quantiles(waits, n=100)[98] if len(waits) > 1 else 0.0


def rss_kb(pid: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def descriptors(pid: int) -> int:
    """How many sockets a process holds open."""
    count = 0
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            count += str(entry.readlink()).startswith("socket:")
        except FileNotFoundError:
            continue
    return count


if __name__ == "__main__":
    command("readers", readers, few=200)
