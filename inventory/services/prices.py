"""Prices of a store."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from inventory.errors import DomainError, NotFound
from inventory.models import Price, Product, Store
from inventory.services.audit import audit_record
from inventory.services.versions import catalogue_touch


class InvalidPrice(DomainError):
    code = "invalid_price"
    status = 400
    detail = "A price is 0 or more minor units and ends after it begins."


@transaction.atomic
def price_set(
    *,
    store_id: int,
    product_id: int,
    amount_minor: int,
    now: datetime,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    actor: User | None = None,
) -> Price:
    """Sets a price (minor units a piece, or a kilogram) from `valid_from` (now) on; raises InvalidPrice, NotFound.

    An open-ended price ends what was valid before it. One with an end lies over the older price, which returns after.
    """
    begins = valid_from or now
    if amount_minor < 0 or (valid_until is not None and valid_until <= begins):
        raise InvalidPrice
    store = Store.objects.select_related("retailer").filter(id=store_id).first()
    product = Product.objects.filter(id=product_id, retailer_id=store.retailer_id).first() if store else None
    if store is None or product is None:
        raise NotFound("There is no such product in this store's catalogue.")
    if valid_until is None:
        older = Price.objects.filter(store_id=store_id, product_id=product_id, valid_from__lt=begins)
        older.filter(Q(valid_until=None) | Q(valid_until__gt=begins)).update(valid_until=begins)
    price, _ = Price.objects.update_or_create(
        store_id=store_id,
        product_id=product_id,
        valid_from=begins,
        defaults={"amount_minor": amount_minor, "valid_until": valid_until, "set_by": actor, "source": ""},
    )
    catalogue_touch(store_ids=[store_id])
    audit_record(
        action="price.set", subject=f"product:{product_id}", actor=actor, store=store, now=now,
        detail={"amount_minor": amount_minor, "valid_from": begins.isoformat(),
                "valid_until": valid_until.isoformat() if valid_until else None},
    )  # fmt: skip
    return price
