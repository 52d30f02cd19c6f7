"""What another policy would have changed on trips that have happened: alarms, reviews, catches, and their money.

Both policies judge the same trips in the same order. From files each has a weight book of its own that learns as it
goes; a store's own trips are judged with what the store knows today, so that each can be judged by itself. A catch is a
discrepancy that still stood when the trip was sealed; a corrected one is an alarm that the shopper put right. Where a
look has found an alarm true or false, it is counted whether the policy would have raised it. Money is minor units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from carts.reconciliation import Discrepancy, Lesson, Policy, ProductFacts, WeightBook

from .run import Recorded, Resolve, replay_trip, resolver

SAME_MS = 30_000  # two alarms of one trip this near, of one kind or product, are the same
Prices = Callable[[str], ProductFacts]


class Finding(msgspec.Struct, frozen=True):
    """An alarm that was looked into: what it was, and whether it was true."""

    opened_ms: int
    kind: str
    products: tuple[str, ...]
    true: bool


class Tally(msgspec.Struct):
    """Counts over trips: with any alarm, sent to review, alarms in all, put right, left standing and their worth; and
    of the alarms that looks have found true or false, how many were raised."""

    trips: int = 0
    alarmed: int = 0
    reviewed: int = 0
    alarms: int = 0
    corrected: int = 0
    caught: int = 0
    caught_minor: int = 0
    true: int = 0
    false: int = 0


class End(msgspec.Struct, frozen=True):
    """How a trip ended under a policy: the engine's verdict, all alarms, the worth of what still stood."""

    outcome: str
    risk: float
    alarms: tuple[Discrepancy, ...]
    standing: tuple[Discrepancy, ...]
    worth_minor: int
    reasons: tuple[str, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """A trip that would have gone another way: outcomes and numbers of alarms, before and after."""

    trip: str
    outcome: tuple[str, str]
    alarms: tuple[int, int]


class Comparison(msgspec.Struct):
    before: Tally
    after: Tally
    changes: list[Change]


def blank() -> Comparison:
    """Nothing compared yet."""
    return Comparison(Tally(), Tally(), [])


def compare(
    trips: Iterable[Recorded],
    products: list[ProductFacts],
    before: Policy,
    after: Policy,
    progress: Callable[[int], None] = lambda done: None,
) -> Comparison:
    """Tallies of both policies over the trips, and the trips that differ."""
    found, resolve = blank(), resolver(products)
    books = WeightBook(products), WeightBook(products)
    for done, trip in enumerate(trips, start=1):
        ends = []
        for book, policy in zip(books, (before, after), strict=True):
            end, lessons = _ended(trip, book, policy, resolve)
            ends.append(end)
            book.learn(lessons())
        add(found, trip.trip, ends[0], ends[1], ())
        progress(done)
    return found


def judged(trip: Recorded, book: WeightBook, policy: Policy, resolve: Resolve) -> End:
    """How the trip ends under a policy; the book is asked, not changed."""
    return _ended(trip, book, policy, resolve)[0]


def add(found: Comparison, trip: str, before: End, after: End, looks: Sequence[Finding]) -> None:
    """Count one trip's ends."""
    for tally, end in ((found.before, before), (found.after, after)):
        count(tally, end, looks)
    numbers = len(before.alarms), len(after.alarms)
    if (before.outcome, numbers[0]) != (after.outcome, numbers[1]):
        found.changes.append(Change(trip, (before.outcome, after.outcome), numbers))


def count(tally: Tally, end: End, looks: Sequence[Finding]) -> None:
    tally.trips += 1
    tally.alarmed += bool(end.alarms)
    tally.reviewed += end.outcome == "review"
    tally.alarms += len(end.alarms)
    tally.corrected += len(end.alarms) - len(end.standing)
    tally.caught += len(end.standing)
    tally.caught_minor += end.worth_minor
    tally.true += sum(look.true and _raised(look, end.alarms) for look in looks)
    tally.false += sum(not look.true and _raised(look, end.alarms) for look in looks)


def worth(alarm: Discrepancy, prices: Prices) -> int:
    """What is wrong in money if the alarm is true: the product's price, or that of what the weight suggests."""
    belief = sum(candidate.probability for candidate in alarm.candidates)
    if alarm.kind in {"unscanned", "mismatch"} and belief > 0:
        value = sum(c.probability * _price(prices(c.product), c.grams, c.quantity) for c in alarm.candidates)
        return round(value / belief)
    grams = abs(alarm.observed_g or alarm.expected_g)
    return round(sum([_price(prices(product), grams, 1) for product in alarm.products]))


def _ended(
    trip: Recorded, book: WeightBook, policy: Policy, resolve: Resolve
) -> tuple[End, Callable[[], list[Lesson]]]:
    engine, _, verdict = replay_trip(trip, book, policy, resolve)
    alarms = tuple(engine.discrepancies())
    standing = tuple(alarm for alarm in alarms if alarm.cleared_at is None)
    money = sum(worth(alarm, book.facts) for alarm in standing)
    return End(verdict.outcome, verdict.risk, alarms, standing, money, verdict.reasons), engine.lessons


def _price(facts: ProductFacts, grams: float, quantity: int) -> float:
    return facts.price_minor * grams / 1000 if facts.sold_by == "kg" else facts.price_minor * quantity


def _raised(look: Finding, alarms: Iterable[Discrepancy]) -> bool:
    return any(
        abs(alarm.opened_at - look.opened_ms) <= SAME_MS
        and (alarm.kind == look.kind or bool(set(alarm.products) & set(look.products)))
        for alarm in alarms
    )


def changed_policy(policy: Policy, settings: Iterable[str]) -> Policy:
    """The policy with `field=value` settings applied.

    Raises ValueError for an unknown field or a value of the wrong type.
    """
    values = msgspec.to_builtins(policy)
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise ValueError(f"Write FIELD=VALUE, for example alarm_probability=0.9, not {setting}.")
        if name not in values or isinstance(values[name], dict):
            known = ", ".join(sorted(k for k, v in values.items() if not isinstance(v, dict)))
            raise ValueError(f"No such policy field: {name}. Fields: {known}.")
        try:
            values[name] = msgspec.json.decode(value.encode())
        except msgspec.DecodeError as error:
            raise ValueError(f"{name} is a number; {value} is none.") from error
    return msgspec.convert(values, Policy)
