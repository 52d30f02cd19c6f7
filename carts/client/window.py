"""Which stored events go out next: the cursor, the credits and the answers to acks and gaps. No I/O of its own."""

from .errors import Stopped
from .incoming import Ack, Error, Welcome
from .outgoing import Event, Skip
from .storage import Storage

# Errors of these codes mean that the event will never be taken, however often it is sent.
HOPELESS = frozenset({"malformed", "unknown_kind", "out_of_range", "too_large"})


class Window:
    """Sends from `acked` + 1, never more than `credits` events ahead of the server's acknowledgement.

    Raises Stopped `stream_ahead` when the server has events that this storage never wrote: the storage was
    put back from a copy, and its next events would collide with the kept ones.
    """

    def __init__(self, storage: Storage, welcome: Welcome) -> None:
        if welcome.acked > storage.last:
            raise Stopped(
                "stream_ahead",
                f"the server has events to {welcome.acked}, this storage wrote {storage.last}; renew the storage",
            )
        self._storage = storage
        self._credits = max(1, welcome.credits)
        self._acked = welcome.acked
        # Kept by the server but with no outcome seen here: sent again, they are answered with the first outcome.
        self._cursor = min(welcome.acked, storage.acked)
        self._lost = self._hole(welcome.acked)

    def take(self) -> list[Event | Skip]:
        """What may be sent now, in order; an empty list when nothing waits or no credit is left."""
        lost, self._lost = self._lost, None
        if lost is not None:
            self._cursor = lost.last
            return [lost]
        room = self._credits - max(0, self._cursor - self._acked)
        messages = self._storage.after(self._cursor, room) if room > 0 else []
        if messages:
            self._cursor = _end(messages[-1])
        return messages

    def acknowledged(self, ack: Ack) -> None:
        """Everything to `upto` is on the server's disk."""
        self._credits = max(1, ack.credits)
        self._acked = max(self._acked, ack.upto)
        self._storage.acknowledge(ack.upto)

    def refused(self, error: Error) -> None:
        """Goes back to the event that the server misses, or gives up one that it will never take."""
        if error.seq is None:
            return
        if error.code == "gap":
            # What is not acknowledged is sent again, whichever event the server named: repeating changes nothing.
            self._cursor = min(self._cursor, self._acked, error.seq - 1)
        elif error.code in HOPELESS and not error.retry:
            self._storage.refuse(error.seq, f"refused by the server: {error.code}")
            self._cursor = min(self._cursor, error.seq - 1)

    def _hole(self, acked: int) -> Skip | None:
        first, _ = self._storage.held()
        following = self._storage.last + 1 if first is None else first
        if acked + 1 < following:
            return Skip(first=acked + 1, last=following - 1, why="no longer held on the cart")
        return None


def _end(message: Event | Skip) -> int:
    return message.seq if isinstance(message, Event) else message.last
