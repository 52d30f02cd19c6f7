"""The sandbox behind the port."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from checkout.providers.port import Answer, Movement, Payment, ProviderRefused, ProviderUnsure, Returned
from checkout.providers.sandbox import books as books_
from checkout.providers.sandbox.books import Books, Charge
from checkout.providers.sandbox.events import SandboxEvent, events_due, events_plan
from checkout.providers.sandbox.script import PREFIX, WEBHOOKS, balance, behaviour

TIMEOUT_S = 2.0
SLOW_S = 3.0


class Sandbox:
    """`pause` waits so many seconds and `clock` tells the POSIX time; tests hand their own."""

    name = "sandbox"

    def __init__(
        self, path: Path, *, pause: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.time
    ) -> None:
        self._path = path
        self._books = Books(path)
        self._pause = pause
        self._clock = clock

    def takes(self, source: str) -> bool:
        return bool(behaviour(source))

    def authorise(self, payment: Payment) -> Answer:
        script = behaviour(payment.source)
        if not script or payment.amount_minor <= 0:
            raise ProviderRefused("the sandbox takes amounts above 0 and the sources that its documentation lists")
        first = self._note(payment.key, "authorise") == 1
        if script == "slow" and first:
            self._pause(SLOW_S)
        if script == "timeout_before" and first:
            self._time_out()
        answer = self._begin(payment, script)
        if script == "timeout_after" and first:
            self._time_out()
        return answer

    def capture(self, payment: Payment) -> Answer:
        first = self._note(payment.key, "capture") == 1
        with self._books.open() as books:
            found = self._ready(books, payment.key)
            if found is None:
                raise ProviderRefused("the sandbox holds nothing under this key")
            if found.state == "authorised":
                found = self._take(books, found, payment.amount_minor)
        if first and behaviour(found.source) == "capture_timeout":
            self._time_out()
        return _answer(found)

    def void(self, payment: Payment) -> Answer:
        self._note(payment.key, "void")
        with self._books.open() as books:
            found = self._ready(books, payment.key)
            if found is None:
                # A key that is void from the start: a call still on its way finds it so.
                row = (payment.key, books_.name(), 0, 0, 0, "", "", "voided", "", 0, self._clock())
                books.execute("insert into charge values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
            elif found.state in {"authorised", "pending"}:
                self._let_go(books, found.source, found.held)
                books.execute("update charge set state = 'voided' where key = ?", (payment.key,))
            return _answer(_sure(books, payment.key))

    def find(self, payment: Payment) -> Answer | None:
        self._note(payment.key, "find")
        with self._books.open() as books:
            found = self._ready(books, payment.key)
        return _answer(found) if found else None

    def refund(self, payment: Payment, *, key: str, amount_minor: int) -> Returned:
        first = self._note(key, "refund") == 1
        with self._books.open() as books:
            returned = self._give(books, payment.key, key, amount_minor)
        if first and behaviour(payment.source) == "refund_timeout":
            self._time_out()
        return returned

    def events(self) -> list[SandboxEvent]:
        """The webhooks that are due, each handed out once."""
        with self._books.open() as books:
            return events_due(books, self._clock())

    def movements(self, since: float, until: float) -> list[Movement]:
        """Its own list of what it took and gave back, by POSIX time: `since` included, `until` not."""
        with self._books.open() as books:
            charges = books.execute(
                "select 'charge', key, reference, taken, currency, at from charge "
                "where taken > 0 and at >= ? and at < ?",
                (since, until),
            ).fetchall()
            givings = books.execute(
                "select 'refund', g.key, g.reference, g.amount, c.currency, g.at from giving g join charge c on "
                "c.key = g.charge where g.state = 'done' and g.at >= ? and g.at < ?",
                (since, until),
            ).fetchall()
        return [Movement(*row) for row in [*charges, *givings]]

    def captured_minor(self, *, key: str) -> int:
        """What it took under this key, in minor units: the other side's word, for reconciling and for tests."""
        with self._books.open() as books:
            found = books_.charge(books, key)
        return found.taken if found else 0

    def kept_minor(self) -> int:
        """All that it took and has not given back, and all that it holds aside: what shoppers miss, in minor units."""
        with self._books.open() as books:
            taken, held = books.execute(
                "select coalesce(sum(taken), 0), coalesce(sum(case when state = 'authorised' then held end), 0) "
                "from charge"
            ).fetchone()
            (back,) = books.execute("select coalesce(sum(amount), 0) from giving where state = 'done'").fetchone()
        return int(taken + held - back)

    def given_minor(self, *, key: str) -> int:
        """What it gave back of what it took under this key."""
        with self._books.open() as books:
            return books_.given(books, key)

    def calls(self, *, key: str) -> list[str]:
        """The calls that came in under this key, in order."""
        with self._books.open() as books:
            return [name for (name,) in books.execute("select name from call where key = ? order by rowid", (key,))]

    def _time_out(self) -> None:
        self._pause(TIMEOUT_S)
        raise ProviderUnsure("the sandbox did not answer in time")

    def _note(self, key: str, name: str) -> int:
        with self._books.open() as books:
            books.execute("insert into call values (?, ?, ?)", (key, name, self._clock()))
            return int(books.execute("select count(*) from call where key = ? and name = ?", (key, name)).fetchone()[0])

    def _begin(self, payment: Payment, script: str) -> Answer:
        with self._books.open() as books:
            if books_.charge(books, payment.key) is None:
                self._write(books, payment, script)
            found = self._ready(books, payment.key)
        if found is None or found.state == "voided":
            return Answer("voided", found.reference if found else "")
        if (found.asked, found.currency, found.source) != (payment.amount_minor, payment.currency, payment.source):
            raise ProviderRefused("this key stands for another payment")
        return _answer(found)

    def _write(self, books: sqlite3.Connection, payment: Payment, script: str) -> None:
        now, opening = self._clock(), balance(script)
        held, state, detail, ready = payment.amount_minor, "authorised", "", 0.0
        if script == "decline":
            held, state, detail = 0, "declined", "the card was declined"
        elif script == "partial":
            held = max(1, payment.amount_minor // 2)
        elif opening is not None:
            held = books_.draw(books, payment.source, opening, payment.amount_minor)
            state, detail = ("authorised", "") if held else ("declined", "nothing is left on it")
        elif script in WEBHOOKS:
            state, ready = "pending", now + WEBHOOKS[script][0]
            events_plan(books, payment.key, script, now)
        row: tuple[Any, ...] = (payment.key, books_.name(), payment.amount_minor, held, 0, payment.currency)
        row = (*row, payment.source, state, detail, ready, now)
        books.execute("insert into charge values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _ready(self, books: sqlite3.Connection, key: str) -> Charge | None:
        """The charge, and authorised by now if its time has come."""
        books.execute(
            "update charge set state = 'authorised' where key = ? and state = 'pending' and ready <= ?",
            (key, self._clock()),
        )
        return books_.charge(books, key)

    def _take(self, books: sqlite3.Connection, found: Charge, amount: int) -> Charge:
        if not 0 < amount <= found.held:
            raise ProviderRefused("this is more than was authorised")
        if behaviour(found.source) == "expires":
            change = ("declined", "the authorisation has expired", 0, found.key)
        else:
            self._let_go(books, found.source, found.held - amount)
            change = ("captured", "", amount, found.key)
        books.execute("update charge set state = ?, detail = ?, taken = ? where key = ?", change)
        return _sure(books, found.key)

    def _give(self, books: sqlite3.Connection, charge_key: str, key: str, amount: int) -> Returned:
        found = books_.charge(books, charge_key)
        done = books.execute("select state, reference, amount from giving where key = ?", (key,)).fetchone()
        if done is not None:
            if done[2] != amount:
                raise ProviderRefused("this key stands for another refund")
            return Returned(done[0], done[1])
        if found is None or found.state != "captured" or amount <= 0:
            raise ProviderRefused("the sandbox has taken nothing under this key")
        if books_.given(books, charge_key) + amount > found.taken:
            raise ProviderRefused("this is more than was taken")
        state: Literal["done", "failed"] = "failed" if behaviour(found.source) == "refund_fails" else "done"
        reference = books_.name()
        row = (key, charge_key, reference, amount, state, self._clock())
        books.execute("insert into giving values (?, ?, ?, ?, ?, ?)", row)
        if state == "done":
            self._let_go(books, found.source, amount)
        return Returned(state, reference, "the card is closed" if state == "failed" else "")

    def _let_go(self, books: sqlite3.Connection, source: str, amount: int) -> None:
        """Gift cards and points get back what was drawn."""
        opening = balance(source.removeprefix(PREFIX))
        if opening is not None and amount:
            books_.draw(books, source, opening, -amount)


def _sure(books: sqlite3.Connection, key: str) -> Charge:
    found = books_.charge(books, key)
    if found is None:
        raise ProviderRefused("the sandbox holds nothing under this key")
    return found


def _answer(found: Charge) -> Answer:
    state: Any = found.state
    part = found.held if found.state == "authorised" and found.held < found.asked else None
    return Answer(state, found.reference, found.detail, part)
