"""A live trip from its rows: snapshot, then the journal's tail through the same engine.

Readings are not stored, but settled levels are: the engine is fed a second of the level it had settled on. What lay
between the last level and the break is a hole in the stream, and the next standstill is compared with the whole basket.
"""

import logging
from typing import Any, NamedTuple, cast

import msgspec
from django.db.models import Q

from carts.live.context import StoreContext
from carts.live.decisions import discrepancy_number
from carts.live.trip import LiveTrip, new_engine
from carts.models import JournalEntry, Origin, PolicyVersion, Snapshot, Trip, TripState
from carts.reconciliation import Engine, Policy, Scale
from carts.selectors.policies import policy_of
from carts.services.projection import basket_of_trip

logger = logging.getLogger(__name__)
LEVEL_STEP_MS = 100
LEVEL_READINGS = 10
TOLD = {"level", "correct", "reopen"}  # of what no cart said, what an engine is told again
SPOKEN = Q(origin="cart") | Q(kind__in=TOLD)
READ = ("id", "origin", "kind", "seq", "at_ms", "data", "outcome", "detail")


class Entry(NamedTuple):
    """What of a journal entry a rebuilt engine is told."""

    id: int
    origin: str
    kind: str
    seq: int | None
    at_ms: int
    data: dict[str, Any]
    outcome: str
    detail: dict[str, Any]


def rebuild(trip: Trip, context: StoreContext, scale: Scale) -> LiveTrip:
    """The trip as it was when its last entry was committed."""
    return rebuild_to(trip, context, scale)[0]


def rebuild_to(trip: Trip, context: StoreContext, scale: Scale) -> tuple[LiveTrip, int]:
    """The trip as its journal has it, and the id of the entry to which that is."""
    snapshot = next(iter(Snapshot.objects.filter(trip_id=trip.id).order_by()), None)
    policy = _policy(trip, context)
    engine = _restored(snapshot, context, policy) if snapshot else None
    after = snapshot.after_id if snapshot and engine else 0
    if engine is None:
        engine = new_engine(context, scale, policy)
        _stand_before(engine, trip)
        engine.start(trip.start_ms)
    basket = basket_of_trip(trip, context.catalogue)
    live = LiveTrip(id=trip.id, context=context, engine=engine, basket=basket, mode=trip.mode, language=trip.language)
    if trip.state == TripState.SHOPPING:
        basket.adopt(context.catalogue)  # a price may have changed while the cart was away
    live.state, live.last_ms = TripState(trip.state), trip.last_ms
    live.decisions.rows = {row.number: row for row in trip.discrepancies.all()}
    told = _entries(trip, after)
    for entry in told if live.weighs else ():
        if entry.id > after and (entry.origin == Origin.CART or entry.kind in TOLD):
            replay(engine, entry)
    live.skipped = sum(entry.data["to"] - (entry.seq or 0) + 1 for entry in told if entry.kind == "skip")
    return live, max(after, told[-1].id if told else 0)


def _entries(trip: Trip, after: int) -> list[Entry]:
    """What came after an entry, and every hole of the trip: one question, and no rows made into objects for it."""
    wanted = Q(id__gt=after) | Q(kind="skip")
    rows = JournalEntry.objects.filter(wanted, trip_id=trip.id).order_by("id").values_list(*READ)
    return [Entry(*row) for row in rows]


def _policy(trip: Trip, context: StoreContext) -> Policy:
    """What the trip has been judged with from its start."""
    if trip.policy_version_id in {None, context.version_id}:
        return context.policy
    return policy_of(cast(PolicyVersion, trip.policy_version))


def _stand_before(engine: Engine, trip: Trip) -> None:
    """The load that stood when the trip began, as its first settled level has it: that is the zero."""
    first = JournalEntry.objects.filter(trip=trip, kind="level").order_by("id").first()
    if first is not None:
        readings = [float(first.data["before_g"])] * LEVEL_READINGS
        engine.readings(trip.start_ms - LEVEL_STEP_MS * LEVEL_READINGS, LEVEL_STEP_MS, readings)


def _restored(snapshot: Snapshot, context: StoreContext, policy: Policy) -> Engine | None:
    """None for a snapshot of an engine of another version: the journal tells it all again."""
    try:
        return Engine.restore(bytes(snapshot.state), book=context.book, policy=policy)
    except msgspec.MsgspecError:
        logger.warning("the snapshot of trip %s can't be read; replaying its journal", snapshot.trip_id)
        return None


def replay(engine: Engine, entry: Entry) -> None:
    """Tell an engine again what it was told; what it answers is in the rows already."""
    at, data, detail = entry.at_ms, entry.data, entry.detail
    if entry.kind == "level":
        readings = [float(data["after_g"])] * LEVEL_READINGS
        engine.readings(at, LEVEL_STEP_MS, readings)
    elif entry.kind == "correct":
        for seen in data.get("seen", ()):
            engine.correct(at, seen["product"], seen["quantity"], seen["line"])
    elif entry.outcome == "added":
        engine.scan(at, detail["product"], detail["quantity"], detail["line"], known_weight_g=detail.get("label_g"))
    elif entry.outcome == "removed":
        engine.remove(at, detail["product"], detail["quantity"], detail["line"])
    else:
        _replay_plain(engine, entry.outcome, at, data)


def _replay_plain(engine: Engine, outcome: str, at: int, data: dict[str, Any]) -> None:
    if outcome == "disputed":
        engine.dispute(at, discrepancy_number(data["discrepancy"]))
        return
    calls = {
        "bag_noted": engine.bag,
        "paused": engine.pause,
        "resumed": engine.resume,
        "sealed": engine.seal,
        "reopened": engine.reopen,
    }
    call = calls.get(outcome)
    if call is not None:
        call(at)
