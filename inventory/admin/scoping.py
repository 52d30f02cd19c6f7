"""What of a model a person may see or change in the admin."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model, Q, QuerySet

from inventory.access import Action
from inventory.models import Retailer, Store
from inventory.models.scoping import Scoped
from inventory.selectors.access import ALL_TENANTS, everywhere, retailers_for, stores_for
from inventory.tenant_guard import OnPurpose

Person = User | AnonymousUser


def visible(model: type[Model], user: Person, action: Action, *, changing: bool = False) -> QuerySet[Any]:
    """The rows where this person may do this. What belongs to a whole retailer is seen from any of its stores, and
    changed (`changing`) only with a role for all of them."""
    rows = model._default_manager.all()
    if not issubclass(model, Scoped):
        return rows
    if everywhere(user, action):
        return rows.filter(OnPurpose(ALL_TENANTS))
    if not model.store_path:
        reach = retailers_for(user, action).values("id") if changing else stores_for(user, action).values("retailer_id")
        return rows.filter(**{f"{model.retailer_path}__in": reach})
    mine = Q(**{f"{model.store_path}__in": stores_for(user, action).values("id")})
    if _may_be_empty(model):
        whole = {model.store_path: None, f"{model.retailer_path}__in": retailers_for(user, action).values("id")}
        mine |= Q(**whole)
    return rows.filter(mine)


def reaches(user: Person, action: Action, obj: Model | str) -> bool:
    """Whether this person may do this to this row."""
    if not isinstance(obj, Model):
        return True  # unfold asks with a bare id before it has the row; the row itself is asked about right after
    return visible(type(obj), user, action, changing=True).filter(pk=obj.pk).exists()


def subject_of(obj: Model) -> str:
    """The row's name in the audit log."""
    return f"{obj._meta.model_name}:{obj.pk}"


def retailer_id_of(obj: Model) -> int | None:
    """The tenant a row belongs to, if any."""
    return _follow(obj, obj.retailer_path) if isinstance(obj, Scoped) else None


def store_id_of(obj: Model) -> int | None:
    """The store a row belongs to, if it belongs to one."""
    return _follow(obj, obj.store_path) if isinstance(obj, Scoped) and obj.store_path else None


def tenant_of(obj: Model) -> tuple[Store | None, Retailer | None]:
    """The row's store and retailer, for the audit log."""
    store_id, retailer_id = store_id_of(obj), retailer_id_of(obj)
    store = Store.objects.filter(pk=store_id).select_related("retailer").first() if store_id else None
    return store, Retailer.objects.filter(pk=retailer_id).first() if retailer_id else None


def _may_be_empty(model: type[Scoped]) -> bool:
    name = model.store_path.removesuffix("_id")
    return "__" not in name and name in {f.name for f in model._meta.concrete_fields if f.null}


def _follow(obj: Any, path: str) -> int | None:
    steps: Sequence[str] = path.split("__")
    for step in steps:
        obj = getattr(obj, step, None)
        if obj is None:
            return None
    return int(obj)
