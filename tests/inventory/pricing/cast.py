"""Short ways to say what is sold and under which terms."""

from datetime import UTC, datetime
from typing import Any

from inventory.pricing import Item, Priced, Promotion, Target, Terms, currency, price

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)  # a Tuesday
ALL = Target(everything=True)


def goods(*prices: int, quantity: int = 1, groups: tuple[str, ...] = ()) -> list[Item]:
    """Lines 1, 2, ... of products a, b, ... at these prices."""
    return [
        Item(
            line=k + 1,
            product="abcdefghijklmnopqrstuvwxyz"[k],
            unit_price_minor=amount,
            quantity=quantity,
            groups=groups,
        )
        for k, amount in enumerate(prices)
    ]


def on(*products: str) -> Target:
    """These products."""
    return Target(products=frozenset(products))


def terms(*promotions: Promotion, **more: Any) -> Terms:
    """A store in euros, on a Tuesday morning."""
    usual: dict[str, Any] = {"currency": currency("EUR"), "now": NOW, "promotions": promotions}
    return Terms(**(usual | more))


def saved(items: list[Item], *promotions: Promotion, **more: Any) -> int:
    """What the promotions save on these items."""
    return price(items, terms(*promotions, **more)).totals.discount


def by_line(priced: Priced) -> list[int]:
    """What is saved on each line."""
    return [line.gross_minor - line.amount_minor for line in priced.lines]
