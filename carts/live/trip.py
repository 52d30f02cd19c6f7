"""One live trip in memory: the engine, the basket, and what each event does to both.

`apply` and `weigh` change memory at once and return a Step; the journal makes it last, and only then is the cart told.
Times are the trip's milliseconds: the stream's own, shifted where a cart came back with a new stream.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from carts.basket import Basket, Line
from carts.live.context import StoreContext
from carts.live.decisions import Decisions, discrepancy_number
from carts.live.scanning import Refused, judge_scan
from carts.live.tokens import Granted
from carts.live.trace import Thinner
from carts.models import TripMode, TripState
from carts.protocol import events
from carts.protocol.events import Remove, Scan
from carts.reconciliation import Engine, LineState, Output, Policy, Risen, Scale, SealWatch, Weighed
from carts.services.projection import status_of_new
from inventory.selectors.catalogue import articles_for
from inventory.selectors.tokens import NoToken, token_names

Handled = tuple[str, dict[str, Any], list[Output]]


class LiveTrip:
    """Engine and basket of one trip; knows nothing of sockets, rows or tasks."""

    __slots__ = ("basket", "context", "decisions", "engine", "id", "language", "last_ms", "mode", "seal_watch",
                 "skipped", "state", "thinner")  # fmt: skip

    def __init__(
        self, *, id: uuid.UUID, context: StoreContext, engine: Engine, basket: Basket, mode: str, language: str
    ) -> None:
        self.id = id
        self.context = context
        self.engine = engine
        self.basket = basket
        self.mode = mode
        self.language = language
        self.state = TripState.SHOPPING
        self.last_ms = 0
        self.skipped = 0
        self.decisions = Decisions(id, context, engine, language)
        self.thinner = Thinner(id)
        self.seal_watch: SealWatch | None = None

    @classmethod
    def begin(cls, *, context: StoreContext, engine: Engine, mode: str, language: str, at_ms: int) -> "LiveTrip":
        """A new trip; `engine` has been listening to the scale, so that it knows the level that is the zero."""
        basket = Basket(context.catalogue, status_of_new=status_of_new(mode))
        trip = cls(id=uuid.uuid4(), context=context, engine=engine, basket=basket, mode=mode, language=language)
        trip.last_ms = at_ms
        engine.start(at_ms)
        return trip

    @property
    def weighs(self) -> bool:
        """Whether there is a scale to hold the scans against."""
        return self.mode != TripMode.PHONE

    def handle(self, data: events.Data, at: int, now: datetime) -> Handled:
        """Do an event of a shopping trip; its outcome, words for the cart, and what the engine said."""
        if isinstance(data, events.Scan):
            return self.scan(data, at, now)
        if isinstance(data, events.Remove):
            return self.remove(data, at)
        if isinstance(data, events.Assist):
            return "called", {"text": "Somebody is on the way."}, []
        if isinstance(data, events.Dispute):
            number = discrepancy_number(data.discrepancy)
            if self.decisions.dispute(number, data.reason) is None:
                return "ignored", {"text": "There is no such discrepancy."}, []
            return "disputed", {}, self.engine.dispute(at, number)
        calls: dict[type, tuple[str, Callable[[int], list[Output]]]] = {
            events.Bag: ("bag_noted", self.engine.bag),
            events.Pause: ("paused", self.engine.pause),
            events.Resume: ("resumed", self.engine.resume),
        }
        outcome, call = calls[type(data)]
        return outcome, {}, call(at) if self.weighs else []

    def scan(self, scan: Scan, at_ms: int, now: datetime) -> Handled:
        """Put in what was scanned, or say why not."""
        verdict = judge_scan(self.basket, scan.code, scan.quantity, local_now=self.context.local(now))
        if isinstance(verdict, Refused):
            return verdict.outcome, verdict.detail, []
        line = self.basket.add(
            verdict.article,
            quantity=verdict.quantity,
            source=scan.source,
            at_ms=at_ms,
            label_weight_g=verdict.label_weight_g,
            label_price_minor=verdict.label_price_minor,
        )
        outputs: list[Output] = []
        if self.weighs:
            outputs = self.engine.scan(
                at_ms, verdict.article.code, verdict.quantity, line.line, known_weight_g=verdict.label_weight_g
            )
        detail = {"quantity": verdict.quantity, **self._told(line), **verdict.detail}
        if verdict.label_weight_g is not None:
            detail["label_g"] = verdict.label_weight_g
        return "added", detail, outputs

    def uses_of(self, code: str) -> int:
        """How many uses of a voucher or coupon are in the basket."""
        return len(self.basket.presented_as(token_names(self.basket.catalogue, code)))

    def present(self, found: Granted | NoToken) -> Handled:
        """Take what was presented into the basket, or say why it doesn't count."""
        if isinstance(found, NoToken):
            outcome = "unknown_code" if found.why == "unknown_coupon" else "sale_refused"
            return outcome, {"text": found.text, "why": found.why}, []
        token = found.token
        self.basket.present(token)
        # The cart needs no number of a member's card.
        shown = {} if token.kind == "member" else {"code": token.code}
        return f"{token.kind}_added", {**shown, **({"amount": token.amount_minor} if token.amount_minor else {})}, []

    def adopt(self, context: StoreContext, now: datetime) -> list[Line]:
        """Go on with another catalogue; the lines of an open basket whose price that changes."""
        self.context = self.decisions.context = context
        if self.state != TripState.SHOPPING:
            self.basket.catalogue = context.catalogue
            return []
        self.basket.adopt(context.catalogue)
        return self.basket.reprice(context.local(now))

    def watch(self, at: int, step: int, grams: Sequence[float]) -> Risen | None:
        """Readings while the basket is sealed: what has come into the cart beyond doubt since then."""
        if self.state == TripState.SHOPPING or not self.weighs:
            return None
        if self.seal_watch is None:
            self.seal_watch = SealWatch.of(self.engine)
        return self.seal_watch.feed(at, step, grams)

    def remove(self, remove: Remove, at_ms: int) -> Handled:
        """Take out what the shopper names, if it is in the basket."""
        names = token_names(self.basket.catalogue, remove.code) if remove.code else ()
        slips = self.basket.presented_as(names)
        if slips:
            self.basket.presented.remove(slips[-1])
            return f"{slips[-1].kind}_removed", {"code": slips[-1].code}, []
        line = self._named(remove)
        if line is None:
            return "not_in_basket", {"text": "That is not in your basket."}, []
        taken = self.basket.take(line, remove.quantity)
        outputs: list[Output] = []
        if self.weighs:
            outputs = self.engine.remove(at_ms, line.article.code, taken, line.line)
        return "removed", {"quantity": taken, **self._told(line)}, outputs

    def settle(self, outputs: Iterable[Output], now: datetime, *, goods_moved: bool = False) -> list[Line]:
        """Bring the basket up to what the engine said, in one revision; returns the lines that changed.

        Prices move only with goods and weights: a change of status alone is not worth pricing a basket.
        """
        statuses: dict[int, str] = {}
        for output in outputs:
            if isinstance(output, LineState):
                statuses[output.line] = output.status
            elif isinstance(output, Weighed) and output.line in self.basket.lines:
                self.basket.lines[output.line].weight_g = max(0.0, output.grams)
                goods_moved = True
        self.basket.mark(statuses)
        return self.basket.reprice(self.context.local(now)) if goods_moved else self.basket.revise()

    def _told(self, line: Line) -> dict[str, Any]:
        """What the outcome says of a line; also what a rebuilt engine is told by."""
        return {"line": line.line, "name": line.article.name, "product": line.article.code}

    def _named(self, remove: Remove) -> Line | None:
        if remove.line is not None:
            return self.basket.find(line=remove.line)
        catalogue = self.basket.catalogue
        wanted = [article.product_id for article in articles_for(catalogue, remove.code or "")]
        by_number = catalogue.by_code(remove.code or "")
        if not wanted and by_number is not None:
            wanted = [by_number.product_id]
        return self.basket.find(product_ids=wanted)


def new_engine(context: StoreContext, scale: Scale, policy: Policy | None = None) -> Engine:
    """An engine that listens before a trip begins; a trip that is under way goes on with the policy it began with."""
    return Engine(scale=scale, book=context.book, policy=policy or context.policy)
