"""What was sold, as it was paid: written when a checkout settles, and what refunds are measured against."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F

from carts.selectors.trips import SealedTrip
from checkout.errors import RefundOver
from checkout.models import Checkout, Refund, SaleLine
from checkout.models.below import TripLine
from inventory.pricing.money import half_up, shares


def sale_lines_write(*, checkout: Checkout, sealed: SealedTrip) -> list[SaleLine]:
    """A row per line; together they are the amount of the checkout. Runs in the settling transaction.

    A line is worth its price after discounts with deposit, and tax where prices are without. What is between their sum
    and what is owed (cash rounding, vouchers, taxes of charges) is shared among the lines by their worth.
    """
    lines = list(sealed.lines)
    worth = [_worth(line, inclusive=checkout.store.tax_inclusive) for line in lines]
    between = checkout.amount_minor - sum(worth)
    parts = shares(abs(between), [max(0, amount) for amount in worth])
    rows = [
        SaleLine(
            checkout=checkout,
            line=line.line,
            product_id=line.product_id,
            name=line.name,
            pieces=1 if line.sold_by == "kg" else line.quantity,
            weight_g=None if line.weight_g is None else round(line.weight_g),
            amount_minor=amount + (part if between >= 0 else -part),
            tax_minor=line.tax_minor,
        )
        for line, amount, part in zip(lines, worth, parts, strict=True)
    ]
    return list(SaleLine.objects.bulk_create(rows))


def _worth(line: TripLine, *, inclusive: bool) -> int:
    return int(line.amount_minor + line.deposit_minor + (0 if inclusive else line.tax_minor))


@dataclass(frozen=True)
class TakenLine:
    """Pieces that leave the sale, with their part of what was paid and of the tax in it."""

    line: int
    pieces: int
    amount_minor: int
    tax_minor: int

    def record(self) -> dict[str, int]:
        return {"line": self.line, "pieces": self.pieces, "amount": self.amount_minor, "tax": self.tax_minor}


def sale_lines_take(*, checkout: Checkout, pieces: Mapping[int, int] | None) -> list[TakenLine]:
    """Takes pieces off the lines of a sale (None: all that is left); raises RefundOver for more than is left.

    Runs under the lock on the checkout. Pieces of a line share its worth evenly, to the minor unit, in any steps.
    """
    rows = {row.line: row for row in SaleLine.objects.filter(checkout=checkout)}
    wanted = {line: row.pieces - row.refunded_pieces for line, row in rows.items()} if pieces is None else pieces
    taken = []
    for line, count in sorted(wanted.items()):
        row = rows.get(line)
        if row is None or count < 0 or row.refunded_pieces + count > row.pieces:
            raise RefundOver
        if count:
            taken.append(_taken(row, count))
            _count(row.pk, taken[-1], 1)
    return taken


def sale_lines_untake(refund: Refund) -> None:
    """A refund that will not be: its pieces are part of the sale again."""
    for body in refund.lines:
        row = SaleLine.objects.get(checkout_id=refund.checkout_id, line=body["line"])
        _count(row.pk, TakenLine(body["line"], body["pieces"], body["amount"], body["tax"]), -1)


def _taken(row: SaleLine, count: int) -> TakenLine:
    done = row.refunded_pieces + count
    amount = half_up(row.amount_minor * done, row.pieces) - row.refunded_minor
    tax = half_up(row.tax_minor * done, row.pieces) - row.refunded_tax_minor
    return TakenLine(row.line, count, amount, tax)


def _count(row_id: int, taken: TakenLine, sign: int) -> None:
    SaleLine.objects.filter(pk=row_id).update(
        refunded_pieces=F("refunded_pieces") + sign * taken.pieces,
        refunded_minor=F("refunded_minor") + sign * taken.amount_minor,
        refunded_tax_minor=F("refunded_tax_minor") + sign * taken.tax_minor,
    )
