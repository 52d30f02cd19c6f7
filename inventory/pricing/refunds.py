"""What a returned line gives back. All lines, returned in any steps, give back exactly what was paid."""

from collections.abc import Mapping

from msgspec import Struct

from inventory.pricing.errors import PricingError
from inventory.pricing.money import half_up, shares
from inventory.pricing.priced import Priced


class Refund(Struct, frozen=True):
    """What one line gives back: goods, deposit, levy and tax in `amount_minor`; the tax in it."""

    line: int
    pieces: int
    amount_minor: int
    tax_minor: int


def refund(priced: Priced, returned: Mapping[int, int], before: Mapping[int, int] | None = None) -> tuple[Refund, ...]:
    """Refunds pieces (by line number) of a paid basket; `before` are the pieces of each line refunded earlier.

    The sum over all pieces of all lines is `totals.due + totals.vouchers`: vouchers were money, and cash rounding is
    given back with the goods. A line's pieces share it evenly, to the minor unit. A weighed line is one piece.
    Raises PricingError `invalid_refund` for an unknown line or more pieces than are left.
    """
    before = before or {}
    paid, taxes, pieces = _paid(priced)
    found = []
    for line, count in sorted(returned.items()):
        done = before.get(line, 0)
        if line not in paid or count < 0 or done < 0 or done + count > pieces[line]:
            raise PricingError("invalid_refund", f"Line {line} has not so many pieces left to refund.")
        if count:
            amount = _part(paid[line], done, count, pieces[line])
            found.append(Refund(line, count, amount, _part(taxes[line], done, count, pieces[line])))
    return tuple(found)


def _paid(priced: Priced) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """By line: what was paid for it with its charges and its part of the rounding; the tax in it; its pieces."""
    inclusive = priced.totals.tax_inclusive
    paid = {line.line: line.amount_minor + (0 if inclusive else line.tax_minor) for line in priced.lines}
    taxes = {line.line: line.tax_minor for line in priced.lines}
    for charge in priced.charges:
        paid[charge.line] += charge.amount_minor + (0 if inclusive else charge.tax_minor)
        taxes[charge.line] += charge.tax_minor
    rounding = priced.totals.rounding
    if rounding:
        parts = shares(abs(rounding), list(paid.values()))
        for line, part in zip(paid, parts, strict=True):
            paid[line] += part if rounding > 0 else -part
    return paid, taxes, {line.line: line.pieces for line in priced.lines}


def _part(amount: int, done: int, count: int, pieces: int) -> int:
    """The part of pieces `done` + 1 to `done` + `count` in an amount for all."""
    return half_up(amount * (done + count), pieces) - half_up(amount * done, pieces)
