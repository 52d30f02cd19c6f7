"""What the cart shows: trip, basket and discrepancies, kept current from the server's messages. No I/O."""

from .incoming import Ack, Basket, Discrepancy, Incoming, Line, Result, Totals, Trip, Welcome

# Discrepancies in these states need nothing of the shopper any more.
ENDED = frozenset({"cleared", "resolved"})
KEPT_RESULTS = 1000


class ResyncNeeded(Exception):
    """A delta that does not fit what is shown: say hello again with `seen` null to get it whole."""


class CartState:
    """The latest that the server said. `seen` is the basket revision shown, None when nothing is."""

    def __init__(self) -> None:
        self.epoch: int | None = None
        self.trip: Trip | None = None
        self.lines: dict[int, Line] = {}
        self.totals: Totals | None = None
        self.seen: int | None = None
        self.discrepancies: dict[str, Discrepancy] = {}
        self.results: dict[int, Result] = {}

    @property
    def open_discrepancies(self) -> list[Discrepancy]:
        """What still needs an answer, oldest first."""
        return sorted(self.discrepancies.values(), key=lambda discrepancy: discrepancy.at)

    def apply(self, message: Incoming) -> None:
        """Takes a message in. Raises ResyncNeeded, and changes no basket, when a delta does not fit."""
        match message:
            case Welcome():
                self._welcome(message)
            case Basket():
                self._basket(message)
            case Discrepancy():
                self._discrepancy(message)
            case Trip():
                self._trip(message)
            case Ack():
                self._results(message)
            case _:
                pass

    def forget_basket(self) -> None:
        """Nothing is shown: the next welcome brings a whole basket."""
        self.lines, self.totals, self.seen = {}, None, None

    def _welcome(self, welcome: Welcome) -> None:
        self.epoch = welcome.epoch
        same_trip = self.trip is not None and welcome.trip is not None and self.trip.id == welcome.trip.id
        basket = welcome.basket
        if basket is not None and basket.since is not None and not same_trip:
            raise ResyncNeeded("a delta for a trip that this cart has not shown")
        if basket is not None:
            self._basket(basket)
        elif not same_trip:
            self.forget_basket()
        self.trip = welcome.trip
        self.discrepancies = {d.id: d for d in welcome.discrepancies if d.state not in ENDED}

    def _basket(self, basket: Basket) -> None:
        if basket.since is not None and (self.seen is None or basket.since > self.seen):
            raise ResyncNeeded(f"a delta from {basket.since} onto {self.seen}")
        lines = {} if basket.since is None else dict(self.lines)
        for line in basket.lines:
            if line.status == "removed" and line.quantity == 0:
                lines.pop(line.line, None)
            else:
                lines[line.line] = line
        self.lines, self.totals, self.seen = lines, basket.totals, basket.revision

    def _discrepancy(self, discrepancy: Discrepancy) -> None:
        if discrepancy.state in ENDED:
            self.discrepancies.pop(discrepancy.id, None)
        else:
            self.discrepancies[discrepancy.id] = discrepancy

    def _trip(self, trip: Trip) -> None:
        if self.trip is None or (trip.id and trip.id != self.trip.id):
            self.forget_basket()
            self.discrepancies = {}
        else:
            trip = Trip(id=self.trip.id, state=trip.state, mode=trip.mode or self.trip.mode, reason=trip.reason)
        self.trip = trip

    def _results(self, ack: Ack) -> None:
        for result in ack.results:
            self.results.setdefault(result.seq, result)
        for seq in sorted(self.results)[:-KEPT_RESULTS]:
            del self.results[seq]
