"""What is changed of a store itself."""

from typing import Any

from inventory.models import Store


def store_policy_set(*, store_id: int, policy: dict[str, Any]) -> Store:
    """Keeps a store's policy and returns its row, locked to the end of the caller's transaction."""
    # No other row waits behind this lock but the store's own settings: stock and prices don't take it.
    store: Store = Store.objects.select_for_update(no_key=True).select_related("retailer").get(id=store_id)
    store.policy = policy
    store.save(update_fields=["policy"])
    return store
