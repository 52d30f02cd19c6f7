"""Acknowledgements and news to one cart, after the commit and in its order.

What commits together is acknowledged together. The basket goes out once nothing of this connection waits for the disk
any more, so that no cart is shown what might not last; the last one stands.
"""

import asyncio

from carts.live.outbox import Outbox
from carts.live.results import Step
from carts.live.trip import LiveTrip
from carts.live.welcome import basket_message
from carts.protocol import Refuse, Session, outbound


class Answers:
    """Gathers the results of one turn of the loop into one `ack`."""

    __slots__ = ("_basket_of", "_flushing", "_messages", "_outbox", "_results", "_session")

    def __init__(self, session: Session, outbox: Outbox) -> None:
        self._session = session
        self._outbox = outbox
        self._results: list[outbound.Result] = []
        self._messages: list[outbound.Message] = []
        self._basket_of: LiveTrip | None = None
        self._flushing = False

    def committed(self, step: Step, trip: LiveTrip | None, *, idle: bool) -> None:
        """A step is on disk. `idle`: nothing else of this connection is under way."""
        if step.result is not None:
            result = outcome_kept(step, step.result)
            self._session.settled(result, step.upto)
            self._results.append(result)
        if step.write.moved:
            self._messages += step.messages
        if step.shown or step.write.lines:
            self._basket_of = trip
        if idle and self._basket_of is not None:
            self._messages.append(basket_message(self._basket_of.basket))
            self._basket_of = None
        self._soon()

    def repeat(self, result: outbound.Result) -> None:
        """An event that is on disk came again."""
        self._results.append(result)
        self._soon()

    def refuse(self, refusal: Refuse) -> None:
        """An `error`, at once."""
        error = outbound.Error(code=refusal.code, detail=refusal.detail, retry=refusal.retry)
        if refusal.seq is not None:
            error = outbound.Error(code=refusal.code, detail=refusal.detail, retry=refusal.retry, seq=refusal.seq)
        self._outbox.put(error)

    def _soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        self._flushing = False
        results, self._results = self._results, []
        messages, self._messages = self._messages, []
        if results:
            ack = outbound.Ack(upto=self._session.acked, results=results, credits=self._session.credits)
            messages = [ack, *messages]
        self._outbox.put(*messages)


def outcome_kept(step: Step, result: outbound.Result) -> outbound.Result:
    """The outcome that is on disk: a Move that came too late has turned it into `ignored`."""
    if step.write.moved:
        return result
    entry = step.write.entries[0]
    return outbound.Result(seq=result.seq, outcome=entry.outcome, event=entry.kind, detail=entry.detail)
