"""Deals on one piece that depend on no other piece: tried out in full."""

from collections.abc import Sequence

from inventory.pricing.kinds import Deal, Piece
from inventory.pricing.state import Use, saving


def chain(piece: Piece, layers: Sequence[Sequence[Deal]], served: bool = False) -> tuple[int, tuple[Use, ...]]:
    """The best choice of at most one deal a layer, each at the price that the one before left: saving and uses."""
    if not layers:
        return 0, ()
    best = chain(piece, layers[1:], served)
    for deal in layers[0]:
        amount = saving(deal, (piece,))
        if amount <= 0 or (deal.exclusive and served):
            continue
        rest = () if deal.exclusive else layers[1:]
        more, uses = chain(piece._replace(price=piece.price - amount), rest, True)
        if amount + more > best[0]:
            best = (amount + more, (Use(deal, (0,), (amount,)), *uses))
    return best
