"""The catalogue's version of a store: what tells every process that its snapshot is out of date."""

from collections.abc import Iterable

from django.db.models import F

from inventory.models import Store


def catalogue_touch(*, store_ids: Iterable[int] | None = None, retailer_id: int | None = None) -> int:
    """Raises the version of these stores, or of all stores of a retailer, and says how many; call it in the
    transaction of the change, last, so that no process can load the old content under the new version."""
    stores = Store.objects.filter(retailer_id=retailer_id) if retailer_id is not None else Store.objects.all()
    if store_ids is not None:
        stores = stores.filter(id__in=list(store_ids))
    # Locked in the order of ids: two changes over the same stores then wait for each other and never deadlock.
    ids = list(stores.select_for_update(no_key=True).order_by("id").values_list("id", flat=True))
    return Store.objects.filter(id__in=ids).update(catalogue_version=F("catalogue_version") + 1)
