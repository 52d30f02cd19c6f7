"""Cash is rounded to what coins can pay. Sales and refunds keep their amounts: the rounding is the tender's."""

from typing import Final

from checkout.models import PaymentAttempt, TillBasket
from checkout.models.below import Store
from inventory.pricing import Currency
from inventory.selectors.loading import store_pricing

CASH: Final = "cash"


def cash_of(store: Store) -> Currency:
    """The store's currency with the step of its cash, in minor units."""
    rules = store_pricing({"id": store.pk, "policy": store.policy})
    return rules.currency(store.currency, store.currency_exponent)


def refund_rounding(attempt: PaymentAttempt, amount_minor: int) -> int:
    """What the drawer gives more (below 0: less) than the next `amount_minor` that go back to this tender; 0 where it
    was not paid in cash.

    Rounded is all that goes back so far, not each step: in whatever steps, the whole sum gives back what was taken.
    """
    if not TillBasket.objects.filter(attempt=attempt, state="paid", tender=CASH).exists():
        return 0
    money, taken = cash_of(attempt.checkout.store), attempt.amount_minor + attempt.rounding_minor

    def out(refunded: int) -> int:
        return taken if refunded == attempt.amount_minor else min(money.cash(refunded), taken)

    return out(attempt.refunded_minor + amount_minor) - out(attempt.refunded_minor) - amount_minor
