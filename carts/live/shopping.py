"""One cart between trips and on them: events become Steps.

Handlers change memory at once; a Step says what must last and what is told when it has. Three kinds of event move the
trip's state in the database, where checkout and staff move it too: `seal`, `reopen` and `cancel` carry a Move, and
memory follows in `moved` once the Move has been made.
"""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from carts.live.anonymous import anonymous
from carts.live.context import StoreContext
from carts.live.decisions import copied, discrepancy_message, discrepancy_number, entries, trip_message
from carts.live.results import Step
from carts.live.sealing import seal_fields
from carts.live.tokens import Granted
from carts.live.trace import LOOK_MS, RIDE_MS
from carts.live.trip import LiveTrip, new_engine
from carts.live.write import Move, Projection, Write
from carts.models import JournalEntry, Snapshot, Trip, TripState
from carts.protocol import Apply, ApplySkip, events, outbound
from carts.protocol.inbound import Event, Weight
from carts.reconciliation import Engine, Output, Scale
from carts.services.projection import line_rows
from inventory.selectors.tokens import NoToken
from inventory.services.pseudonyms import pseudonym

SNAPSHOT_EVENTS = 50
SNAPSHOT_MS = 60_000
OPEN_STATES = {TripState.SEALED, TripState.IN_REVIEW, TripState.CLEARED}
NO_TRIP = ("not_on_trip", {"text": "No trip is under way. Start one first."})
SEALED = ("ignored", {"text": "The basket is sealed. Go on shopping first."})


class Shopping:
    """The state behind one connection; `trip` is the live trip or None."""

    __slots__ = ("cart_id", "context", "engine", "epoch", "last_entry_id", "offset_ms", "scale", "since_snapshot",
                 "snapshot_ms", "stream", "trip")  # fmt: skip

    def __init__(
        self,
        *,
        cart_id: uuid.UUID,
        epoch: int,
        stream: uuid.UUID,
        context: StoreContext,
        scale: Scale,
        trip: LiveTrip | None,
    ) -> None:
        self.cart_id = cart_id
        self.epoch = epoch
        self.stream = stream
        self.context = context
        self.scale = scale
        self.trip = trip
        self.engine = trip.engine if trip else new_engine(context, scale)
        self.offset_ms = 0
        self.last_entry_id = 0
        self.since_snapshot = 0
        self.snapshot_ms = 0

    # -- readings ------------------------------------------------------------------------------------------------

    def weigh(self, weight: Weight, clock: Callable[[], datetime]) -> Step | None:
        """Take a frame of readings; None when it changes nothing, as nearly always: then the clock is not asked."""
        at = weight.at + self.offset_ms
        trip = self.trip
        if trip is None:
            self.engine.readings(at, weight.step, weight.grams)
            return None
        full = trip.thinner.add(at, weight.step, weight.grams)
        # A sealed basket is frozen; to the engine the time until it is reopened is a hole in the stream.
        frozen = trip.state != TripState.SHOPPING
        outputs = [] if frozen else self.engine.readings(at, weight.step, weight.grams)
        risen = trip.watch(at, weight.step, weight.grams) if frozen else None
        if not outputs and not full and risen is None:
            return None
        now = clock()
        trip.last_ms = max(trip.last_ms, at)
        step = Step(self._write())
        self._decide(step, trip, outputs, trip.settle(outputs, now), now)
        if full:
            step.write.trace = trip.thinner.block(now)
        step.risen = risen
        return None if step.empty else step

    def trace(self, now: datetime) -> Step | None:
        """What there is of the weight's trace, since somebody looks on; None if that is next to nothing."""
        trip = self.trip
        if trip is None or trip.thinner.waiting_ms < LOOK_MS:
            return None
        step = Step(self._write())
        step.write.trace = trip.thinner.block(now)
        return step

    # -- events --------------------------------------------------------------------------------------------------

    def apply(self, action: Apply, now: datetime, token: Granted | NoToken | None = None) -> Step:
        """Do an event, and say what comes of it; `token` is what a scan turned out to be that is no goods."""
        at = action.event.at + self.offset_ms
        if isinstance(action.data, events.Start):
            return self._start(action, action.data, at, now)
        trip = self.trip
        if trip is None:
            return self._refuse(action, NO_TRIP, now)
        trip.last_ms = max(trip.last_ms, at)
        if isinstance(action.data, (events.Seal, events.Reopen, events.Cancel)):
            return self._move(action, trip, at, now)
        if trip.state != TripState.SHOPPING and not isinstance(action.data, (events.Assist, events.Dispute)):
            return self._refuse(action, SEALED, now)
        outcome, detail, outputs = trip.handle(action.data, at, now) if token is None else trip.present(token)
        lines = trip.settle(outputs, now, goods_moved=outcome.endswith(("added", "removed")))
        step = self._step(action, outcome, detail, now)
        self._decide(step, trip, outputs, lines, now)
        if trip.thinner.waiting_ms >= RIDE_MS:
            step.write.trace = trip.thinner.block(now)
        if isinstance(action.data, events.Assist):
            step.write.assist = (trip.id, action.data.reason)
        if isinstance(action.data, events.Dispute) and outcome == "disputed":
            self._tell_dispute(step, trip, action.data)
        return step

    def skip(self, action: ApplySkip, now: datetime) -> Step:
        """Note a hole; it is a reason to look at the trip."""
        event = Event(seq=action.first, at=self.trip.last_ms if self.trip else 0, kind="skip")
        step = self._step_of(event, {"to": action.last, "why": action.why}, "", "skipped", {}, now)
        step.upto = action.last
        if self.trip is not None:
            self.trip.skipped += action.last - action.first + 1
        return step

    def moved(self, action: Apply, step: Step, now: datetime) -> None:
        """The Move of a seal, reopen or cancel is on disk: memory follows. Called before anything else is handled."""
        trip, data = self.trip, action.data
        if trip is None or step.write.move is None or not step.write.moved:
            return
        trip.state = step.write.move.to
        trip.seal_watch = None
        if isinstance(data, events.Reopen):
            trip.engine.reopen(action.event.at + self.offset_ms)
        if isinstance(data, events.Cancel):
            self.leave_trip()

    def leave_trip(self) -> LiveTrip | None:
        """The trip has ended; the scale is listened to for the next one. Returns the trip that was left."""
        trip, self.trip = self.trip, None
        self.engine = new_engine(self.context, self.scale)
        return trip

    def adopt(self, context: StoreContext, now: datetime) -> Step | None:
        """The store's catalogue has changed: what is scanned from now on is looked up and priced by the new one.

        Prices of what lies in an open cart follow by the store's rule; None if that changes nothing.
        """
        self.context = context
        if self.trip is None:  # the next trip is judged by the policy that holds when it begins
            self.engine = Engine(scale=self.scale, book=context.book, policy=context.policy, state=self.engine.state)
        trip = self.trip
        if trip is None or not (lines := trip.adopt(context, now)):
            return None
        step = Step(self._write())
        self._decide(step, trip, [], lines, now)
        return step

    def parting(self, now: datetime) -> Write | None:
        """What to keep when the connection ends: the engine as it is and the rest of the trace."""
        trip = self.trip
        if trip is None or not self.last_entry_id:
            return None
        write = self._write()
        write.snapshot = Snapshot(
            trip_id=trip.id, after_id=self.last_entry_id, at_ms=trip.last_ms, state=trip.engine.snapshot()
        )
        write.trace = trip.thinner.block(now)
        return write

    # -- inside --------------------------------------------------------------------------------------------------

    def _start(self, action: Apply, data: events.Start, at: int, now: datetime) -> Step:
        if self.trip is not None:
            return self._refuse(action, ("ignored", {"text": "A trip is under way already."}), now)
        language = data.language or self.context.catalogue.language
        trip = LiveTrip.begin(context=self.context, engine=self.engine, mode=data.mode, language=language, at_ms=at)
        self.trip, self.since_snapshot, self.snapshot_ms = trip, 0, at
        step = self._step(action, "started", {"trip": str(trip.id)}, now)
        step.write.new_trip = Trip(
            id=trip.id,
            store_id=self.context.store_id,
            cart_id=self.cart_id,
            stream=self.stream,
            mode=data.mode,
            shopper=pseudonym(self.context.catalogue.retailer_id, data.shopper or ""),
            language=language,
            policy_version_id=self.context.version_id,
            started_at=now,
            start_ms=at,
            last_ms=at,
            totals=trip.basket.totals,
        )
        step.messages.append(trip_message(trip.id, TripState.SHOPPING))
        self._snapshot(step, trip)
        return step

    def _move(self, action: Apply, trip: LiveTrip, at: int, now: datetime) -> Step:
        data = action.data
        if isinstance(data, events.Seal):
            return self._seal(action, trip, at, now)
        reopening = isinstance(data, events.Reopen)
        to = TripState.SHOPPING if reopening else TripState.CANCELLED
        allowed = OPEN_STATES if to == TripState.SHOPPING else OPEN_STATES | {TripState.SHOPPING}
        if trip.state not in allowed:
            return self._refuse(action, ("ignored", {"text": "That can't be done at this point of the trip."}), now)
        fields: dict[str, Any] = {"reason": ""}
        if isinstance(data, events.Cancel):
            fields = {"reason": data.reason or "cancelled by the shopper", "ended_at": now}
        step = self._step(action, "reopened" if reopening else "cancelled", {}, now)
        step.write.move = Move(trip.id, to, fields)
        step.messages.append(trip_message(trip.id, to))
        step.write.trace = trip.thinner.block(now)
        return step

    def _seal(self, action: Apply, trip: LiveTrip, at: int, now: datetime) -> Step:
        if trip.state != TripState.SHOPPING:
            return self._refuse(action, ("ignored", {"text": "The basket is sealed already."}), now)
        outputs = trip.engine.seal(at) if trip.weighs else []
        lines = trip.settle(outputs, now)
        fields = seal_fields(trip, at, now)
        step = self._step(action, "sealed", {"revision": trip.basket.revision, "outcome": fields["outcome"]}, now)
        self._decide(step, trip, outputs, lines, now)
        step.write.move = Move(trip.id, TripState.SEALED, fields)
        step.messages.append(trip_message(trip.id, TripState.SEALED))
        step.write.trace = [*step.write.trace, *trip.thinner.block(now)]
        self._snapshot(step, trip)
        return step

    def _decide(self, step: Step, trip: LiveTrip, outputs: list[Output], lines: Any, now: datetime) -> None:
        """Add to a step what the engine decided and what the basket became."""
        step.shown = trip.basket.revised
        if lines:
            step.write.lines = line_rows(trip.id, lines)
        rows = trip.decisions.take(outputs)
        step.write.discrepancies = [copied(row) for row in rows]
        step.messages += [discrepancy_message(row) for row in rows]
        step.write.entries += entries(
            outputs, cart_id=self.cart_id, trip_id=trip.id, epoch=self.epoch, at_ms=trip.last_ms, now=now
        )
        if step.write.entries or step.shown:
            step.write.projection = Projection(
                trip.id, trip.basket.revision, trip.last_ms, trip.basket.totals, len(trip.decisions.standing)
            )
            self.since_snapshot += 1
            due = self.since_snapshot >= SNAPSHOT_EVENTS or trip.last_ms - self.snapshot_ms >= SNAPSHOT_MS or rows
            if due and step.write.entries:
                self._snapshot(step, trip)

    def _snapshot(self, step: Step, trip: LiveTrip) -> None:
        step.write.snapshot = Snapshot(trip_id=trip.id, at_ms=trip.last_ms, state=trip.engine.snapshot())
        self.since_snapshot, self.snapshot_ms = 0, trip.last_ms

    def _tell_dispute(self, step: Step, trip: LiveTrip, data: events.Dispute) -> None:
        row = trip.decisions.rows[discrepancy_number(data.discrepancy)]
        step.write.discrepancies = [*step.write.discrepancies, copied(row)]

    def _refuse(self, action: Apply, outcome: tuple[str, dict[str, Any]], now: datetime) -> Step:
        return self._step(action, outcome[0], outcome[1], now)

    def _step(self, action: Apply, outcome: str, detail: dict[str, Any], now: datetime) -> Step:
        data = anonymous(msgspec.to_builtins(action.data), outcome)
        return self._step_of(action.event, data, action.fingerprint, outcome, detail, now)

    def _step_of(
        self, event: Event, data: dict[str, Any], print_: str, outcome: str, detail: dict[str, Any], now: datetime
    ) -> Step:
        entry = JournalEntry(
            cart_id=self.cart_id,
            trip_id=self.trip.id if self.trip else None,
            stream=self.stream,
            seq=event.seq,
            epoch=self.epoch,
            kind=event.kind,
            at_ms=event.at + self.offset_ms,
            arrived_at=now,
            data=data,
            outcome=outcome,
            detail=detail,
            fingerprint=print_,
        )
        write = self._write()
        write.entries.append(entry)
        return Step(write, outbound.Result(seq=event.seq, outcome=outcome, event=event.kind, detail=detail or None))

    def _write(self) -> Write:
        return Write(self.cart_id, self.epoch)
