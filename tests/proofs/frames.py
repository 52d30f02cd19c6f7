"""Malformed and mutated frames: a typed error or a close for each, no unhandled exception, nobody else touched."""

import asyncio
import json
import random

from carts.protocol import Malformed, decode
from carts.protocol.decode import decode_data
from carts.protocol.inbound import Event
from tests.benchmarks.stream.wire import Wire, connect
from tests.proofs.cart import Cart
from tests.proofs.servers import Servers, servers
from tests.proofs.telling import Finding, command

SOUND = [
    '{"type":"event","seq":1,"at":5,"kind":"scan","data":{"code":"4000000000006","source":"scanner"}}',
    '{"type":"event","seq":2,"at":9,"kind":"remove","data":{"line":1}}',
    '{"type":"weight","at":5,"step":100,"grams":[1,2.5,-3]}',
    '{"type":"skip","from":3,"to":4,"why":"lost"}',
    '{"type":"health","battery":0.5,"charging":false}',
    '{"type":"hello","stream":"7f9c24e5-0000-4000-8000-000000000001","clock":"","firmware":"","scale":null}',
]
CORPUS = [
    "", " ", "null", "[]", "0", '"x"', "{}", "{", "NaN", '{"type":"weight","at":0,"step":1,"grams":[NaN]}',
    '{"type":"weight","at":0,"step":1,"grams":[1e999]}', '{"type":"weight","at":0,"step":1,"grams":[Infinity]}',
    '{"type":"event","seq":' + "9" * 4000 + ',"at":0,"kind":"bag","data":{}}',
    '{"type":"event","seq":-1,"at":0,"kind":"bag","data":{}}', '{"type":"event","seq":true,"at":0,"kind":"bag"}',
    '{"type":"event","seq":1,"at":0,"kind":"scan","data":{"code":"\\ud800","source":"keyed"}}',
    '{"type":"event","seq":1,"at":0,"kind":"scan","data":{"code":"a\\u0000","source":"keyed"}}',
    '{"type":"event","seq":1,"seq":2,"at":0,"kind":"bag","data":{}}',
    '{"type":"event","seq":1,"at":0,"kind":"bag","data":' + "[" * 5000 + "]" * 5000 + "}",
    '{"type":"event","seq":1,"at":0,"kind":"fly","data":{}}', '{"type":"weight","at":0,"step":1,"grams":[]}',
    "x" * (64 * 1024 + 1), '{"type":"teleport"}',
]  # fmt: skip
PIECES = [
    "\x00",
    "\\ud800",
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "1e999",
    "-",
    "NaN",
    "null",
    "é",
    "\\",
    "9" * 40,
    '"seq":1,',
]


def mutated(chance: random.Random) -> str:
    """A frame of the corpus, or a sound one with some characters cut, doubled or put in."""
    if chance.random() < 0.2:
        return chance.choice(CORPUS)
    text = chance.choice(SOUND)
    for _ in range(chance.randrange(1, 4)):
        at, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        change = chance.randrange(3)
        if change == 0:
            text = text[:at] + text[min(end, at + 6) :]
        elif change == 1:
            text = text[:end] + text[at:]
        else:
            text = text[:at] + chance.choice(PIECES) + text[at:]
    return text


def malformed(text: str) -> bool:
    """Whether the protocol refuses it. Raises if the protocol's code does not hold."""
    message = decode(text)
    if isinstance(message, Event):
        return isinstance(decode_data(message), Malformed)
    return isinstance(message, Malformed)


class Prober:
    """A socket that sends what is malformed, and counts what comes back."""

    def __init__(self) -> None:
        self.errors = 0
        self.code = 0
        self.news = asyncio.Event()

    def hear(self, text: bytes) -> None:
        message = json.loads(text)
        self.errors += message["type"] == "error" and message["code"] == "malformed"
        self.news.set()

    def ended(self, code: int) -> None:
        self.code = code
        self.news.set()

    async def probe(self, run: Servers, port: int, token: str, frames: list[str]) -> None:
        """Ten malformed frames: ten errors, then 4400."""
        wire: Wire = await connect(port, "/ws/cart/", token, self.hear, self.ended)
        for frame in frames:
            wire.send(frame.encode("utf-8", "surrogatepass"))
        async with asyncio.timeout(15):
            while not self.code:
                self.news.clear()
                await self.news.wait()
        wire.drop()


async def frames(count: int, seed: int, control: bool) -> Finding:
    """All `count` frames through the decoder; one in twenty of the malformed ones over real sockets, too."""
    chance, found = random.Random(seed), []
    bad: list[str] = []
    for _ in range(count):
        text = mutated(chance)
        try:
            if malformed(text):
                bad.append(text)
        except Exception as error:
            found.append(f"{type(error).__name__} on {text[:80]!r}")
    sent = 0
    with servers(2, sabotage="trusting" if control else "") as run:
        port = await run.start()
        ana = Cart(run.shop.tokens[0], run.shop.goods, seed, port)
        work = asyncio.create_task(ana.run())
        ana.shop()
        await ana.settled()
        batches = [bad[at : at + 10] for at in range(0, len(bad) // 20, 10)]
        for batch in (batch for batch in batches if len(batch) == 10):
            prober = Prober()
            await prober.probe(run, port, run.shop.tokens[1], batch)
            sent += 10
            if (prober.errors, prober.code) != (10, 4400):
                found.append(f"{prober.errors} errors and close {prober.code} for {[b[:30] for b in batch]}")
            ana.shop()
            ana.news.set()
            if control and found:
                break
        await ana.settled(5)
        found += [f"Ana's own connection was closed: {ana.codes}"] if ana.codes else []
        work.cancel()
        found += ["an exception was not handled"] if "Traceback" in run.log else []
    return Finding(f"{count} frames, {len(bad)} malformed, {sent} of them over sockets", found)


if __name__ == "__main__":
    command("frames", frames, few=20_000)
