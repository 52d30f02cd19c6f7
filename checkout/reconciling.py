"""A provider's settlement list held against our books. Pure. Amounts are minor units.

| kind | what differs |
| --- | --- |
| `missing_there` | we booked it, the provider's list does not have it |
| `missing_here` | the provider moved money that we know nothing of |
| `amount` | both have it, with different sums or currencies |
| `twice` | the list has it more than once |
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

Kind = Literal["missing_there", "missing_here", "amount", "twice"]


class Entry(msgspec.Struct, frozen=True, order=True):
    """Money that moved: a charge, or a refund (also above 0). `reference` is the provider's own id."""

    entry: Literal["charge", "refund"]
    reference: str
    amount_minor: int
    currency: str


class Difference(msgspec.Struct, frozen=True):
    """None where one side has nothing."""

    kind: Kind
    entry: str
    reference: str
    ours_minor: int | None
    theirs_minor: int | None


class ListUnreadable(ValueError):
    """The list is not what we can read; the text names the line."""


def compare(ours: Sequence[Entry], theirs: Sequence[Entry]) -> list[Difference]:
    """Every difference, in order of reference; nothing where the two agree."""
    mine: dict[tuple[str, str], Entry] = {(row.entry, row.reference): row for row in ours}
    listed: dict[tuple[str, str], Entry] = {(row.entry, row.reference): row for row in reversed(theirs)}
    times: Counter[tuple[str, str]] = Counter((row.entry, row.reference) for row in theirs)
    found = []
    for key in sorted({*mine, *listed}):
        here, there = mine.get(key), listed.get(key)
        sums = (here.amount_minor if here else None, there.amount_minor if there else None)
        if here is None:
            found.append(Difference("missing_here", *key, *sums))
        elif there is None:
            found.append(Difference("missing_there", *key, *sums))
        elif times[key] > 1:
            total = sum(row.amount_minor for row in theirs if (row.entry, row.reference) == key)
            found.append(Difference("twice", *key, here.amount_minor, total))
        elif (here.amount_minor, here.currency) != (there.amount_minor, there.currency):
            found.append(Difference("amount", *key, *sums))
    return found


def entries_from_csv(text: str, *, exponent: int) -> list[Entry]:
    """A list with the columns type (charge or refund), reference, amount (in whole units: 12.34) and currency, in any
    order, others beside them; comma or semicolon. Raises ListUnreadable."""
    lines = text.removeprefix("\ufeff")
    delimiter = ";" if lines.partition("\n")[0].count(";") > lines.partition("\n")[0].count(",") else ","
    reader = csv.DictReader(io.StringIO(lines), delimiter=delimiter)
    heads = {name.strip().lower(): name for name in reader.fieldnames or ()}
    missing = [name for name in ("type", "reference", "amount", "currency") if name not in heads]
    if missing:
        raise ListUnreadable(f"The first line must name the columns; missing: {', '.join(missing)}.")
    found = []
    for row in reader:
        told = {name: (row[head] or "").strip() for name, head in heads.items()}
        if not any(told.values()):
            continue
        found.append(_entry(told, reader.line_num, exponent))
    return found


def _entry(told: dict[str, str], line: int, exponent: int) -> Entry:
    kind = told["type"].lower()
    if kind not in {"charge", "refund"} or not told["reference"]:
        raise ListUnreadable(f"Line {line}: the type is charge or refund, and the reference must not be empty.")
    try:
        amount = Decimal(told["amount"]).scaleb(exponent)
    except InvalidOperation as error:
        raise ListUnreadable(f"Line {line}: {told['amount']!r} is no amount such as 12.34.") from error
    # A refund may be listed with a minus.
    amount = abs(amount) if kind == "refund" else amount
    if not amount.is_finite() or amount != amount.to_integral_value() or not 0 <= amount < 10**15:
        raise ListUnreadable(f"Line {line}: {told['amount']!r} is no amount of this currency.")
    return Entry("refund" if kind == "refund" else "charge", told["reference"], int(amount), told["currency"].upper())
