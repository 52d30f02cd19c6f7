"""How often deals may count, and which of them tie pieces to each other."""

from inventory.pricing.kinds import Deal, Slot


class Limits:
    """How often each deal may count (None: without end), and which deals are joint.

    A joint deal makes the choice on one piece depend on others: it needs several, or is limited.
    """

    def __init__(self) -> None:
        self.times: dict[str, int | None] = {}
        self.slots: dict[str, tuple[Slot, ...]] = {}
        self.pieces: dict[str, int] = {}
        self.joint: set[str] = set()

    def note(self, deal: Deal, times: int | None, slots: tuple[Slot, ...] | None = None) -> None:
        """Takes in a deal; `slots` are its own, where they are at hand."""
        self.times[deal.id] = times
        self.slots[deal.id] = slots = deal.slots if slots is None else slots
        self.pieces[deal.id] = pieces = slots[0].size if len(slots) == 1 else sum([slot.size for slot in slots])
        if times is not None or pieces > 1:
            self.joint.add(deal.id)

    def copy(self) -> "Limits":
        """Another table with the same deals."""
        other = Limits()
        other.times, other.slots = dict(self.times), dict(self.slots)
        other.pieces, other.joint = dict(self.pieces), set(self.joint)
        return other
