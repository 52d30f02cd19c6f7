"""Stripe's own list of money that moved: its balance transactions, each with the charge or refund that it is of.

https://docs.stripe.com/reports/balance-transaction-types. Sums are those of the charge or refund, in the currency that
the shopper paid in: the transaction's own is in the currency that is paid out. Fees and payouts are no shopper's money
and are left out. What was charged back, and what came back of that, is listed under its own number: our books know
nothing of it, so it becomes work for a person.
"""

from typing import Any

from checkout.providers.port import Movement

TAKEN = frozenset({"charge", "payment"})
GIVEN = frozenset({"refund", "payment_refund"})
# Disputes of cardholders, lost and won.
TAKEN_BACK = frozenset({"adjustment", "payment_reversal"})
# A refund that failed is one that did not happen: it has no row, and what takes it back has none either.
UNDONE = frozenset({"failed", "canceled"})


def movement_of(row: Any) -> Movement | None:
    """A balance transaction in the port's terms; None for what is no shopper's money."""
    kind, source, at = str(row.type), row.source, float(row.created)
    if kind in TAKEN_BACK:
        reference = str(getattr(source, "id", source) or row.id)
        entry: Any = "refund" if int(row.amount) < 0 else "charge"
        return Movement(entry, "", reference, abs(int(row.amount)), str(row.currency).upper(), at)
    if kind not in TAKEN | GIVEN:
        return None
    currency = str(source.currency).upper()
    key = str(getattr(getattr(source, "metadata", None), "smartcart_key", "") or "")
    if kind in TAKEN:
        reference = str(getattr(source, "payment_intent", None) or source.id)
        # Less than was set aside may have been taken; who does not tell it has taken all.
        taken = int(getattr(source, "amount_captured", source.amount))
        return Movement("charge", key, reference, taken, currency, at)
    if str(source.status) in UNDONE:
        return None
    return Movement("refund", key, str(source.id), int(source.amount), currency, at)
