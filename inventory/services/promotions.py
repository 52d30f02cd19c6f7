"""Promotions of a store."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from inventory.errors import DomainError
from inventory.models import Promotion, Store
from inventory.pricing import PricingError, promotion_from
from inventory.services.audit import audit_record
from inventory.services.versions import catalogue_touch


class InvalidPromotion(DomainError):
    code = "invalid_promotion"
    status = 400
    detail = "This rule can't be read."


def promotion_check(*, code: str, name: str, rule: dict[str, Any]) -> None:
    """Raises InvalidPromotion, saying what is wrong, unless pricing can read the rule."""
    try:
        promotion_from({**rule, "id": code, "name": name})
    except PricingError as error:
        raise InvalidPromotion(error.detail) from error


@transaction.atomic
def promotion_set(
    *,
    store_id: int,
    code: str,
    name: str,
    rule: dict[str, Any],
    now: datetime,
    active: bool = True,
    actor: User | None = None,
) -> Promotion:
    """Makes or replaces the store's promotion of this code; `rule` is one of the kinds of `inventory.pricing`."""
    promotion_check(code=code, name=name, rule=rule)
    store = Store.objects.select_related("retailer").get(id=store_id)
    promotion, _ = Promotion.objects.update_or_create(
        store=store, code=code, defaults={"name": name, "rule": rule, "active": active}
    )
    catalogue_touch(store_ids=[store_id])
    audit_record(
        action="promotion.set", subject=f"promotion:{promotion.pk}", actor=actor, store=store, now=now,
        detail={"code": code, "rule": rule, "active": active},
    )  # fmt: skip
    return promotion
