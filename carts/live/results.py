"""What one event comes to, before it is on disk."""

from dataclasses import dataclass, field

from carts.live.write import Write
from carts.protocol import outbound
from carts.reconciliation import Risen


@dataclass(slots=True)
class Step:
    """A write, and what the cart is told once it is on disk. `result` is None for what no event asked for."""

    write: Write
    result: outbound.Result | None = None
    upto: int | None = None
    messages: list[outbound.Message] = field(default_factory=list)
    shown: bool = False  # whether the basket goes out after it
    risen: Risen | None = None  # what came into a sealed cart

    @property
    def empty(self) -> bool:
        """Nothing to keep and nothing to say."""
        return self.risen is None and not (self.write.entries or self.messages or self.write.trace or self.write.lines)
