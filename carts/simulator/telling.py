"""Says what happens, line by line, for people who watch a terminal."""

import sys
from collections.abc import Callable, Iterator
from typing import Protocol, TextIO

from carts.client import Ack, Basket, Command, Discrepancy, Error, Incoming, Trip, Unknown, Welcome

Who = str


class Teller(Protocol):
    """Hears who did what. `who` is `shopper`, `cart`, `server`, `lane` or the like."""

    def say(self, who: Who, text: str) -> None:
        """One thing that happened."""


class Silence:
    """Says nothing."""

    def say(self, who: Who, text: str) -> None:
        """Keeps it."""


class Terminal:
    """Writes `[mm:ss] who  text`; the time is the cart's. With a `name` every line begins with it."""

    def __init__(self, now_ms: Callable[[], int], *, name: str = "", out: TextIO = sys.stdout) -> None:
        self._now_ms = now_ms
        self._prefix = f"{name:<8} " if name else ""
        self._out = out

    def say(self, who: Who, text: str) -> None:
        """Writes one line at once, so that a pipe shows it too."""
        seconds = self._now_ms() // 1000
        self._out.write(f"{self._prefix}[{seconds // 60:02d}:{seconds % 60:02d}] {who:<8} {text}\n")
        self._out.flush()


def money(minor: int, currency: str, exponent: int) -> str:
    """An amount in minor units for reading: 1234, EUR, 2 -> `12.34 EUR`."""
    whole, rest = divmod(abs(minor), 10**exponent)
    fraction = f".{rest:0{exponent}d}" if exponent else ""
    return f"{'-' if minor < 0 else ''}{whole}{fraction} {currency}"


def describe(message: Incoming) -> Iterator[str]:
    """What a message of the server says, in plain sentences; nothing for what only machines need."""
    match message:
        case Welcome():
            yield f"welcome: connection {message.epoch}, events to {message.acked} are kept, {message.credits} credits"
        case Ack():
            for result in message.results:
                tail = f" ({result.text})" if result.text else ""
                yield f"event {result.seq} is on disk: {result.event} -> {result.outcome}{tail}"
        case Basket():
            totals = message.totals
            due = money(totals.due, totals.currency, totals.exponent)
            states = ", ".join(f"{line.name} {line.status}" for line in message.lines if line.status != "verified")
            yield f"basket {message.revision}: {totals.items} items, {due} due{f' [{states}]' if states else ''}"
        case Discrepancy():
            yield from _discrepancy(message)
        case Trip():
            yield f"the trip is {message.state}{f' ({message.reason})' if message.reason else ''}"
        case Command():
            yield f"command: {message.name}"
        case Error():
            yield f"error {message.code}: {message.detail}"
        case Unknown():
            yield f"a message this client does not know ({message.type or 'unreadable'}): {message.why}"


def _discrepancy(message: Discrepancy) -> Iterator[str]:
    if message.state != "open":
        yield f"discrepancy {message.id} ({message.kind}) is {message.state}"
        return
    grams = f"expected {message.expected_g or 0:.0f} g, saw {message.observed_g or 0:.0f} g"
    yield f"discrepancy {message.id}: {message.kind}, {grams}"
    if message.advice:
        yield f"advice: {message.advice}"
