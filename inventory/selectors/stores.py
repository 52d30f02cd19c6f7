"""Stores as other apps need them."""

from typing import Any, NamedTuple

from django.db.models import QuerySet

from inventory.errors import NotFound
from inventory.models import Store


class StoreSettings(NamedTuple):
    """What kind of place a store is, and what it has set differently from that kind's preset."""

    venue: str
    policy: dict[str, Any]


def store_settings(store_id: int) -> StoreSettings:
    """The settings as they stand now."""
    venue, policy = Store.objects.values_list("venue", "policy").get(id=store_id)
    return StoreSettings(str(venue), dict(policy))


def store_by_code(text: str) -> Store:
    """The store of a code, or of retailer/code; raises NotFound unless it is exactly one."""
    retailer, slash, code = text.rpartition("/")
    found = list(Store.objects.filter(code=code, **({"retailer__slug": retailer} if slash else {}))[:2])
    if len(found) != 1:
        raise NotFound(
            f"{'No store has' if not found else 'Several stores have'} the code {text!r}: write retailer/code."
        )
    store: Store = found[0]
    return store


def open_stores() -> list[int]:
    """The ids of all active stores."""
    return list(Store.objects.filter(active=True, retailer__active=True).order_by("id").values_list("id", flat=True))


def sister_stores(store: Store) -> QuerySet[Store]:
    """The other active stores of the same retailer."""
    return Store.objects.filter(retailer_id=store.retailer_id, active=True).exclude(pk=store.pk)


def no_stores() -> QuerySet[Store]:
    """None, for a form that is told later which there are."""
    return Store.objects.none()
